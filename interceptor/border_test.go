// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// An upstream is B in A → B: A's handler calls it, and returns what it gets.
type upstream func(context.Context) error

// throughA asserts what A's caller gets, on every way, and that no canary passes.
func throughA(t *testing.T, call1 upstream, want mapping.Code, options ...mapping.Option) {
	t.Helper()
	server := serveErrors(t, func(ctx context.Context, _ http.Header) error { return call1(ctx) }, options...)
	everyWay(t, func(t *testing.T, procedure string, w way) {
		record := &recorder{RoundTripper: newTransport(t, w.http2)}
		client := newClient(&http.Client{Transport: record}, server.URL, procedure, w, decoding())
		err := call(t.Context(), client, procedure, nil)
		found, _ := mapping.From(err)
		if !errors.Is(err, want) || found.Inferred() || found.ConnectCode() != want.ConnectCode() || found.Message() != want.Message() {
			t.Errorf("the caller got %v, want %v", err, want)
		}
		if raw := record.bytes(); hasCanary(raw) {
			t.Errorf("the upstream's words went out:\n%q", raw)
		}
	})
}

// hostile answers a unary Connect call with a code, and with forged everything.
func hostile(code string) http.HandlerFunc {
	value := base64.RawStdEncoding.EncodeToString([]byte("\n\x16" + canary))
	return func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Set-Cookie", "session="+canary)
		h.Set("X-"+canary, canary)
		h.Set("Trailer-X-"+canary, canary)
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprintf(w, `{"code":%q,"message":%q,"error_code":9,"extra":%q,"details":[null,
			{"type":"google.protobuf.StringValue","value":%q,"debug":{"value":%q}},
			{"type":"errpact.v1.ErrorDetail","value":"CAo","debug":{"reason":%q}},
			{"type":"errpact.v1.ErrorDetail","value":%q}]}`, code, canary, canary, value, canary, canary, value)
	}
}

// toB calls the upstream at base by a client with the given options.
func toB(t *testing.T, base string, options ...connect.ClientOption) upstream {
	transport := newTransport(t, false)
	return func(ctx context.Context) error {
		client := newClient(&http.Client{Transport: transport}, base, unary, ways[0], options...)
		return call(ctx, client, unary, nil)
	}
}

func TestG2AHostileUpstreamNeverSpeaksToOurCaller(t *testing.T) {
	unreachable, timedOut, rejected := errpactv1err.ExternalServiceUnreachable, errpactv1err.ExternalServiceTimedOut, errpactv1err.ExternalServiceRejected
	for code, want := range map[string]mapping.Code{
		"not_found": rejected, "unauthenticated": rejected, "invalid_argument": rejected, "internal": rejected, "nonsense": rejected,
		"unavailable": unreachable, "resource_exhausted": unreachable,
		"canceled": timedOut, "deadline_exceeded": timedOut,
	} {
		server := loopback.Serve(t, hostile(code))
		for side, options := range map[string][]connect.ClientOption{"plain client": nil, "our client": {decoding()}} {
			t.Run(code+"/"+side, func(t *testing.T) { throughA(t, toB(t, server.URL, options...), want) })
		}
	}
}

func TestG2ABorderIsFoundWhereverItIs(t *testing.T) {
	server := loopback.Serve(t, hostile("not_found"))
	for name, wrap := range map[string]func(error) error{
		"in fmt.Errorf":       func(err error) error { return fmt.Errorf("%s: %w", canary, err) },
		"below a local error": func(err error) error { return connect.NewError(connect.CodeNotFound, fmt.Errorf("user: %w", err)) },
		"joined, first":       func(err error) error { return errors.Join(err, errors.New(canary)) },
		"joined, last":        func(err error) error { return errors.Join(errors.New(canary), fmt.Errorf("b: %w", err)) },
		"below local, joined": func(err error) error { return connect.NewError(connect.CodeAborted, errors.Join(errors.New("a"), err)) },
		"found again":         func(err error) error { e, _ := mapping.From(err); return e },
		"with things added": func(err error) error {
			e, _ := mapping.From(err)
			return e.WithMetadata("k", canary).WithField("f", canary)
		},
		"with another cause":  func(err error) error { e, _ := mapping.From(err); return e.Wrap(errors.New(canary)) },
		"by a rule":           func(err error) error { return &holder{err} },
		"as an old Connect's": func(err error) error { var e *connect.Error; errors.As(err, &e); return e },
	} {
		t.Run(name, func(t *testing.T) {
			callB := toB(t, server.URL, decoding())
			throughA(t, func(ctx context.Context) error { return wrap(callB(ctx)) }, errpactv1err.ExternalServiceRejected,
				mapping.WithRules(mapping.MapAs(func(h *holder) *mapping.Error { e, _ := mapping.From(h.held); return e })))
		})
	}
}

// holder has an error in it that is not below it.
type holder struct{ held error }

func (h *holder) Error() string { return canary }

func TestG2WhatIsNoAnswerIsTheUpstreamsToo(t *testing.T) {
	page := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	proto := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/proto")
			_, _ = io.WriteString(w, body)
		}
	}
	unreachable, rejected := errpactv1err.ExternalServiceUnreachable, errpactv1err.ExternalServiceRejected
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    mapping.Code
	}{
		"a balancer's 401": {page(401, canary), rejected},
		"a balancer's 403": {page(403, canary), rejected},
		"a balancer's 404": {page(404, canary), rejected},
		"a balancer's 503": {page(503, canary), unreachable},
		"a page":           {page(200, canary), rejected},
		"undecodable":      {proto("\xff\xff"), rejected},
		"too large":        {proto(strings.Repeat("a", 5000)), rejected},
		"a failing redirection": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/"+canary, http.StatusTemporaryRedirect)
		}, unreachable},
	} {
		t.Run(name, func(t *testing.T) {
			server := loopback.Serve(t, test.handler)
			throughA(t, toB(t, server.URL, decoding(), connect.WithReadMaxBytes(1000)), test.want)
		})
	}
}

// TestG2AResetIsJudgedBeforeItsCode: Connect calls a dependency's ECONNRESET canceled.
func TestG2AResetIsJudgedBeforeItsCode(t *testing.T) {
	reset := &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	throughA(t, func(context.Context) error { return connect.NewError(connect.CodeCanceled, reset) },
		errpactv1err.ExternalServiceUnreachable)
	throughA(t, func(context.Context) error { return reset }, errpactv1err.ExternalServiceUnreachable)
}

// closedPort is an address where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return "http://" + listener.Addr().String()
}

// resets accepts connections, reads a request, and cuts them.
func resets(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1))
			_ = conn.(*net.TCPConn).SetLinger(0) // close sends RST
			_ = conn.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

func TestG2ConnectionsThatFailAreUnreachable(t *testing.T) {
	noNames := &net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New(canary)
	}}}
	plain := loopback.Serve(t, http.NotFoundHandler()).URL
	for name, test := range map[string]struct {
		base      string
		transport *http.Transport
	}{
		"refused": {closedPort(t), &http.Transport{}},
		"no name": {"http://" + canary + ".example", &http.Transport{DialContext: noNames.DialContext}},
		"reset":   {resets(t), &http.Transport{}},
		"no TLS":  {strings.Replace(plain, "http:", "https:", 1), &http.Transport{}},
	} {
		for side, options := range map[string][]connect.ClientOption{"plain client": nil, "our client": {decoding()}} {
			if name == "reset" && options == nil {
				continue // to a plain client it may be an EOF, of which nobody can tell where it comes from
			}
			t.Run(name+"/"+side, func(t *testing.T) {
				client := newClient(&http.Client{Transport: test.transport}, test.base, unary, ways[0], options...)
				b := func(ctx context.Context) error { return call(ctx, client, unary, nil) }
				throughA(t, b, errpactv1err.ExternalServiceUnreachable)
			})
		}
	}
}

func TestG3AnUpstreamThatTakesTooLongTimedOut(t *testing.T) {
	server := loopback.Serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the server notices that the caller has gone
		<-r.Context().Done()
	}))
	for side, options := range map[string][]connect.ClientOption{"plain client": nil, "our client": {decoding()}} {
		t.Run(side, func(t *testing.T) {
			b := toB(t, server.URL, options...)
			throughA(t, func(ctx context.Context) error {
				ctx, cancel := context.WithTimeout(ctx, 1)
				defer cancel()
				return b(ctx)
			}, errpactv1err.ExternalServiceTimedOut)
			throughA(t, func(ctx context.Context) error {
				ctx, cancel := context.WithCancel(ctx)
				cancel()
				return b(ctx)
			}, errpactv1err.ExternalServiceTimedOut)
		})
	}
}

// TestG3APropagatedDeadlineIsAlwaysTheCallers: whether B or A notices first is chance.
func TestG3APropagatedDeadlineIsAlwaysTheCallers(t *testing.T) {
	b := serveErrors(t, func(ctx context.Context, _ http.Header) error {
		<-ctx.Done()
		return ctx.Err()
	})
	callB := toB(t, b.URL, decoding())
	a := serveErrors(t, func(ctx context.Context, _ http.Header) error { return callB(ctx) })
	client := newClient(&http.Client{Transport: newTransport(t, true)}, a.URL, unary, ways[2], decoding())
	for range 200 {
		err := call(t.Context(), client, unary, expiring(ways[2]))
		if found, _ := mapping.From(err); found.ConnectCode() != uint32(connect.CodeDeadlineExceeded) || found.Code() != errpactv1err.Unknown {
			t.Fatalf("the caller got %v", err)
		}
	}
}

// TestG2AMiscountedResponseIsTheUpstreams: Connect's client streams find it outside all interceptors.
func TestG2AMiscountedResponseIsTheUpstreams(t *testing.T) {
	b := loopback.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/connect+proto")
		_, _ = w.Write(frame(2, []byte("{}")))
	}))
	client := newClient(&http.Client{Transport: newTransport(t, true)}, b.URL, clientStream, ways[2], decoding())
	throughA(t, func(ctx context.Context) error { return call(ctx, client, clientStream, nil) }, errpactv1err.ExternalServiceRejected)
}

func anyDetail(t *testing.T, message proto.Message) *connect.ErrorDetail {
	t.Helper()
	detail, err := connect.NewErrorDetail(message)
	if err != nil {
		t.Fatal(err)
	}
	return detail
}

// trusted is an upstream of the same team's, that answers with all there is.
func trusted(t *testing.T, code connect.Code, number errpactv1.ErrorCode, more ...proto.Message) http.Handler {
	t.Helper()
	e := connect.NewError(code, errors.New("words for the caller"))
	e.Meta().Set("X-"+canary, canary)
	for _, message := range append(more,
		&errpactv1.ErrorDetail{Code: &number, Reason: "OF_THEIRS", DetailsJson: `{"left":3}`},
		&errdetails.ErrorInfo{Reason: canary, Domain: canary, Metadata: map[string]string{"good": "v", "bad key " + canary: "x"}},
		&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "f", Description: "d"}}},
		&errdetails.RequestInfo{RequestId: canary}, &errdetails.DebugInfo{Detail: canary},
		&errdetails.Help{Links: []*errdetails.Help_Link{{Url: canary}}}, wrapperspb.String(canary),
	) {
		e.AddDetail(anyDetail(t, message))
	}
	mux := http.NewServeMux()
	mux.Handle(unary, connect.NewUnaryHandler(unary, func(context.Context, *connect.Request[text]) (*connect.Response[text], error) {
		return nil, e
	}))
	return mux
}
