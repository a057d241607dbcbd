// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package edges_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	interopv1 "github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1"
	"github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/mapping"
)

// inferences are what a client makes of failures before the server's interceptors.
var inferences = []struct {
	name, failing string
	change        func(*http.Request)
	codes         []connect.Code // of Connect, gRPC and gRPC-Web
	want          mapping.Code
}{
	{"unknown procedure", "", func(r *http.Request) { r.URL.Path += "Nope" }, same(connect.CodeUnimplemented), errpactv1err.NotRealized},
	{"unknown path", "", func(r *http.Request) { r.URL.Path = "/nothing" }, same(connect.CodeUnimplemented), errpactv1err.NotRealized},
	{"wrong method", "", func(r *http.Request) { r.Method = http.MethodPut }, same(connect.CodeUnknown), errpactv1err.Unknown},
	{"wrong type", "", func(r *http.Request) { r.Header.Set("Content-Type", "text/csv") }, same(connect.CodeUnknown), errpactv1err.Unknown},
	{"bad timeout", "", badTimeout, same(connect.CodeInvalidArgument), errpactv1err.InvalidValue},
	{"unknown compression", "", unknownCompression, same(connect.CodeUnimplemented), errpactv1err.NotRealized},
	{"malformed", "", replacing("\xff\xff"), same(connect.CodeInvalidArgument), errpactv1err.InvalidValue},
	{"too large for Connect", "small", nil, same(connect.CodeResourceExhausted), errpactv1err.Unknown},
	{"too large for net/http", "maxbytes", nil, same(connect.CodeResourceExhausted), errpactv1err.Unknown},
	{"refused by a gate", "gate", nil, same(connect.CodePermissionDenied), errpactv1err.AuthForbidden},
	{"no credential", "authn", nil, same(connect.CodeUnauthenticated), errpactv1err.AuthNotProvided},
	{"timeout", "timeout", nil, same(connect.CodeUnavailable), errpactv1err.ExternalService},
}

func same(code connect.Code) []connect.Code { return []connect.Code{code, code, code} }

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
	for _, test := range inferences {
		s := succeeding()
		s.policy = newReports().policy(t)
		failing[test.failing](&s)
		server := serve(t, s.handler(t))
		for _, w := range ways {
			t.Run(test.name+"/"+w.name, func(t *testing.T) {
				client := newClient(t, server, w, test.change)
				err := ask(t.Context(), client)
				e, ok := mapping.From(err)
				if !ok || !e.Inferred() || !e.Remote() || !errors.Is(err, test.want) {
					t.Errorf("got %#v: %v, want %v", err, err, test.want)
				}
				index := map[byte]int{'c': 0, 'g': 1}[w.name[0]]
				if strings.HasPrefix(w.name, "grpcweb") {
					index = 2
				}
				if want := test.codes[index]; connect.CodeOf(err) != want || e.ConnectCode() != uint32(want) {
					t.Errorf("code = %v, want %v: %v", connect.CodeOf(err), want, err)
				}
			})
		}
	}
}

// ask sends more than the small limits allow.
func ask(ctx context.Context, client interopv1connect.TroubleServiceClient) error {
	_, err := client.Unary(ctx, connect.NewRequest(&interopv1.UnaryRequest{Name: strings.Repeat("x", 1000)}))
	return err
}
