// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
)

type text = wrapperspb.StringValue

// TestATooLargeRequestIsTheCallers, and a too large answer of another service is that service's, although Connect v1
// has the same text and the same code for both: the handler's own stream is known by the error itself.
func TestATooLargeRequestIsTheCallers(t *testing.T) {
	const procedure = "/acme.v1.Things/Get"
	long := wrapperspb.String(strings.Repeat("x", 100))
	upstream := httptest.NewServer(connect.NewUnaryHandler(procedure, func(context.Context, *connect.Request[text]) (*connect.Response[text], error) {
		return connect.NewResponse(long), nil
	}))
	t.Cleanup(upstream.Close)
	plain := connect.NewClient[text, text](upstream.Client(), upstream.URL+procedure, connect.WithReadMaxBytes(50))
	ask := func(ctx context.Context) error {
		_, err := plain.CallUnary(ctx, connect.NewRequest(new(text)))
		return err
	}
	policy, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	options := []connect.HandlerOption{connect.WithReadMaxBytes(50), connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy)))}
	for kind, test := range map[string]struct {
		handler http.Handler
		call    func(*connect.Client[text, text], *text) error
	}{
		"client stream": {
			connect.NewClientStreamHandler(procedure, func(ctx context.Context, s *connect.ClientStream[text]) (*connect.Response[text], error) {
				for s.Receive() {
				}
				if err := s.Err(); err != nil {
					return nil, err
				}
				return nil, ask(ctx)
			}, options...),
			func(c *connect.Client[text, text], request *text) error {
				s := c.CallClientStream(t.Context())
				_ = s.Send(request)
				_, err := s.CloseAndReceive()
				return err
			},
		},
		"server stream": {
			connect.NewServerStreamHandler(procedure, func(ctx context.Context, _ *connect.Request[text], _ *connect.ServerStream[text]) error {
				return ask(ctx)
			}, options...),
			func(c *connect.Client[text, text], request *text) error {
				s, err := c.CallServerStream(t.Context(), connect.NewRequest(request))
				if err != nil {
					return err
				}
				defer s.Close()
				for s.Receive() {
				}
				return s.Err()
			},
		},
	} {
		server := httptest.NewServer(test.handler)
		client := connect.NewClient[text, text](server.Client(), server.URL+procedure, connect.WithInterceptors(interceptor.New()))
		if err := test.call(client, long); !errors.Is(err, errpactv1err.InvalidStructure) {
			t.Errorf("%s: a too large request is %v", kind, err)
		}
		if err := test.call(client, new(text)); !errors.Is(err, errpactv1err.ExternalServiceRejected) {
			t.Errorf("%s: a too large answer of an upstream is %v", kind, err)
		}
		server.Close()
	}
}
