// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
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

// jsonFault is what is wrong with a request in JSON, and where. Connect and vanguard hand on its text,
// and no more: so the text has all of it, and a seal by which [Handler] knows that this process, and
// not an upstream, wrote it.
type jsonFault struct {
	kind jsonFaultKind
	// path leads to the field in the body: "folder.labels["a"].names[2]". It is empty for the whole.
	path string
	// wanted says what should be there.
	wanted string
}

// jsonFaultKind is the violation's reason. Each has its entry by a condition of a fallback.
type jsonFaultKind string

const (
	faultSyntax       jsonFaultKind = "SYNTAX"
	faultUnknownField jsonFaultKind = "UNKNOWN_FIELD"
	faultWrongType    jsonFaultKind = "WRONG_TYPE"
	faultNotAllowed   jsonFaultKind = "NOT_ALLOWED"
)

func (k jsonFaultKind) isKnown() bool {
	return k == faultSyntax || k == faultUnknownField || k == faultWrongType || k == faultNotAllowed
}

func (k jsonFaultKind) when() mapping.Condition {
	switch k {
	case faultWrongType:
		return mapping.ConditionWrongType
	case faultNotAllowed:
		return mapping.ConditionOutOfRange
	}
	return mapping.ConditionUndecodable
}

// Error implements error: "folder.name: want text (WRONG_TYPE 9f86d081884c7d65)".
func (f *jsonFault) Error() string { return f.plain() + " (" + string(f.kind) + " " + f.seal() + ")" }

func (f *jsonFault) plain() string {
	if f.path == "" {
		return f.wanted
	}
	return f.path + pathEnd + f.wanted
}

// What is around the parts of a fault's text.
const (
	pathEnd   = ": "
	wantStart = "want "
)

// parseFault reads a fault's text, and whether this process wrote it.
func parseFault(text string) (f *jsonFault, sealed bool) {
	text, closed := strings.CutSuffix(foreign.TrimConnectUnmarshal(text), ")")
	i := strings.LastIndex(text, " (")
	if !closed || i < 0 {
		return nil, false
	}
	kind, seal, _ := strings.Cut(text[i+2:], " ")
	f = &jsonFault{kind: jsonFaultKind(kind), wanted: text[:i]}
	if !f.kind.isKnown() {
		return nil, false
	}
	if j := strings.LastIndex(f.wanted, pathEnd+wantStart); j >= 0 {
		f.path, f.wanted = f.wanted[:j], f.wanted[j+len(pathEnd):]
	}
	return f, hmac.Equal([]byte(f.seal()), []byte(seal))
}

// Unwrap is what vanguard finds in the error, which it would call internal.
func (f *jsonFault) Unwrap() error {
	e := connect.NewError(connect.CodeInvalidArgument, plainText(f.Error()))
	if detail, err := connect.NewErrorDetail(f.badRequest()); err == nil {
		e.AddDetail(detail)
	}
	return e
}

type plainText string

func (t plainText) Error() string { return string(t) }

func (f *jsonFault) badRequest() *errdetails.BadRequest {
	return &errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
		{Field: f.path, Description: f.wanted, Reason: string(f.kind)},
	}}
}

// sealKey is this process's own: what a transcoder writes passes through HTTP, where an upstream may
// have written anything.
var sealKey = sync.OnceValue(func() (key [sha256.Size]byte) {
	_, _ = rand.Read(key[:]) // which never fails
	return key
})

// seal proves that this process found the fault.
func (f *jsonFault) seal() string {
	key := sealKey()
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(string(f.kind) + " " + f.plain()))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// err is the error that stands in for the fault.
func (f *jsonFault) err(policy *mapping.Policy) *mapping.Error {
	e := policy.ByConnectCode(connectcode.InvalidArgument, f.kind.when())
	if f.path == "" {
		return e
	}
	return e.WithDetail(f.badRequest())
}
