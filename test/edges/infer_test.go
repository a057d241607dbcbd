// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package edges_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/callers"
)

// inferences are what a client makes of failures before the server's interceptors. A version whose
// interceptor reads the request itself answers some of them with an entry.
var inferences = []struct {
	name, failing string
	change        func(*http.Request)
	code          connect.Code
	want          mapping.Code
	read          bool
}{
	{"unknown procedure", "", func(r *http.Request) { r.URL.Path += "Nope" }, connect.CodeUnimplemented, errpactv1err.NotRealized, false},
	{"unknown path", "", func(r *http.Request) { r.URL.Path = "/nothing" }, connect.CodeUnimplemented, errpactv1err.NotRealized, false},
	{"wrong method", "", func(r *http.Request) { r.Method = http.MethodPut }, connect.CodeUnknown, errpactv1err.Unknown, false},
	{"wrong type", "", func(r *http.Request) { r.Header.Set("Content-Type", "text/csv") }, connect.CodeUnknown, errpactv1err.Unknown, false},
	{"bad timeout", "", badTimeout, connect.CodeInvalidArgument, errpactv1err.InvalidValue, false},
	{"unknown compression", "", unknownCompression, connect.CodeUnimplemented, errpactv1err.NotRealized, false},
	{"malformed", "", replacing("\xff\xff"), connect.CodeInvalidArgument, errpactv1err.InvalidValue, true},
	{"too large for Connect", "small", nil, connect.CodeResourceExhausted, errpactv1err.Unknown, true},
	{"too large for net/http", "maxbytes", nil, connect.CodeResourceExhausted, errpactv1err.Unknown, true},
	{"refused by a gate", "gate", nil, connect.CodePermissionDenied, errpactv1err.AuthForbidden, false},
	{"no credential", "authn", nil, connect.CodeUnauthenticated, errpactv1err.AuthNotProvided, false},
	{"timeout", "timeout", nil, connect.CodeUnavailable, errpactv1err.ExternalService, false},
}

func isGRPC(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc")
}

func badTimeout(r *http.Request) {
	if isGRPC(r) {
		r.Header.Set("Grpc-Timeout", "soon")
	} else {
		r.Header.Set("Connect-Timeout-Ms", "soon")
	}
}

func unknownCompression(r *http.Request) {
	if isGRPC(r) {
		r.Header.Set("Grpc-Encoding", "br")
	} else {
		r.Header.Set("Content-Encoding", "br")
	}
}

// replacing sends another message of the same size as each protocol frames it.
func replacing(message string) func(*http.Request) {
	return func(r *http.Request) {
		body := message
		if isGRPC(r) {
			body = "\x00\x00\x00\x00" + string(rune(len(message))) + message
		}
		_ = r.Body.Close()
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader([]byte(body))), int64(len(body))
		r.GetBody = nil
	}
}

func TestG12ClientsInferTheRightEntry(t *testing.T) {
	everyVersion(t, func(t *testing.T, v version) {
		for _, test := range inferences {
			s := stack{version: v, policy: newReports().policy(t)}
			failing[test.failing](&s)
			server := loopback.Serve(t, s.handler(t))
			want, told := test.want, test.read && v.reads
			if told {
				want = errpactv1err.InvalidStructure
			}
			for _, w := range ways {
				if isBidi(v, test.name, w) {
					continue
				}
				for _, client := range versions {
					t.Run(test.name+"/"+w.String()+"/"+client.name, func(t *testing.T) {
						err := ask(t, server, client, w, test.change)
						e, ok := mapping.From(err)
						if !ok || e.Inferred() == told || !e.Remote() || !errors.Is(err, want) {
							t.Errorf("got %#v: %v, want %v", err, err, want)
						}
						if codeOf(err) != test.code || e.ConnectCode() != mapping.ConnectCode(test.code) {
							t.Errorf("code = %v, want %v: %v", codeOf(err), test.code, err)
						}
					})
				}
			}
		}
	})
}

// isBidi knows what Connect v2 takes for a bidirectional stream, of which HTTP/1.1 has none: a procedure
// that it does not know, by gRPC-Web.
func isBidi(v version, failure string, w callers.Way) bool {
	return v.name == "v2" && failure == "unknown procedure" && w.Protocol == callers.GRPCWeb && w.HTTP1
}

// ask makes a unary call that sends more than the small limits allow, of a server of any version.
func ask(t *testing.T, server *httptest.Server, client version, w callers.Way, change func(*http.Request)) error {
	t.Helper()
	call := client.dial(newTransport(t, w.HTTP1, change), server.URL, w)
	return call.Err(t.Context(), callers.Method{Name: callers.Unary}, strings.Repeat("x", 1000))
}

// codeOf is the code that Connect itself finds, of either version.
func codeOf(err error) connect.Code {
	if _, ok := errors.AsType[*connectv2.Error](err); ok {
		return connect.Code(connectv2.CodeOf(err))
	}
	return connect.CodeOf(err)
}
