// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"connectrpc.com/authn"
	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/vanguard"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/test/callers"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
	"github.com/errpact/errpact/test/trouble"
)

// canary stands in what is private.
const canary = "canary-51c2"

// A session is what a store has of a token.
type session struct {
	User           string
	Guest, expired bool
}

// Expired says that the session is over.
func (s *session) Expired() bool { return s.expired }

// sessions is the store of the page's code.
var sessions store

type store struct{}

// Find returns nil for a token that it does not know.
func (store) Find(_ context.Context, token string) (*session, error) {
	switch token {
	case "ann":
		return &session{User: "ann"}, nil
	case "old":
		return &session{User: "ann", expired: true}, nil
	case "guest":
		return &session{User: "bob", Guest: true}, nil
	case "broken":
		return nil, errors.New(canary)
	case "upstream":
		return nil, connect.NewWireError(connect.CodeUnauthenticated, errors.New(canary))
	case "wrapped":
		return nil, authn.Errorf("%s: %w", canary, errpactv1err.AuthExpired)
	case "authn":
		return nil, authn.Errorf("who is %q?", token)
	case "timeout":
		return nil, fmt.Errorf("%s: %w", canary, context.DeadlineExceeded)
	}
	return nil, nil
}

type userKey struct{}

func withUser(ctx context.Context, user string) context.Context {
	return context.WithValue(ctx, userKey{}, user)
}

// users has what the service was called by.
type users struct {
	mu  sync.Mutex
	all map[string]bool
}

// answer is what the service does: it succeeds, and remembers for whom.
func (u *users) answer(ctx context.Context, _ string) error {
	user, _ := ctx.Value(userKey{}).(string)
	if info, ok := authn.GetInfo(ctx).(string); ok {
		user = info
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.all == nil {
		u.all = map[string]bool{}
	}
	u.all[user] = true
	return nil
}

// api serves RPCs by a handler, and REST by vanguard before it.
func api(t *testing.T, path string, rpc http.Handler) http.Handler {
	t.Helper()
	transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewService(path, rpc)})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/v1/", transcoder)
	mux.Handle(path, rpc)
	return mux
}

// An install is a way to authenticate on a server.
type install struct {
	name    string
	handler func(*testing.T, *users) http.Handler
}

// installs are those of the page, on each version of Connect where it makes a difference.
var installs = []install{
	{"authn", func(t *testing.T, u *users) http.Handler { return withAuthn(serviceV1(t, u)) }},
	{"authn, v2", func(t *testing.T, u *users) http.Handler { return withAuthn(serviceV2(t, u)) }},
	{"authn in a gate", func(t *testing.T, u *users) http.Handler {
		return rest.Handler(rest.Gate(authn.NewMiddleware(rest.Auth(userOfRequest)).Wrap)(serviceV1(t, u)))
	}},
	{"middleware", func(t *testing.T, u *users) http.Handler { return rest.Handler(auth(serviceV1(t, u))) }},
	{"middleware, v2", func(t *testing.T, u *users) http.Handler { return rest.Handler(auth(serviceV2(t, u))) }},
	{"interceptor", func(t *testing.T, u *users) http.Handler {
		path, handler := withInterceptor(trouble.Connect{Answer: u.answer})
		return rest.Handler(api(t, path, handler))
	}},
}

func serviceV1(t *testing.T, u *users) http.Handler {
	t.Helper()
	path, handler := interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: u.answer}, connect.WithInterceptors(interceptor.New()))
	return api(t, path, handler)
}

func serviceV2(t *testing.T, u *users) http.Handler {
	t.Helper()
	server := connectv2.NewServer(errpactv2.NewServerInterceptor())
	interopv1connectv2.RegisterTroubleServiceHandler(server, trouble.ConnectV2{Answer: u.answer})
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server)
	return api(t, "/errpact.interop.v1.TroubleService/", mux)
}

// A client calls a server with a token.
type client struct {
	name string
	way  callers.Way
	dial func(t *testing.T, server *httptest.Server, authorization string) callers.Caller
}

// clients are the real ones of each stack, in each of their protocols.
func clients() (all []client) {
	for _, w := range []callers.Way{
		{Protocol: callers.Connect, HTTP1: true}, {Protocol: callers.Connect, JSON: true}, {Protocol: callers.Connect, GET: true, HTTP1: true},
		{Protocol: callers.GRPC}, {Protocol: callers.GRPC, JSON: true}, {Protocol: callers.GRPCWeb, HTTP1: true}, {Protocol: callers.GRPCWeb},
	} {
		all = append(all,
			client{"Connect v1, " + w.String(), w, func(t *testing.T, s *httptest.Server, authorization string) callers.Caller {
				return callers.NewConnect(authorized(t, w, authorization), s.URL, w, connect.WithInterceptors(interceptor.New()))
			}},
			client{"Connect v2, " + w.String(), w, func(t *testing.T, s *httptest.Server, authorization string) callers.Caller {
				return callers.NewConnectV2(callers.NewTransportV2(authorized(t, w, authorization), s.URL, w), errpactv2.NewClientInterceptor())
			}})
	}
	return append(all, client{"grpc-go", callers.Way{Protocol: callers.GRPC}, dialGRPC})
}

// authorized is a client of HTTP that adds the header.
func authorized(t *testing.T, w callers.Way, authorization string) *http.Client {
	t.Helper()
	return &http.Client{Transport: adding{loopback.NewTransport(t, !w.HTTP1), authorization}}
}

type adding struct {
	http.RoundTripper
	authorization string
}

func (a adding) RoundTrip(r *http.Request) (*http.Response, error) {
	if a.authorization != "" {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", a.authorization)
	}
	return a.RoundTripper.RoundTrip(r)
}

func dialGRPC(t *testing.T, s *httptest.Server, authorization string) callers.Caller {
	t.Helper()
	options := append(grpcgo.New().DialOptions(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if authorization != "" {
		options = append(options, grpc.WithPerRPCCredentials(bearer(authorization)))
	}
	conn, err := grpc.NewClient("passthrough:///"+strings.TrimPrefix(s.URL, "http://"), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return callers.NewGRPC(conn)
}

// bearer is grpc-go's credentials of a call.
type bearer string

func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": string(b)}, nil
}

func (bearer) RequireTransportSecurity() bool { return false }
