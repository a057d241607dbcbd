// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package wiring_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"connectrpc.com/authn"
	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
	"github.com/errpact/errpact/test/trouble"
)

// A recorder is a test that fails without failing this one.
type recorder struct {
	testing.TB
	said []string
}

func (*recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// said returns what a test says that is run with a recorder.
func said(t *testing.T, test func(testing.TB)) []string {
	t.Helper()
	r, done := &recorder{TB: t}, make(chan struct{})
	go func() {
		defer close(done)
		test(r)
	}()
	<-done
	return r.said
}

// newPolicy returns a policy with a rule of its own, whose reports fail the test: a probe makes none.
func newPolicy(t *testing.T) *mapping.Policy {
	t.Helper()
	policy, err := mapping.NewPolicy(
		mapping.WithRules(mapping.MapIs(errMissing, errpactv1err.NotExist)),
		mapping.WithReport(func(_ context.Context, r mapping.Report) { t.Errorf("a check has reported %v, %v", r.Err, r.Panic) }))
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

var errMissing = errors.New("missing")

const service = "/errpact.interop.v1.TroubleService/"

// never is what methods do that must not run.
func never(t *testing.T) trouble.Answer {
	return func(context.Context, string) error {
		t.Error("a method has run")
		return nil
	}
}

// runs is what methods do that have no interceptor to stop them.
func runs(context.Context, string) error { return errMissing }

// v1, v2 and grpcServer serve the service behind interceptors.
func v1(answer trouble.Answer, interceptors ...connect.Interceptor) *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle(interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: answer}, connect.WithInterceptors(interceptors...)))
	return mux
}

func v2(answer trouble.Answer, interceptors ...connectv2.ServerInterceptor) *http.ServeMux {
	server := connectv2.NewServer(interceptors...)
	interopv1connectv2.RegisterTroubleServiceHandler(server, trouble.ConnectV2{Answer: answer})
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server)
	return mux
}

func grpcServer(t *testing.T, answer trouble.Answer, options ...grpc.ServerOption) *grpc.Server {
	t.Helper()
	server := grpc.NewServer(options...)
	t.Cleanup(server.Stop)
	interopv1.RegisterTroubleServiceServer(server, trouble.GRPC{Answer: answer})
	return server
}

// errpact makes the interceptors of each stack with a policy.
func errpactV1(policy *mapping.Policy) connect.Interceptor {
	return interceptor.New(interceptor.WithPolicy(policy))
}

func errpactV2(policy *mapping.Policy) connectv2.ServerInterceptor {
	return errpactv2.NewServerInterceptor(errpactv2.WithPolicy(policy))
}

func errpactGRPC(policy *mapping.Policy) []grpc.ServerOption {
	return grpcgo.New(grpcgo.WithPolicy(policy)).ServerOptions()
}

// token is the one that is let in.
const token = "Bearer good"

func withToken(r *http.Request) { r.Header.Set("Authorization", token) }

// A refuser refuses what has no token: an interceptor of each stack, a function of authn's, and middlewares.
type refuser struct{}

func refuse(header http.Header) error {
	if header.Get("Authorization") != token {
		return connect.NewError(connect.CodeUnauthenticated, errors.New("who are you?"))
	}
	return nil
}

func (refuser) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		if err := refuse(req.Header()); err != nil {
			return nil, err
		}
		return next(ctx, req)
	}
}

func (refuser) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		if err := refuse(conn.RequestHeader()); err != nil {
			return err
		}
		return next(ctx, conn)
	}
}

func (refuser) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

func refuserV2(next connectv2.ServerFunc) connectv2.ServerFunc {
	return func(ctx context.Context, spec connectv2.Spec, stream connectv2.ServerStream) error {
		info, _ := connectv2.CallInfoForServerContext(ctx)
		if got := info.RequestHeader().Get("Authorization"); got != token {
			return connectv2.NewError(connectv2.CodeUnauthenticated, "who are you?")
		}
		return next(ctx, spec, stream)
	}
}

func refuserGRPC() []grpc.ServerOption {
	refuse := func(ctx context.Context) error {
		md, _ := metadata.FromIncomingContext(ctx)
		if strings.Join(md.Get("authorization"), "") != token {
			return status.Error(codes.Unauthenticated, "who are you?")
		}
		return nil
	}
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
			if err := refuse(ctx); err != nil {
				return nil, err
			}
			return next(ctx, req)
		}),
		grpc.ChainStreamInterceptor(func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
			if err := refuse(stream.Context()); err != nil {
				return err
			}
			return next(srv, stream)
		}),
	}
}

func authFunc(_ context.Context, req authn.Request) (any, error) {
	if err := refuse(req.Header()); err != nil {
		return nil, authn.Errorf("who are you?")
	}
	return "ann", nil
}

// gatekeeper is a middleware that writes by itself, or as it is told.
func gatekeeper(write func(http.ResponseWriter, *http.Request)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if refuse(r.Header) != nil {
				write(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func forbid(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "who are you?", http.StatusUnauthorized)
}
