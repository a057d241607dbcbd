// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/exported"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// noContext is what a caller passes who has none.
var noContext context.Context

// nilErrors are those of the suite, and an error without a status.
var nilErrors = append(suite.NilErrors(), statusless{})

var nilInterceptors = []*grpcgo.Interceptor{nil, {}, grpcgo.New(nil, nil), grpcgo.New(grpcgo.WithRelay())}

// TestG7ExportedFunctionsTakeNil has a row for every exported function and method.
func TestG7ExportedFunctionsTakeNil(t *testing.T) {
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	defer slog.SetDefault(before)
	rows := map[string]func(*testing.T){
		"New":                       func(t *testing.T) { checkNilErrors(t, grpcgo.New(nil, nil)) },
		"WithPolicy":                func(t *testing.T) { checkNilErrors(t, grpcgo.New(grpcgo.WithPolicy(nil))) },
		"WithRelay":                 func(t *testing.T) { checkNilErrors(t, grpcgo.New(grpcgo.WithRelay())) },
		"WithSkip":                  func(t *testing.T) { checkNilErrors(t, grpcgo.New(grpcgo.WithSkip(nil))) },
		"LimitResponses":            checkLimitResponses,
		"Interceptor.ServerOptions": func(t *testing.T) { checkNilErrors(t, nil) },
		"Interceptor.DialOptions":   func(t *testing.T) { checkNilErrors(t, new(grpcgo.Interceptor)) },
		"Interceptor.UnaryServer":   checkUnaryServer,
		"Interceptor.StreamServer":  checkStreamServer,
		"Interceptor.UnaryClient":   checkUnaryClient,
		"Interceptor.StreamClient":  checkStreamClient,
	}
	functions, err := exported.Functions(".")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(functions, slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("rows (-exported +tested):\n%s", diff)
	}
	for name, row := range rows {
		t.Run(name, row)
	}
}

// checkLimitResponses: the option goes with a nil interceptor's.
func checkLimitResponses(t *testing.T) {
	i := (*grpcgo.Interceptor)(nil)
	conn := dial(t, serve(t, answers(nil)), append(i.DialOptions(), grpcgo.LimitResponses())...)
	if err := call(t.Context(), conn, unary); err != nil {
		t.Errorf("a success is %v", err)
	}
}

// checkNilErrors runs the suite's typed nils with an interceptor on both sides.
func checkNilErrors(t *testing.T, i *grpcgo.Interceptor) {
	t.Helper()
	suite.G7InTurns(t, newStack(func() *grpcgo.Interceptor { return i }))
}

func checkUnaryServer(t *testing.T) {
	for _, i := range nilInterceptors {
		for _, err := range append(nilErrors, errPlain, nil) {
			handle := func(context.Context, any) (any, error) { return nil, err }
			if _, got := i.UnaryServer(noContext, nil, nil, handle); (got == nil) != (err == nil) || err != nil && status.Code(got) != codes.Unknown {
				t.Errorf("%T became %v", err, got)
			}
		}
		if _, err := i.UnaryServer(t.Context(), nil, nil, nil); !errors.Is(err, errpactv1err.Unknown) {
			t.Errorf("without a handler: %v", err)
		}
	}
}

func checkStreamServer(t *testing.T) {
	for _, i := range nilInterceptors {
		for _, err := range append(nilErrors, errPlain, nil) {
			if got := i.StreamServer(nil, nil, nil, func(any, grpc.ServerStream) error { return err }); (got == nil) != (err == nil) {
				t.Errorf("%T became %v", err, got)
			}
		}
		use := func(_ any, stream grpc.ServerStream) error { return stream.RecvMsg(nil) }
		for _, handler := range []grpc.StreamHandler{nil, use} {
			if err := i.StreamServer(nil, nil, nil, handler); !errors.Is(err, errpactv1err.Unknown) {
				t.Errorf("without a handler or a stream: %v", err)
			}
		}
	}
}

func checkUnaryClient(t *testing.T) {
	for _, i := range nilInterceptors {
		for _, err := range append(nilErrors, errPlain, nil) {
			got := i.UnaryClient(noContext, "", nil, nil, nil, func(context.Context, string, any, any, *grpc.ClientConn, ...grpc.CallOption) error {
				return err
			})
			if (got == nil) != (err == nil) || err != nil && mapping.CodeOf(got) != errpactv1err.Unknown {
				t.Errorf("%T became %v", err, got)
			}
		}
		unauthenticated := status.Error(codes.Unauthenticated, "x")
		if err := i.UnaryClient(noContext, "", nil, nil, nil, func(context.Context, string, any, any, *grpc.ClientConn, ...grpc.CallOption) error {
			return unauthenticated
		}); !errors.Is(err, errpactv1err.AuthNotProvided) {
			t.Errorf("without a context: %v", err)
		}
		if err := i.UnaryClient(t.Context(), "", nil, nil, nil, nil); !errors.Is(err, errpactv1err.Unknown) {
			t.Errorf("without an invoker: %v", err)
		}
	}
}

func checkStreamClient(t *testing.T) {
	for _, i := range nilInterceptors {
		for _, err := range append(nilErrors, errPlain, nil) {
			stream, got := i.StreamClient(noContext, nil, nil, "", func(context.Context, *grpc.StreamDesc, *grpc.ClientConn, string, ...grpc.CallOption) (grpc.ClientStream, error) {
				return nil, err
			})
			if stream != nil || (got == nil) != (err == nil) {
				t.Errorf("%T became %v", err, got)
			}
		}
		if _, err := i.StreamClient(t.Context(), nil, nil, "", nil); !errors.Is(err, errpactv1err.Unknown) {
			t.Errorf("without a streamer: %v", err)
		}
	}
}

func TestG7NoZeroValuePanics(t *testing.T) {
	exported.CheckZero(t, ".", new(grpcgo.Interceptor))
}
