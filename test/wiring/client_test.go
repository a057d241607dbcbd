// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package wiring_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/wiringtest"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/callers"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
)

// A call is what a user gives to CheckClient.
type call func(context.Context, *url.URL) error

// every calls each method in turn, and returns the last error if all have failed.
func every(ctx context.Context, caller callers.Caller) (last error) {
	for _, m := range callers.Methods {
		if _, last = caller(ctx, m, ""); last == nil {
			return nil
		}
	}
	return last
}

func byConnect(t *testing.T, protocol callers.Protocol, interceptors ...connect.Interceptor) call {
	return func(ctx context.Context, server *url.URL) error {
		over := &http.Client{Transport: loopback.NewTransport(t, true)}
		return every(ctx, callers.NewConnect(over, server.String(), callers.Way{Protocol: protocol}, connect.WithInterceptors(interceptors...)))
	}
}

func byConnectV2(t *testing.T, protocol callers.Protocol, interceptors ...connectv2.ClientInterceptor) call {
	return func(ctx context.Context, server *url.URL) error {
		over := callers.NewTransportV2(&http.Client{Transport: loopback.NewTransport(t, true)}, server.String(), callers.Way{Protocol: protocol})
		return every(ctx, callers.NewConnectV2(over, interceptors...))
	}
}

func byGRPC(options ...grpc.DialOption) call {
	return func(ctx context.Context, server *url.URL) error {
		conn, err := grpc.NewClient("passthrough:///"+server.Host, append(options, grpc.WithTransportCredentials(insecure.NewCredentials()))...)
		if err != nil {
			return err
		}
		defer func() { _ = conn.Close() }()
		return every(ctx, callers.NewGRPC(conn))
	}
}

// byREST reads the answer, or makes an error of its status.
func byREST(check bool, options ...rest.Option) call {
	return func(ctx context.Context, server *url.URL) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.JoinPath("/things/1").String(), nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		defer func() { _ = res.Body.Close() }()
		if check {
			return rest.CheckResponse(res, options...)
		}
		return fmt.Errorf("status %d", res.StatusCode)
	}
}

// unlinked is a catalogue that is not linked into the program.
func unlinked(t *testing.T) *mapping.Catalogue {
	t.Helper()
	file := protodesc.ToFileDescriptorProto(interopv1.File_errpact_interop_v1_conformance_code_proto)
	name := "unlinked.proto"
	file.Name = &name
	pkg := "unlinked.v1"
	file.Package = &pkg
	made, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := mapping.NewCatalogue(made.Enums().Get(0))
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}

func TestCheckClientFindsNothingInRightClients(t *testing.T) {
	codes := []mapping.Code{
		errpactv1err.ContainerUnpackingFailedInvalidHash, errpactv1err.Unknown, errpactv1err.DatabaseTemporarilyUnavailable, conformance(t, 1005),
	}
	for name, call := range map[string]call{
		"v1":                  byConnect(t, callers.Connect, interceptor.New()),
		"v1, gRPC":            byConnect(t, callers.GRPC, interceptor.New()),
		"v1, gRPC-Web":        byConnect(t, callers.GRPCWeb, interceptor.New()),
		"v1, relaying":        byConnect(t, callers.Connect, interceptor.New(interceptor.WithRelay())),
		"v1, and an observer": byConnect(t, callers.Connect, otelV1, interceptor.New()),
		"v2":                  byConnectV2(t, callers.Connect, errpactv2.NewClientInterceptor()),
		"v2, gRPC":            byConnectV2(t, callers.GRPC, errpactv2.NewClientInterceptor()),
		"v2, relaying":        byConnectV2(t, callers.GRPCWeb, errpactv2.NewClientInterceptor(errpactv2.WithRelay())),
		"grpc-go":             byGRPC(grpcgo.New().DialOptions()...),
		"grpc-go, relaying":   byGRPC(grpcgo.New(grpcgo.WithRelay()).DialOptions()...),
		"REST":                byREST(true),
		"wrapped by the program": func(ctx context.Context, server *url.URL) error {
			return fmt.Errorf("get: %w", byConnect(t, callers.Connect, interceptor.New())(ctx, server))
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := said(t, func(tb testing.TB) { wiringtest.CheckClient(tb, call, codes...) }); len(got) > 0 {
				t.Errorf("it finds %q", got)
			}
		})
	}
}

// A wrongClient has a mistake, and the finding.
type wrongClient struct {
	name  string
	call  call
	codes []mapping.Code
	want  string
}

func wrongClients(t *testing.T) []wrongClient {
	t.Helper()
	foreign := unlinked(t).Code(1005)
	return []wrongClient{
		{"v1, no interceptor", byConnect(t, callers.Connect), nil, "the client has no errpact, and got ERROR_CODE_NOT_EXIST: Resource does not exist as not_found: Resource does not exist: write connect.WithInterceptors(interceptor.New())"},
		{"v1, gRPC, no interceptor", byConnect(t, callers.GRPC), nil, "write connect.WithInterceptors(interceptor.New())"},
		{"v1, gRPC-Web, no interceptor", byConnect(t, callers.GRPCWeb), nil, "write connect.WithInterceptors(interceptor.New())"},
		{"v2, no interceptor", byConnectV2(t, callers.Connect), nil, "write connect.NewClient(transport, connectv2.NewClientInterceptor())"},
		{"v2, gRPC, no interceptor", byConnectV2(t, callers.GRPC), nil, "write connect.NewClient(transport, connectv2.NewClientInterceptor())"},
		{"grpc-go, no interceptor", byGRPC(), nil, "write grpc.NewClient(target, append(grpcgo.New().DialOptions(), options...)...)"},
		{"grpc-go, an interceptor for unary calls alone", byGRPC(grpc.WithChainUnaryInterceptor(grpcgo.New().UnaryClient)), nil, "write grpc.NewClient(target, append(grpcgo.New().DialOptions(), options...)...)"},
		{"REST, no CheckResponse", byREST(false), nil, "got ERROR_CODE_NOT_EXIST: Resource does not exist as status 404: write rest.CheckResponse(res)"},
		{"v1, two interceptors", byConnect(t, callers.Connect, interceptor.New(), interceptor.New()), nil, "the client has interceptor.New twice: remove one"},
		{"v2, two interceptors", byConnectV2(t, callers.GRPC, errpactv2.NewClientInterceptor(), errpactv2.NewClientInterceptor()), nil, "the client has connectv2.NewClientInterceptor twice: remove one"},
		{"grpc-go, two interceptors", byGRPC(append(grpcgo.New().DialOptions(), grpcgo.New().DialOptions()...)...), nil, "the client has grpcgo.New twice: remove one"},
		{"v1, a catalogue that it does not know", byConnect(t, callers.Connect, interceptor.New()), []mapping.Code{foreign}, "write interceptor.WithPolicy(policy) for a policy with mapping.WithCatalogues"},
		{"v2, a catalogue that it does not know", byConnectV2(t, callers.GRPC, errpactv2.NewClientInterceptor()), []mapping.Code{foreign}, "write connectv2.WithPolicy(policy) for a policy with"},
		{"grpc-go, a catalogue that it does not know", byGRPC(grpcgo.New().DialOptions()...), []mapping.Code{foreign}, "write grpcgo.WithPolicy(policy) for a policy with"},
		{"REST, numbers of two catalogues", byREST(true), []mapping.Code{foreign}, "write rest.WithPolicy(policy) for a policy with"},
		{"an error that is not returned", func(ctx context.Context, server *url.URL) error {
			_ = byGRPC(grpcgo.New().DialOptions()...)(ctx, server)
			return nil
		}, nil, "the call returned no error, and the server answered ERROR_CODE_NOT_EXIST: Resource does not exist: return the error of the call"},
		{"another server", func(context.Context, *url.URL) error { return errors.New("no route") }, nil, "the call did not come to the server, and returned no route: make the client with server.String(), or server.Host"},
		{"no call", nil, nil, "the call is nil"},
	}
}

func TestCheckClientSaysWhichLineToWrite(t *testing.T) {
	for _, test := range wrongClients(t) {
		t.Run(test.name, func(t *testing.T) {
			got := said(t, func(tb testing.TB) { wiringtest.CheckClient(tb, test.call, test.codes...) })
			if len(got) != 1 || !strings.Contains(got[0], test.want) {
				t.Errorf("it finds %q, want %q", got, test.want)
			}
		})
	}
}

func conformance(t *testing.T, number int32) mapping.Code {
	t.Helper()
	catalogue, err := mapping.NewCatalogue(interopv1.ConformanceCode(0).Descriptor())
	if err != nil {
		t.Fatal(err)
	}
	return catalogue.Code(number)
}
