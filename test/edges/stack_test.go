// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package edges_test

import (
	"context"
	"net/http"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/vanguard"

	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/callers"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
)

// service is the path of its methods.
const service = "/errpact.interop.v1.TroubleService/"

// A stack is TroubleService with errpact, or without it for comparison. Its unary method succeeds; no
// other is implemented.
type stack struct {
	version version
	policy  *mapping.Policy
	// text is what the unary method answers, when it has waited for what the test wants; nil is for nothing.
	text string
	wait func(context.Context)
	// readMax and sendMax are Connect's limits, or 0.
	readMax, sendMax int
	// gate is refused by Connect's own means, before errpact; empty refuses nobody.
	gate string
	// around is a middleware inside of rest.Handler, or nil.
	around func(http.Handler) http.Handler
	rest   []rest.Option
}

// handler has vanguard for REST, and Connect's handlers for RPCs.
func (s stack) handler(t *testing.T) http.Handler {
	t.Helper()
	rpc := s.version.handler(s)
	transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewService(service, rpc, vanguard.WithMaxMessageBufferBytes(64<<10))})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/v1/", transcoder)
	mux.Handle(service, rpc)
	inner := http.Handler(mux)
	if s.around != nil {
		inner = s.around(inner)
	}
	if s.policy == nil {
		return inner
	}
	return rest.Handler(inner, append([]rest.Option{rest.WithPolicy(s.policy)}, s.rest...)...)
}

// A version is one of Connect's.
type version struct {
	name string
	// reads says that errpact's interceptor surrounds the reading of a unary request, and the writing of
	// its response.
	reads   bool
	handler func(stack) http.Handler
	// dial is a client of it, with errpact.
	dial func(http.RoundTripper, string, callers.Way) callers.Caller
}

var versions = []version{{"v1", false, handlerV1, dialV1}, {"v2", true, handlerV2, dialV2}}

// everyVersion runs a test for each.
func everyVersion(t *testing.T, test func(*testing.T, version)) {
	t.Helper()
	for _, v := range versions {
		t.Run(v.name, func(t *testing.T) { test(t, v) })
	}
}

type serviceV1 struct {
	interopv1connect.UnimplementedTroubleServiceHandler
	stack
}

func (s serviceV1) Unary(ctx context.Context, _ *connect.Request[interopv1.UnaryRequest]) (*connect.Response[interopv1.UnaryResponse], error) {
	return connect.NewResponse(s.response(ctx)), nil
}

func (serviceV1) ServerStream(context.Context, *connect.Request[interopv1.ServerStreamRequest], *connect.ServerStream[interopv1.ServerStreamResponse]) error {
	return nil
}

type serviceV2 struct {
	interopv1connectv2.UnimplementedTroubleServiceHandler
	stack
}

func (s serviceV2) Unary(ctx context.Context, _ *interopv1.UnaryRequest) (*interopv1.UnaryResponse, error) {
	return s.response(ctx), nil
}

func (serviceV2) ServerStream(context.Context, *interopv1.ServerStreamRequest, interopv1connectv2.TroubleServiceServerStreamServerStream) error {
	return nil
}

func (s stack) response(ctx context.Context) *interopv1.UnaryResponse {
	if s.wait != nil {
		s.wait(ctx)
	}
	return &interopv1.UnaryResponse{Text: s.text}
}

func handlerV1(s stack) http.Handler {
	options := []connect.HandlerOption{connect.WithReadMaxBytes(s.readMax), connect.WithSendMaxBytes(s.sendMax)}
	if s.policy != nil {
		options = append(options, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(s.policy))))
	}
	if s.gate != "" {
		options = append(options, connect.WithRequestGate(func(context.Context, connect.Spec, connect.Peer, http.Header) (context.Context, error) {
			return nil, connect.NewError(connect.CodePermissionDenied, errText(s.gate))
		}))
	}
	_, handler := interopv1connect.NewTroubleServiceHandler(serviceV1{stack: s}, options...)
	return handler
}

type errText string

func (e errText) Error() string { return string(e) }

// handlerV2 has a gate that is an interceptor outside of errpact's.
func handlerV2(s stack) http.Handler {
	var interceptors []connectv2.ServerInterceptor
	if s.gate != "" {
		interceptors = append(interceptors, func(connectv2.ServerFunc) connectv2.ServerFunc {
			return func(context.Context, connectv2.Spec, connectv2.ServerStream) error {
				return connectv2.NewError(connectv2.CodePermissionDenied, s.gate)
			}
		})
	}
	if s.policy != nil {
		interceptors = append(interceptors, errpactv2.NewServerInterceptor(errpactv2.WithPolicy(s.policy)))
	}
	server := connectv2.NewServer(interceptors...)
	interopv1connectv2.RegisterTroubleServiceHandler(server, serviceV2{stack: s})
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server, connecthttp.WithReadMaxBytes(s.readMax), connecthttp.WithSendMaxBytes(s.sendMax))
	return mux
}

func dialV1(transport http.RoundTripper, base string, w callers.Way) callers.Caller {
	return callers.NewConnect(&http.Client{Transport: transport}, base, w, connect.WithInterceptors(interceptor.New()))
}

func dialV2(transport http.RoundTripper, base string, w callers.Way) callers.Caller {
	return callers.NewConnectV2(callers.NewTransportV2(&http.Client{Transport: transport}, base, w), errpactv2.NewClientInterceptor())
}
