// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package jsonfault describes what is wrong with a JSON request body, and carries the description from
// the codec that found it to the middleware that answers. Connect and vanguard sit between the two and
// pass on the text of an error and nothing else. So the text has every part, and a seal by which
// [Parse] recognises the faults of this process.
//
// A [Fault] may be read concurrently.
package jsonfault

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/mapping"
)

// A Fault is what is wrong with a JSON request body, and where.
type Fault struct {
	Kind Kind
	// Path leads to the field in the body, as the caller wrote it: "folder.labels["a"].displayNames[2]". It is
	// empty for the whole body.
	Path string
	// ProtoPath is Path in the names of the .proto. It is empty where only the text of the fault is known.
	ProtoPath string
	// Wanted says what should be there. It starts with "want ".
	Wanted string
	// More lists further fields that do not exist. Only a fault of [UnknownField] has any.
	More []Place
}

// A Place is the place of a further field, as [Fault] has that of the first.
type Place struct{ Path, ProtoPath string }

// New returns a fault of a kind, at a path, with what is wanted there.
func New(kind Kind, path, wanted string) *Fault {
	return &Fault{Kind: kind, Path: path, Wanted: wanted}
}

// The bounds of the fields that a fault names: how many there may be, and the bytes of their paths. A Connect handler
// sends the text of a fault to RPC callers, where proxies limit it.
const (
	maxPlaces = 8
	maxPaths  = 512
)

// Add names a further field that does not exist. It returns false once there is no room for more. A path that would
// end in the middle for a reader of the text is left out.
func (f *Fault) Add(p Place) bool {
	paths := len(f.Path) + len(p.Path)
	for _, other := range f.More {
		paths += len(other.Path)
	}
	if len(f.More)+1 >= maxPlaces || paths > maxPaths || strings.Contains(f.Path, nextPath) {
		return false
	}
	if p.Path != "" && !strings.Contains(p.Path, nextPath) && p.Path != f.Path && !slices.Contains(f.More, p) {
		f.More = append(f.More, p)
	}
	return true
}

// What is around the parts of a fault's text.
const (
	pathEnd   = ": "
	nextPath  = ", "
	wantStart = "want "
)

// Parse reads the text of a fault. It returns nil for any other text. It reports sealed if this process
// wrote the text; a fault without that is an upstream's, and only its kind may be used.
func Parse(text string) (f *Fault, sealed bool) {
	text, closed := strings.CutSuffix(foreign.TrimConnectUnmarshal(text), ")")
	i := strings.LastIndex(text, " (")
	if !closed || i < 0 {
		return nil, false
	}
	kind, seal, _ := strings.Cut(text[i+2:], " ")
	f = &Fault{Kind: Kind(kind), Wanted: text[:i]}
	if !f.Kind.isKnown() {
		return nil, false
	}
	if j := strings.LastIndex(f.Wanted, pathEnd+wantStart); j >= 0 {
		f.Path, f.Wanted = f.Wanted[:j], f.Wanted[j+len(pathEnd):]
	}
	if f.Wanted == wantFields {
		paths := strings.Split(f.Path, nextPath)
		f.Path, f.Wanted = paths[0], WantField
		for _, path := range paths[1:] {
			f.More = append(f.More, Place{Path: path})
		}
	}
	return f, hmac.Equal([]byte(f.seal()), []byte(seal))
}

// Error implements error: "folder.name: want text (WRONG_TYPE 9f86d081884c7d65)".
func (f *Fault) Error() string { return f.plain() + " (" + string(f.Kind) + " " + f.seal() + ")" }

func (f *Fault) plain() string {
	switch {
	case f.Path == "":
		return f.Wanted
	case len(f.More) == 0:
		return f.Path + pathEnd + f.Wanted
	}
	paths := f.Path
	for _, p := range f.More {
		paths += nextPath + p.Path
	}
	return paths + pathEnd + wantFields
}

// Unwrap returns a *connect.Error of invalid_argument with the [Fault.BadRequest]. Vanguard looks for
// one, and calls an error without it internal.
func (f *Fault) Unwrap() error {
	e := connect.NewError(connect.CodeInvalidArgument, plainText(f.Error()))
	if detail, err := connect.NewErrorDetail(f.BadRequest()); err == nil {
		e.AddDetail(detail)
	}
	return e
}

type plainText string

func (t plainText) Error() string { return string(t) }

// BadRequest returns the fault as a detail with a violation for each field, in the names of the .proto.
func (f *Fault) BadRequest() *errdetails.BadRequest {
	detail := new(errdetails.BadRequest)
	for _, p := range f.places() {
		detail.FieldViolations = append(detail.FieldViolations, &errdetails.BadRequest_FieldViolation{
			Field: cmp.Or(p.ProtoPath, p.Path), Description: f.Wanted, Reason: string(f.Kind),
		})
	}
	return detail
}

func (f *Fault) places() []Place {
	return append([]Place{{f.Path, f.ProtoPath}}, f.More...)
}

// Fields returns the fields that are wrong; none if it is the whole body.
func (f *Fault) Fields() (fields []mapping.Field) {
	if f.Path == "" {
		return nil
	}
	for _, p := range f.places() {
		fields = append(fields, mapping.Field{
			Path: cmp.Or(p.ProtoPath, p.Path), Description: f.Wanted, Reason: string(f.Kind), JSONPath: p.Path,
		})
	}
	return fields
}

// Err returns the error that stands in for the fault: the policy's entry for the kind, and the
// [Fault.Fields].
func (f *Fault) Err(policy *mapping.Policy) *mapping.Error {
	e := policy.ByConnectCode(connectcode.InvalidArgument, f.Kind.Condition())
	if f.Path == "" {
		return e
	}
	return e.WithFields(f.Fields()...)
}

// sealKey returns this process's own key. What a transcoder writes passes through HTTP, where an
// upstream may have written anything.
var sealKey = sync.OnceValue(func() (key [sha256.Size]byte) {
	_, _ = rand.Read(key[:]) // which never fails
	return key
})

// seal returns the proof that this process found the fault.
func (f *Fault) seal() string {
	key := sealKey()
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(string(f.Kind) + " " + f.plain()))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}
