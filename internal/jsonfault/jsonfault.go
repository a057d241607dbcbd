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
}

// New returns a fault of a kind, at a path, with what is wanted there.
func New(kind Kind, path, wanted string) *Fault {
	return &Fault{Kind: kind, Path: path, Wanted: wanted}
}

// What is around the parts of a fault's text.
const (
	pathEnd   = ": "
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
	return f, hmac.Equal([]byte(f.seal()), []byte(seal))
}

// Error implements error: "folder.name: want text (WRONG_TYPE 9f86d081884c7d65)".
func (f *Fault) Error() string { return f.plain() + " (" + string(f.Kind) + " " + f.seal() + ")" }

func (f *Fault) plain() string {
	if f.Path == "" {
		return f.Wanted
	}
	return f.Path + pathEnd + f.Wanted
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

// BadRequest returns the fault as a detail with one field violation, in the names of the .proto.
func (f *Fault) BadRequest() *errdetails.BadRequest {
	return &errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
		{Field: cmp.Or(f.ProtoPath, f.Path), Description: f.Wanted, Reason: string(f.Kind)},
	}}
}

// Fields returns the field that is wrong; none if it is the whole body.
func (f *Fault) Fields() []mapping.Field {
	if f.Path == "" {
		return nil
	}
	return []mapping.Field{{
		Path: cmp.Or(f.ProtoPath, f.Path), Description: f.Wanted, Reason: string(f.Kind), JSONPath: f.Path,
	}}
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
