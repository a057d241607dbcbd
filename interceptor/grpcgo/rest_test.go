// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/vanguard"
	"connectrpc.com/vanguard/vanguardgrpc"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// health fails as the service's name in the request asks.
type health struct {
	healthv1.UnimplementedHealthServer
	another func(context.Context) error
}

func (h health) Check(ctx context.Context, req *healthv1.HealthCheckRequest) (*healthv1.HealthCheckResponse, error) {
	switch req.GetService() {
	case "own":
		return nil, errpactv1err.NotExist.New("no such service").WithMetadata("name", "x").Wrap(errPlain)
	case "plain":
		return nil, errPlain
	case "status":
		return nil, status.Error(codes.PermissionDenied, "not for you")
	case "panic":
		panic(http.ErrAbortHandler)
	case "another":
		_ = h.another(ctx) // its errors are not this request's
		return nil, errpactv1err.AuthForbidden
	}
	return new(healthv1.HealthCheckResponse), nil
}

// front is a grpc-go server behind vanguard and rest.Handler, which speak REST for it.
func front(t *testing.T, options ...rest.Option) *httptest.Server {
	t.Helper()
	policy := newPolicy(t)
	server := grpc.NewServer(grpcgo.New(grpcgo.WithPolicy(policy)).ServerOptions()...)
	own := dial(t, serveErrors(t, answers(errpactv1err.NotExist)), decoding()...)
	healthv1.RegisterHealthServer(server, health{another: func(ctx context.Context) error { return call(ctx, own, unary) }})
	transcoder, err := vanguardgrpc.NewTranscoder(server, vanguard.WithRules(&annotations.HttpRule{
		Selector: "grpc.health.v1.Health.Check", Pattern: &annotations.HttpRule_Get{Get: "/v1/health/{service}"},
	}))
	if err != nil {
		t.Fatal(err)
	}
	return loopback.Serve(t, rest.Handler(transcoder, append(options, rest.WithPolicy(policy))...))
}

func TestRESTCallersOfAGRPCServerGetTheEnvelope(t *testing.T) {
	s := front(t)
	for name, want := range map[string]struct {
		code int
		body string
	}{
		"own":     {404, `{"error_code":10,"error_message":"no such service","details":{"metadata":{"name":"x"}}}`},
		"plain":   {500, `{"error_code":0,"error_message":"Unknown server side error occurred","details":null}`},
		"panic":   {500, `{"error_code":0,"error_message":"Unknown server side error occurred","details":null}`},
		"status":  {403, `{"error_code":9,"error_message":"not for you","details":null}`},
		"another": {403, `{"error_code":9,"error_message":"Access is denied","details":null}`},
		"fine":    {200, `{"status":"UNKNOWN"}`},
	} {
		res, err := s.Client().Get(s.URL + "/v1/health/" + name)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != want.code || strings.TrimSpace(string(body)) != want.body {
			t.Errorf("%s: %d %s, %v\nwant %d %s", name, res.StatusCode, body, err, want.code, want.body)
		}
	}
}

// TestRPCCallersOfTheSameServerGetTheirs: the envelope is for the others.
func TestRPCCallersOfTheSameServerGetTheirs(t *testing.T) {
	client := healthv1.NewHealthClient(dial(t, front(t).Listener.Addr().String(), decoding()...))
	for name, want := range map[string]mapping.Code{
		"own": errpactv1err.NotExist, "plain": errpactv1err.Unknown, "status": errpactv1err.AuthForbidden, "another": errpactv1err.AuthForbidden,
	} {
		_, err := client.Check(t.Context(), &healthv1.HealthCheckRequest{Service: name})
		if !errors.Is(err, want) || uint32(status.Code(err)) != uint32(want.ConnectCode()) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
}

// TestCallsOfOthersAreNotPartOfTheRequest: what another service answers, also one in this process, is not recorded as
// the answer to this one's REST caller.
func TestCallsOfOthersAreNotPartOfTheRequest(t *testing.T) {
	ctx := context.WithValue(t.Context(), transport.ExchangeKey{}, new(transport.Exchange))
	calls := 0
	check := func(ctx context.Context) {
		if calls++; transport.ExchangeOf(ctx) != nil {
			t.Error("the call has the request's exchange")
		}
	}
	i := grpcgo.New()
	err := i.UnaryClient(ctx, unary, nil, nil, nil, func(ctx context.Context, _ string, _, _ any, _ *grpc.ClientConn, _ ...grpc.CallOption) error {
		check(ctx)
		return nil
	})
	_, opened := i.StreamClient(ctx, nil, nil, bidiStream, func(ctx context.Context, _ *grpc.StreamDesc, _ *grpc.ClientConn, _ string, _ ...grpc.CallOption) (grpc.ClientStream, error) {
		check(ctx)
		return nil, errPlain
	})
	if err != nil || !errors.Is(opened, errPlain) || calls != 2 {
		t.Errorf("%d calls gave %v and %v", calls, err, opened)
	}
}
