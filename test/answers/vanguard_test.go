// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package answers_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"connectrpc.com/connect"
	"connectrpc.com/vanguard"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
)

// target is what is behind vanguard.
type target struct {
	name     string
	protocol vanguard.Protocol
	codec    string
}

var targets = []target{
	{"Connect, proto", vanguard.ProtocolConnect, vanguard.CodecProto},
	{"Connect, JSON", vanguard.ProtocolConnect, vanguard.CodecJSON},
	{"gRPC, proto", vanguard.ProtocolGRPC, vanguard.CodecProto},
	{"gRPC, JSON", vanguard.ProtocolGRPC, vanguard.CodecJSON},
	{"gRPC-Web, proto", vanguard.ProtocolGRPCWeb, vanguard.CodecProto},
	{"gRPC-Web, JSON", vanguard.ProtocolGRPCWeb, vanguard.CodecJSON},
}

// fail is what the names of TroubleService stand for.
func fail(ctx context.Context, name string) error {
	switch name {
	case "mapped":
		return errpactv1err.NotExist.WithMetadata("id", "f").Wrap(errors.New(canary))
	case "retry":
		return errpactv1err.DatabaseTemporarilyUnavailable.Wrap(errors.New(canary))
	case "unauthenticated":
		return errpactv1err.AuthExpired
	case "unmapped":
		return errors.New(canary)
	case "connect":
		return connect.NewError(connect.CodeAlreadyExists, errors.New("is there"))
	case "internal":
		return connect.NewError(connect.CodeInternal, errors.New(canary))
	case "any":
		return withUnknownDetail()
	case "17":
		return connect.NewError(connect.Code(17), errors.New(canary))
	case "unchanged":
		return connect.NewNotModifiedError(http.Header{"Etag": {`"1"`}})
	case "panic":
		panic(canary)
	case "abort":
		panic(http.ErrAbortHandler)
	case "slow":
		<-ctx.Done()
		return ctx.Err()
	}
	return nil
}

func withUnknownDetail() error {
	err := connect.NewError(connect.CodeNotFound, errors.New("is not there"))
	detail, wrong := connect.NewErrorDetail(&anypb.Any{TypeUrl: "type.googleapis.com/acme.v1.Unknown", Value: []byte{8, 1}})
	if wrong != nil {
		return wrong
	}
	err.AddDetail(detail)
	return err
}

// transcoder is vanguard in front of TroubleService, and a count of how often that ran.
func transcoder(t testing.TB, to target, opts ...connect.HandlerOption) (http.Handler, *atomic.Int32) {
	t.Helper()
	ran := new(atomic.Int32)
	path, handler := interopv1connect.NewTroubleServiceHandler(counted(ran), append(opts, connect.WithReadMaxBytes(maxBody))...)
	h, err := vanguard.NewTranscoder([]*vanguard.Service{
		vanguard.NewService(path, handler,
			vanguard.WithTargetProtocols(to.protocol), vanguard.WithTargetCodecs(to.codec), vanguard.WithMaxMessageBufferBytes(maxBody)),
		files(t, to, ran, opts...),
	}, vanguard.WithRules(routes()...))
	if err != nil {
		t.Fatal(err)
	}
	return h, ran
}

const maxBody = 64 << 10

func fails(name, trouble string, w want) row {
	w.runs = true
	return row{name: name, method: "GET", path: "/v1/trouble/" + trouble, want: w}
}

func posts(name, body string, w want, header ...string) row {
	if len(header) == 0 {
		header = []string{"Content-Type", "application/json"}
	}
	return row{name, "POST", "/v1/trouble", body, header, w}
}

// The messages that several rows have.
const (
	structure = "Invalid structure"
	unknown   = "Unknown server side error occurred"
)

var vanguardRows = []row{
	fails("success", "", want{}), // replaced: a path needs a name
	fails("an error of the catalogue", "mapped", want{status: 404, number: 10, message: "Resource does not exist"}),
	fails("an error with a retry delay", "retry", want{status: 503, number: 12, message: "Database is temporarily unavailable", header: []string{"Retry-After", "1"}}),
	fails("an expired token", "unauthenticated", want{status: 401, number: 8, message: "Access token has expired", header: []string{"Www-Authenticate", `Bearer realm="api"`}}),
	fails("an error that nobody mapped", "unmapped", want{status: 500, message: unknown}),
	fails("a Connect error for the caller", "connect", want{status: 409, number: 4, message: "is there"}),
	fails("a Connect error of code internal", "internal", want{status: 500, message: unknown}),
	fails("a detail of an unknown type", "any", want{status: 404, number: 10, message: "is not there"}),
	fails("a Connect code that does not exist", "17", want{status: 500, message: unknown}),
	fails("not modified", "unchanged", want{status: 304, as: asIs, header: []string{"Etag", `"1"`}}),
	fails("a panic", "panic", want{status: 500, message: unknown}),
	fails("http.ErrAbortHandler", "abort", want{as: aborted}),
	{"the caller's deadline", "GET", "/v1/trouble/slow", "", []string{"X-Server-Timeout", "0.02"}, want{status: 504, message: "Gateway Timeout", runs: true}},
	{"a malformed deadline", "GET", "/v1/trouble/x", "", []string{"X-Server-Timeout", "soon"}, want{status: 400, number: 3, message: structure}},
	{"an unknown path", "GET", "/nope", "", nil, want{status: 404, number: 10, message: "Resource does not exist"}},
	{"a wrong method", "DELETE", "/v1/trouble/x", "", nil, want{status: 405, number: 1, message: "Method is not allowed", header: []string{"Allow", "GET"}}},
	{"HEAD", "HEAD", "/v1/trouble/x", "", nil, want{status: 405, header: []string{"Allow", "GET"}}},
	{"OPTIONS", "OPTIONS", "/v1/trouble/x", "", nil, want{status: 405, number: 1, message: "Method is not allowed", header: []string{"Allow", "GET"}}},
	posts("broken JSON", `{"name":`, want{status: 400, number: 3, message: structure}),
	posts("a value of the wrong type", `{"inner":{"count":"x"}}`, want{status: 400, number: 5, message: "Invalid type", field: "inner.count", reason: "WRONG_TYPE"}),
	posts("an array in place of an object", `[]`, want{status: 400, number: 5, message: "Invalid type"}),
	posts("a number out of range", `{"amount":4294967296}`, want{status: 400, number: 4, message: "Invalid value", field: "amount", reason: "NOT_ALLOWED"}),
	{"broken JSON for a field", "PUT", "/v1/trouble/x/inner", `{"label":`, []string{"Content-Type", "application/json"}, want{status: 400, number: 3, message: structure}},
	{"a wrong type for a field", "PUT", "/v1/trouble/x/inner", `{"count":"x"}`, []string{"Content-Type", "application/json"}, want{status: 400, number: 5, message: "Invalid type", field: "count", reason: "WRONG_TYPE"}},
	posts("a value in the words of a decoder", `{"amount":"request body too large"}`, want{status: 400, number: 5, message: "Invalid type", field: "amount", reason: "WRONG_TYPE"}),
	posts("a field mask in snake_case", `{"updateMask":"display_name"}`, want{status: 400, number: 4, message: "Invalid value", field: "updateMask", reason: "NOT_ALLOWED"}),
	posts("an Any whose type is a number", `{"payload":{"@type":5}}`, want{status: 400, number: 3, message: structure, field: "payload", reason: "SYNTAX"}),
	posts("an Any of an unknown type", `{"payload":{"@type":"acme.v1.Nobody"}}`, want{status: 400, number: 3, message: structure, field: "payload", reason: "SYNTAX"}),
	posts("an Any without its value", `{"payload":{"@type":"x/google.protobuf.Duration"}}`, want{status: 400, number: 3, message: structure, field: "payload", reason: "SYNTAX"}),
	{"a wrong type in a list", "PUT", "/v1/trouble/x/inners", "[\n  {\"count\": \"x\"},\n  {\"count\": \"y\"}\n]", []string{"Content-Type", "application/json"}, want{status: 400, number: 5, message: "Invalid type", field: "[0].count", reason: "WRONG_TYPE"}},
	{"a body that is a mask", "PUT", "/v1/trouble/x/mask", `"display_name"`, []string{"Content-Type", "application/json"}, want{status: 400, number: 4, message: "Invalid value"}},
	posts("an unknown field", `{"nope":1}`, want{status: 200, as: asIs, runs: true}),
	posts("an unknown enum name", `{"kind":"KIND_NOPE"}`, want{status: 200, as: asIs, runs: true}),
	{"query: a wrong type", "GET", "/v1/trouble/x?amount=many", "", nil, want{status: 400, number: 5, message: "Invalid type", field: "amount", reason: "WRONG_TYPE"}},
	{"query: a number in quotes", "GET", "/v1/trouble/x?amount=%225%22", "", nil, want{status: 400, number: 5, message: "Invalid type", field: "amount", reason: "WRONG_TYPE"}},
	{"query: a wrong type for a wrapper", "GET", "/v1/trouble/x?size=many", "", nil, want{status: 400, number: 5, message: "Invalid type", field: "size", reason: "WRONG_TYPE"}},
	{"query: out of a wrapper's range", "GET", "/v1/trouble/x?size=4294967296", "", nil, want{status: 400, number: 4, message: "Invalid value", field: "size", reason: "NOT_ALLOWED"}},
	{"path: a wrong type for a wrapper", "GET", "/v1/trouble/x/sizes/many", "", nil, want{status: 400, number: 5, message: "Invalid type", field: "size", reason: "WRONG_TYPE"}},
	{"query: out of range", "GET", "/v1/trouble/x?amount=4294967296", "", nil, want{status: 400, number: 4, message: "Invalid value", field: "amount", reason: "NOT_ALLOWED"}},
	{"query: an unknown enum name", "GET", "/v1/trouble/x?kind=KIND_NOPE", "", nil, want{status: 400, number: 4, message: "Invalid value", field: "kind", reason: "NOT_ALLOWED"}},
	{"query: no base64", "GET", "/v1/trouble/x?data=!", "", nil, want{status: 400, number: 4, message: "Invalid value", field: "data", reason: "NOT_ALLOWED"}},
	{"query: no name", "GET", "/v1/trouble/x?=1", "", nil, want{status: 400, number: 3, message: structure}},
	{"query: an unknown name", "GET", "/v1/trouble/x?nope=1", "", nil, want{status: 400, number: 3, message: structure, field: "nope", reason: "UNKNOWN_FIELD"}},
	{"a body on a GET route", "GET", "/v1/trouble/x", `{}`, []string{"Content-Type", "application/json"}, want{status: 400, number: 3, message: structure}},
	posts("a wrong content type", `x`, want{status: 415, number: 3, message: "Unsupported Media Type"}, "Content-Type", "text/plain"),
	posts("two content types", `{}`, want{status: 415, number: 3, message: "Unsupported Media Type"}, "Content-Type", "application/json", "Content-Type", "text/plain"),
	posts("a body in br", `{}`, want{status: 415, number: 3, message: "Unsupported Media Type"}, "Content-Type", "application/json", "Content-Encoding", "br"),
	posts("not gzip", `{}`, want{status: 400, number: 3, message: structure}, "Content-Type", "application/json", "Content-Encoding", "gzip"),
	posts("a body too large", `{"name":"`+strings.Repeat("x", 2*maxBody)+`"}`, want{status: 413, number: 3, message: "Request Entity Too Large"}),
	posts("a text that is not UTF-8", "{\"name\":\"\xff\"}", want{status: 400, number: 3, message: structure}),
	{"a server stream", "GET", "/v1/trouble/x/stream", "", nil, want{status: 415, number: 3, message: "Unsupported Media Type"}},
	{"an RPC path without a version", "POST", "/errpact.interop.v1.Nope/Nope", `{}`, []string{"Content-Type", "text/plain"}, want{status: 404, as: asIs}},
}[1:]

// pair is a stack without errpact and with it, and how often its handler has run.
type pair struct {
	name          string
	before, after http.Handler
	ran           *atomic.Int32
	http2         bool
}

func vanguards(t testing.TB) []pair {
	var pairs []pair
	for _, to := range targets {
		policy := newPolicy(t)
		before, _ := transcoder(t, to)
		after, ran := transcoder(t, to, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))))
		pairs = append(pairs, pair{to.name, before, rest.Handler(after, rest.WithPolicy(policy)), ran, true})
	}
	return pairs
}
