// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package repeats_test holds that a stock client which repeats UNAVAILABLE by itself never has a handler run
// twice that may have done its work.
package repeats_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/callers"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
	"github.com/errpact/errpact/test/trouble"
)

// attempts is how often the client calls at most.
const attempts = 4

// policyOfClients repeats what clients repeat. https://grpc.io/docs/guides/retry/
const policyOfClients = `{"methodConfig": [{"name": [{}], "retryPolicy": {
	"maxAttempts": 4, "initialBackoff": "0.001s", "maxBackoff": "0.002s", "backoffMultiplier": 1, "retryableStatusCodes": ["UNAVAILABLE"]
}}]}`

// A front is a server with errpact, and how often its handler ran.
type front struct {
	conn *grpc.ClientConn
	// call is what the handler does.
	call func(context.Context) error
	ran  atomic.Int32
	// repeated says that grpc-go's client repeats its UNAVAILABLE.
	repeated bool
}

func (f *front) answer(ctx context.Context, _ string) error {
	f.ran.Add(1)
	return f.call(ctx)
}

func quiet(t *testing.T) *mapping.Policy {
	t.Helper()
	policy, err := mapping.NewPolicy(mapping.WithReport(nil), mapping.WithRules(mapping.SQLRules()...))
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// fronts start a front on each stack.
func fronts(t *testing.T) map[string]*front {
	t.Helper()
	policy := quiet(t)
	v1, v2, ofGRPC := new(front), new(front), &front{repeated: true}
	mux := http.NewServeMux()
	mux.Handle(interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: v1.answer},
		connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy)))))
	v1.conn = dial(t, loopback.Serve(t, mux).Listener.Addr().String())

	muxV2, serverV2 := http.NewServeMux(), connectv2.NewServer(errpactv2.NewServerInterceptor(errpactv2.WithPolicy(policy)))
	interopv1connectv2.RegisterTroubleServiceHandler(serverV2, trouble.ConnectV2{Answer: v2.answer})
	connecthttp.Mount(muxV2, serverV2)
	v2.conn = dial(t, loopback.Serve(t, muxV2).Listener.Addr().String())

	server := grpc.NewServer(grpcgo.New(grpcgo.WithPolicy(policy)).ServerOptions()...)
	interopv1.RegisterTroubleServiceServer(server, trouble.GRPC{Answer: ofGRPC.answer})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	ofGRPC.conn = dial(t, listener.Addr().String())
	return map[string]*front{"connect v1": v1, "connect v2": v2, "grpc-go": ofGRPC}
}

func dial(t *testing.T, address string, options ...grpc.DialOption) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(address, append(options, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultServiceConfig(policyOfClients))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// readMax is the largest answer that the clients of a back read.
const readMax = 1000

// backs are the ways by which a front calls a back.
func backs(t *testing.T, address string) map[string]func(context.Context) error {
	t.Helper()
	base, unary := "http://"+address, callers.Method{Name: callers.Unary}
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	h1, h2 := &http.Client{Transport: new(http.Transport)}, &http.Client{Transport: &http.Transport{Protocols: protocols}}
	t.Cleanup(h1.CloseIdleConnections)
	t.Cleanup(h2.CloseIdleConnections)
	ours, limited := connect.WithInterceptors(interceptor.New()), connect.WithReadMaxBytes(readMax)
	way := func(p callers.Protocol) callers.Way { return callers.Way{Protocol: p} }
	grpcMax := grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(readMax))
	stock := func(options ...grpc.DialOption) *grpc.ClientConn {
		conn, err := grpc.NewClient(address, append(options, grpcMax, grpc.WithTransportCredentials(insecure.NewCredentials()))...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	calls := map[string]callers.Caller{
		"connect v1":               callers.NewConnect(h1, base, way(callers.Connect), ours, limited),
		"connect v1, HTTP/2":       callers.NewConnect(h2, base, way(callers.Connect), ours, limited),
		"connect v1, gRPC":         callers.NewConnect(h2, base, way(callers.GRPC), ours, limited),
		"connect v1, plain":        callers.NewConnect(h1, base, way(callers.Connect), limited),
		"connect v1, plain HTTP/2": callers.NewConnect(h2, base, way(callers.Connect), limited),
		"connect v2":               callers.NewConnectV2(callers.NewTransportV2(h1, base, way(callers.Connect), connecthttp.WithReadMaxBytes(readMax)), errpactv2.NewClientInterceptor()),
		"connect v2, HTTP/2":       callers.NewConnectV2(callers.NewTransportV2(h2, base, way(callers.Connect), connecthttp.WithReadMaxBytes(readMax)), errpactv2.NewClientInterceptor()),
		"connect v2, plain":        callers.NewConnectV2(callers.NewTransportV2(h1, base, way(callers.Connect), connecthttp.WithReadMaxBytes(readMax))),
		"grpc-go":                  callers.NewGRPC(stock(grpcgo.New().DialOptions()...)),
		"grpc-go, plain":           callers.NewGRPC(stock()),
	}
	all := map[string]func(context.Context) error{"net/http": func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, base, strings.NewReader("x"))
		if err != nil {
			return err
		}
		res, err := h1.Do(req)
		if err != nil {
			return err
		}
		defer func() { _ = res.Body.Close() }()
		return errpactv1err.ExternalServiceRejected.New("")
	}}
	for name, call := range calls {
		all[name] = func(ctx context.Context) error { return call.Err(ctx, unary, "x") }
	}
	return all
}

// check calls a front, and wants its handler to run once, or to be repeated. Grpc-go's client repeats only what a
// server answers without headers, which a Connect server does not; other clients go by the code alone.
func (f *front) check(t *testing.T, call func(context.Context) error, once bool) {
	t.Helper()
	f.ran.Store(0)
	f.call = call
	_, err := interopv1.NewTroubleServiceClient(f.conn).Unary(t.Context(), new(interopv1.UnaryRequest))
	if ran := f.ran.Load(); once && ran != 1 || !once && f.repeated && ran != attempts {
		t.Errorf("the handler ran %d times, for %v", ran, err)
	}
	if code := status.Code(err); err == nil || once == (code == codes.Unavailable) {
		t.Errorf("the caller got %v", err)
	}
}

// silent names the back that says nothing, so that its caller gives up.
const silent = "says nothing"

// worked are backs that have the request, and may have done the work, when they fail.
var worked = map[string]http.HandlerFunc{
	"cuts the connection": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	"cuts its answer": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		_, _ = io.WriteString(w, "\x00\x00")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	},
	silent:                              func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	"is behind a balancer that lost it": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
	"is behind a balancer that gave up": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGatewayTimeout) },
	"answers a page":                    func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") },
	"answers what nobody can read": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		_, _ = io.WriteString(w, "\x00\x00\x00\x00\x01\xff")
	},
	"answers too much": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		_, _ = io.WriteString(w, "\x00\x00\x00\x10\x00"+strings.Repeat("x", 4096))
	},
}

func TestAHandlerThatMayHaveWorkedRunsOnce(t *testing.T) {
	all := fronts(t)
	for name, handler := range worked {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			back := loopback.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				asked.Add(1)
				handler(w, r)
			}))
			for by, call := range backs(t, back.Listener.Addr().String()) {
				if name == silent {
					call = impatient(call)
				}
				for on, f := range all {
					t.Run(by+" by "+on, func(t *testing.T) {
						asked.Store(0)
						f.check(t, call, true)
						if n := asked.Load(); n > 1 { // 0 where grpc-go waits for a connection
							t.Errorf("the back worked %d times", n)
						}
					})
				}
			}
		})
	}
}

// impatient gives a call up after a moment.
func impatient(call func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		defer cancel()
		return call(ctx)
	}
}

// TestAFailedHandlerRunsOnce: what its own upstream and its database did may have been done.
func TestAFailedHandlerRunsOnce(t *testing.T) {
	all := fronts(t)
	lost := func(err error) trouble.Answer { return func(context.Context, string) error { return err } }
	for name, err := range map[string]error{
		"the bare entry": errpactv1err.ExternalService, "BROKEN": errpactv1err.ExternalServiceBroken, "TIMED_OUT": errpactv1err.ExternalServiceTimedOut,
		"REJECTED": errpactv1err.ExternalServiceRejected, "DATABASE": errpactv1err.Database,
	} {
		t.Run(name, func(t *testing.T) {
			for on, f := range all {
				t.Run(on, func(t *testing.T) { f.check(t, func(context.Context) error { return err }, true) })
			}
			mux := http.NewServeMux()
			mux.Handle(interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: lost(err)}, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(quiet(t))))))
			for by, call := range backs(t, loopback.Serve(t, mux).Listener.Addr().String()) {
				if by == "net/http" {
					continue
				}
				t.Run(by, func(t *testing.T) { all["connect v1"].check(t, call, true) })
			}
		})
	}
}

// TestACallThatWasNotMadeIsRepeated, or else the tests above would show nothing.
func TestACallThatWasNotMadeIsRepeated(t *testing.T) {
	all := fronts(t)
	for by, call := range backs(t, loopback.ClosedAddress(t)) {
		for on, f := range all {
			if by == "grpc-go, plain" && on != "grpc-go" {
				continue // to Connect, a status is nothing
			}
			t.Run(by+" by "+on, func(t *testing.T) { f.check(t, call, false) })
		}
	}
}
