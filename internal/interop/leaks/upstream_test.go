// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/mapping"
)

// upstreams are many hostile servers B on one port, each under a path of its own.
type upstreams struct {
	base     string
	mux      *http.ServeMux
	h1, h2   http.RoundTripper
	prefixes int
}

func newUpstreams(t testing.TB) *upstreams {
	t.Helper()
	mux := http.NewServeMux()
	return &upstreams{base: serve(t, mux).URL, mux: mux, h1: newTransport(t, false), h2: newTransport(t, true)}
}

// at gives the address of a new server.
func (u *upstreams) at(handler http.HandlerFunc) string {
	u.prefixes++
	prefix := "/" + strconv.Itoa(u.prefixes) + "/"
	u.mux.HandleFunc(prefix, handler)
	return u.base + strings.TrimSuffix(prefix, "/")
}

// A side is the client of A's that calls B.
type side struct {
	name    string
	options []connect.ClientOption
}

var (
	plainClient = side{"plain client", nil}
	ourClient   = side{"our client", []connect.ClientOption{connect.WithInterceptors(interceptor.New())}}
	bothClients = []side{plainClient, ourClient}
	relayClient = side{"relay", []connect.ClientOption{connect.WithInterceptors(interceptor.New(interceptor.WithRelay()))}}
)

// A speech is a protocol that A speaks with B.
type speech struct {
	name    string
	http2   bool
	stream  bool
	options []connect.ClientOption
	forge   func(forgery) http.HandlerFunc
}

var speeches = []speech{
	{"connect", false, false, nil, func(f forgery) http.HandlerFunc { return f.connectUnary }},
	{"connect in gzip", true, false, nil, func(f forgery) http.HandlerFunc { return f.connectUnaryInGzip }},
	{"connect stream", false, true, nil, func(f forgery) http.HandlerFunc { return f.connectStream }},
	{"grpc", true, false, []connect.ClientOption{connect.WithGRPC()}, func(f forgery) http.HandlerFunc { return f.grpc }},
	{"grpc stream", true, true, []connect.ClientOption{connect.WithGRPC()}, func(f forgery) http.HandlerFunc { return f.grpc }},
	{"grpc trailers-only", true, true, []connect.ClientOption{connect.WithGRPC()}, func(f forgery) http.HandlerFunc { return f.grpcTrailersOnly }},
	{"grpc-web", false, false, []connect.ClientOption{connect.WithGRPCWeb()}, func(f forgery) http.HandlerFunc { return f.grpcWeb }},
	{"grpc-web stream", true, true, []connect.ClientOption{connect.WithGRPCWeb()}, func(f forgery) http.HandlerFunc { return f.grpcWeb }},
}

// calling gives what a handler of A's does to call B.
func (u *upstreams) calling(base string, s side, sp speech, more ...connect.ClientOption) func(context.Context) error {
	transport := u.h1
	if sp.http2 {
		transport = u.h2
	}
	client := interopv1connect.NewTroubleServiceClient(&http.Client{Transport: transport}, base, slices.Concat(s.options, sp.options, more)...)
	return func(ctx context.Context) error {
		if sp.stream {
			return callServerStream(ctx, client, "x", nil, 0)
		}
		return callUnary(ctx, client, "x", nil)
	}
}

// TestG2AHostileUpstreamIsNeverHeard: whatever B forges, in whichever protocol, A's callers learn that
// an external service failed.
func TestG2AHostileUpstreamIsNeverHeard(t *testing.T) {
	t.Parallel()
	b := newUpstreams(t)
	var failures []failure
	for code, want := range map[connect.Code]want{
		connect.CodeNotFound: rejected, connect.CodeUnauthenticated: rejected,
		connect.CodeUnavailable: unreachable, connect.CodeDeadlineExceeded: timedOut,
	} {
		for _, sp := range speeches {
			for _, s := range bothClients {
				failures = append(failures, failure{
					fmt.Sprintf("%v by %s to a %s", code, sp.name, s.name), b.calling(b.at(sp.forge(forged(code))), s, sp), want,
				})
			}
		}
	}
	checkTable(t, failures, fewWires())
}

// TestG2ABorderHoldsWhereverItIs: an upstream's error in an error of one's own is no more ours.
func TestG2ABorderHoldsWhereverItIs(t *testing.T) {
	t.Parallel()
	b := newUpstreams(t)
	wraps := map[string]func(error) error{
		"bare":                  func(err error) error { return err },
		"in fmt.Errorf":         func(err error) error { return fmt.Errorf("%s: %w", canary, err) },
		"with two %w":           func(err error) error { return fmt.Errorf("%w: %w", errSecret, err) },
		"in a type":             func(err error) error { return newTyped(err) },
		"joined, first":         func(err error) error { return errors.Join(err, errSecret) },
		"joined, last":          func(err error) error { return errors.Join(errSecret, fmt.Errorf("b: %w", err)) },
		"joined with itself":    func(err error) error { return errors.Join(err, err) },
		"joined, below a local": func(err error) error { return everywhere(connect.CodeAborted, errors.Join(errSecret, err)) },
		"beside a local":        func(err error) error { return errors.Join(everywhere(connect.CodeNotFound), err) },
		"as an old Connect's": func(err error) error {
			e, _ := errors.AsType[*connect.Error](err)
			return e
		},
		"its text in a local": func(err error) error {
			return connect.NewError(connect.CodeInvalidArgument, fmt.Errorf("user: %w", err))
		},
	}
	for code := connect.CodeCanceled; code <= connect.CodeUnauthenticated; code++ {
		wraps["below a local "+code.String()] = func(err error) error { return everywhere(code, err) }
	}
	var failures []failure
	for name, wrap := range wraps {
		for _, s := range bothClients {
			call := b.calling(b.at(forged(connect.CodeNotFound).grpcWeb), s, speeches[6])
			failures = append(failures, failure{name + " of a " + s.name, func(ctx context.Context) error { return wrap(call(ctx)) }, rejected})
		}
	}
	for name, wrap := range map[string]func(*mapping.Error) error{
		"found again":        func(e *mapping.Error) error { return e },
		"with another cause": func(e *mapping.Error) error { return e.Wrap(errSecret) },
		"with things added": func(e *mapping.Error) error {
			return e.WithMetadata("key", canary).WithField("f", canary).WithPayload(canary)
		},
		"by a rule": func(e *mapping.Error) error { return &holder{e} },
	} {
		call := b.calling(b.at(forged(connect.CodeNotFound).connectUnary), ourClient, speeches[0])
		failures = append(failures, failure{name, func(ctx context.Context) error {
			e, _ := mapping.From(call(ctx))
			return wrap(e)
		}, rejected})
	}
	checkTable(t, failures, fewWires(), mapping.WithRules(mapping.MapAs(func(h *holder) *mapping.Error { return h.held })))
}

// holder has an error in it that is not below it.
type holder struct{ held *mapping.Error }

func (h *holder) Error() string { return canary }

// A nonAnswer is what B answers where it does not speak A's protocol, or speaks it badly.
type nonAnswer struct {
	name    string
	handler http.HandlerFunc
	speech  int // in speeches
	want    want
	options []connect.ClientOption
}

func page(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		setHeaders(w.Header())
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// withHeader is a page of HTTP 200 with one more header.
func withHeader(contentType, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		page(http.StatusOK, contentType, body)(w, r)
	}
}

func nonAnswers() (all []nonAnswer) {
	html := "<html><title>" + canary + "</title></html>"
	for status, want := range map[int]want{
		401: rejected, 403: rejected, 404: rejected, 400: rejected, 500: rejected,
		429: unreachable, 502: unreachable, 503: unreachable, 504: unreachable,
	} {
		for _, i := range []int{0, 2, 3, 6} {
			all = append(all, nonAnswer{fmt.Sprintf("a balancer's %d by %s", status, speeches[i].name), page(status, "text/html; x="+canary, html), i, want, nil})
		}
	}
	limit := []connect.ClientOption{connect.WithReadMaxBytes(1000)}
	large := strings.Repeat(canary, 100)
	return append(all,
		nonAnswer{"a page", page(200, "text/html", html), 0, rejected, nil},
		nonAnswer{"a type of another", page(200, "application/"+canary, html), 0, rejected, nil},
		nonAnswer{"a page by grpc", page(200, "text/html", html), 3, rejected, nil},
		nonAnswer{"JSON that is none", page(503, "application/json", canary), 0, unreachable, nil},
		nonAnswer{"an envelope", page(404, "application/json", `{"error_code":10,"error_message":"`+canary+`","details":null}`), 0, rejected, nil},
		nonAnswer{"no protobuf", page(200, "application/proto", "\xff\xff"+canary), 0, rejected, nil},
		nonAnswer{"no text", page(200, "application/proto", "\n\x11\xff"+canary), 0, rejected, nil},
		nonAnswer{"no message of JSON", page(200, "application/json", `{"text":`+canary+`}`), 0, rejected, []connect.ClientOption{connect.WithProtoJSON()}},
		nonAnswer{"too large", page(200, "application/proto", large), 0, rejected, limit},
		nonAnswer{"too large in gzip", withHeader("application/proto", zipped(large), "Content-Encoding", "gzip"), 0, rejected, limit},
		nonAnswer{"too large a message", page(200, "application/grpc-web+proto", string(frame(0, []byte(large)))), 6, rejected, limit},
		nonAnswer{"no gzip", withHeader("application/proto", canary, "Content-Encoding", "gzip"), 0, rejected, nil},
		nonAnswer{"an unknown compression", withHeader("application/proto", "x", "Content-Encoding", canary), 0, rejected, nil},
		nonAnswer{"an unknown compression by grpc", withHeader("application/grpc", "x", "Grpc-Encoding", canary), 3, rejected, nil},
		nonAnswer{"flags", page(200, "application/connect+proto", string(frame(0x7c, []byte(canary)))), 2, rejected, nil},
		nonAnswer{"an end that is no JSON", page(200, "application/connect+proto", string(frame(2, []byte(canary)))), 2, rejected, nil},
		nonAnswer{"an end that is no header", page(200, "application/grpc-web+proto", string(frame(0x80, []byte(canary)))), 6, rejected, nil},
		nonAnswer{"no status", page(200, "application/grpc", ""), 3, rejected, nil},
		nonAnswer{"a status that is none", withHeader("application/grpc", "", "Grpc-Status", canary), 3, rejected, nil},
		nonAnswer{"details that are no base64", withHeader("application/grpc", "", "Grpc-Status", "5", "Grpc-Status-Details-Bin", "!"+canary), 3, rejected, nil},
		nonAnswer{"details that are no protobuf", withHeader("application/grpc", "", "Grpc-Status", "5", "Grpc-Status-Details-Bin", "/////w"), 3, rejected, nil},
		nonAnswer{"a redirection", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://"+canary+".invalid:1/", http.StatusTemporaryRedirect)
		}, 0, unreachable, nil},
		nonAnswer{"a circle", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+canary, http.StatusPermanentRedirect)
		}, 0, unreachable, nil},
		nonAnswer{"a cut answer", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/proto")
			_, _ = w.Write([]byte("\n\x7f" + canary))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}, 0, rejected, nil},
		nonAnswer{"none at all", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, unreachable, nil},
	)
}

// TestG2WhatIsNoAnswerIsTheUpstreamsToo: to our client all of it is the upstream's. To a plain one some
// of it looks like the handler's own, but for its words.
func TestG2WhatIsNoAnswerIsTheUpstreamsToo(t *testing.T) {
	t.Parallel()
	b := newUpstreams(t)
	var ours, plain []failure
	for _, n := range nonAnswers() {
		base := b.at(n.handler)
		ours = append(ours, failure{n.name, b.calling(base, ourClient, speeches[n.speech], n.options...), n.want})
		plain = append(plain, failure{n.name, b.calling(base, plainClient, speeches[n.speech], n.options...), want{}})
	}
	checkTable(t, ours, fewWires())
	checkSilent(t, plain, fewWires())
}

// checkSilent runs failures of which only the words matter.
func checkSilent(t *testing.T, failures []failure, wires []wire) {
	t.Helper()
	server := serve(t, service{answer: failing(failures), policy: newPolicy(t)}.handler(t))
	everyWire(t, server.URL, wires, func(t *testing.T, c *caller) {
		for i, f := range failures {
			a := c.call(t.Context(), "case-"+strconv.Itoa(i))
			if a.ok || a.err != nil {
				t.Errorf("%s: the caller got %+v", f.name, a)
			}
			a.checkNoLeak(t, f.name)
		}
	})
}
