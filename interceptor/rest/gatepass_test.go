// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/reported"
)

// passing are middlewares that call the next handler, each in a way of its own.
var passing = map[string]func(http.Handler) http.Handler{
	"as it is": func(next http.Handler) http.Handler { return next },
	"a header before": func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-RateLimit-Remaining", "3")
			next.ServeHTTP(w, r)
		})
	},
	"a writer and a context of its own": observed,
	"an embedded writer": func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(struct {
				http.ResponseWriter
				http.Flusher
			}{w, w.(http.Flusher)}, r)
		})
	},
	"a context without a past": func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r.Clone(context.Background())) })
	},
	"a timeout": func(next http.Handler) http.Handler { return http.TimeoutHandler(next, time.Minute, "") },
	"a recoverer": func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				if value := recover(); value != nil {
					http.Error(w, canary, http.StatusInternalServerError)
				}
			}()
			next.ServeHTTP(w, r)
		})
	},
	"a writer that unwraps": transparent,
	"gates in gates": func(next http.Handler) http.Handler {
		return rest.Gate(transparent)(rest.Gate(func(next http.Handler) http.Handler { return rest.Gate(transparent)(transparent(next)) })(next))
	},
}

// transparent has a writer of its own, as middlewares for logs have that know http.ResponseController.
func transparent(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(&flushing{unwrapping{w}}, r) })
}

type flushing struct{ unwrapping }

func (f *flushing) Flush() { _ = http.NewResponseController(f.ResponseWriter).Flush() }

// TestGatePassesTheNextHandlersAnswers byte for byte: what Connect answers to RPCs of all kinds is the same through a
// gate and through the middleware alone.
func TestGatePassesTheNextHandlersAnswers(t *testing.T) {
	for outcome, fail := range map[string]func() error{
		"success":       func() error { return nil },
		"error":         func() error { return errpactv1err.AuthForbidden.WithMetadata("file", "a") },
		"unmapped":      func() error { return errors.New(canary) },
		"Connect error": func() error { return connect.NewError(connect.CodeUnauthenticated, errors.New("who are you")) },
	} {
		inner := things{err: fail}.handler(t)
		for name, middleware := range passing {
			bare, gated := serve(t, middleware(inner)), serve(t, quiet(t, rest.Gate(middleware)(inner)))
			for _, r := range rpcRequests(t) {
				t.Run(outcome+"/"+name+"/"+r.name, func(t *testing.T) {
					want, got := r.raw(t, bare.Listener.Addr().String()), r.raw(t, gated.Listener.Addr().String())
					if got != want || !strings.HasPrefix(got, "HTTP/1.1 ") {
						t.Errorf("got\n%s\nwant\n%s", got, want)
					}
				})
			}
		}
	}
}

// TestGateAnswersForAHandlerThatDoesNot: the middleware writes by itself when the next handler has run.
func TestGateAnswersForAHandlerThatDoesNot(t *testing.T) {
	after := func(status int) func(http.Handler) http.Handler {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r)
				http.Error(w, canary, status)
			})
		}
	}
	// If it returned when its time is over, net/http would choose at random whose answer it sends.
	tested := make(chan struct{})
	defer close(tested)
	waits := func(http.ResponseWriter, *http.Request) { <-tested }
	for name, test := range map[string]struct {
		middleware func(http.Handler) http.Handler
		next       http.HandlerFunc
		code       string
	}{
		"nothing was written":      {after(403), func(http.ResponseWriter, *http.Request) {}, "permission_denied"},
		"a recovered panic":        {passing["a recoverer"], func(http.ResponseWriter, *http.Request) { panic(canary) }, "unknown"},
		"a timeout":                {func(next http.Handler) http.Handler { return http.TimeoutHandler(next, time.Millisecond, canary) }, waits, "unavailable"},
		"a buffered answer, lost":  {replacing(502), writes(404, canary), "internal"},
		"a status before the next": {func(next http.Handler) http.Handler { return sequence{writes(403, canary), next} }, writes(200, canary), "permission_denied"},
	} {
		t.Run(name, func(t *testing.T) {
			s := loopback.Serve(t, quiet(t, rest.Gate(test.middleware)(test.next)))
			for _, w := range rpcWires {
				if e := w.ask(t, s); e.code != test.code || e.number < 0 || strings.Contains(e.all, canary) {
					t.Errorf("%s: %+v", w.name, e)
				}
			}
		})
	}
}

// sequence serves a request by one handler after the other.
type sequence []http.Handler

func (s sequence) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, h := range s {
		h.ServeHTTP(w, r)
	}
}

// replacing is a middleware that keeps the next handler's answer to itself, and gives another.
func replacing(status int) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(&statusWriter{ResponseWriter: nowhere{}}, r)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, canary)
		})
	}
}

// nowhere is a writer that drops everything.
type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) WriteHeader(int)             {}
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

// TestGatePassesOtherAnswersOfTheMiddleware: those that are no error of HTTP.
func TestGatePassesOtherAnswersOfTheMiddleware(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"a page":       writes(200, "fine"),
		"implicit":     func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "fine") },
		"nothing":      func(http.ResponseWriter, *http.Request) {},
		"no content":   writes(204, ""),
		"a redirect":   func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) },
		"not modified": writes(304, "", "Etag", "x"),
		"gRPC's":       writes(200, "", "Content-Type", "application/grpc", "Grpc-Status", "7", "Grpc-Message", "own"),
		"a file": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.Copy(w, strings.NewReader(strings.Repeat("0123456789abcdef", 4<<10)))
		},
	} {
		bare, gated := serve(t, answer), serve(t, quiet(t, rest.Gate(refusing(answer))(nil)))
		for _, r := range rpcRequests(t) {
			want, got := r.raw(t, bare.Listener.Addr().String()), r.raw(t, gated.Listener.Addr().String())
			if got != want {
				t.Errorf("%s, %s: got\n%s\nwant\n%s", name, r.name, got, want)
			}
		}
	}
}

// TestGateIsTransparentToResponseController: flushes, deadlines, full duplex and a connection that is taken over.
func TestGateIsTransparentToResponseController(t *testing.T) {
	for name, middleware := range passing {
		if name == "a timeout" || name == "an embedded writer" || name == "a writer and a context of its own" {
			continue // which lose these by themselves
		}
		t.Run(name, func(t *testing.T) {
			h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				c := http.NewResponseController(w)
				err := errors.Join(c.SetReadDeadline(time.Now().Add(time.Minute)), c.SetWriteDeadline(time.Now().Add(time.Minute)), c.EnableFullDuplex())
				if err != nil {
					t.Error(err)
				}
				if r.Header.Get("Take") != "" {
					conn, _, err := c.Hijack()
					if err != nil {
						t.Error(err)
						return
					}
					_, _ = io.WriteString(conn, "HTTP/1.1 299 Taken\r\nContent-Length: 0\r\n\r\n")
					_ = conn.Close()
					return
				}
				for line := bufio.NewScanner(r.Body); line.Scan(); {
					fmt.Fprintln(w, line.Text())
					if err := c.Flush(); err != nil {
						t.Error(err)
					}
				}
				w.Header().Set(http.TrailerPrefix+"X-Sum", "1")
			})
			s := serve(t, quiet(t, rest.Gate(middleware)(h)))
			converse(t, s.Client(), s.URL+procedure)
			if a := send(t, s, "POST", procedure, "", "Take", "yes"); a.status != 299 {
				t.Errorf("answer = %+v", a)
			}
		})
	}
}

// converse sends a line at a time, and waits for it to come back.
func converse(t *testing.T, client *http.Client, url string) {
	t.Helper()
	reader, writer := io.Pipe()
	r, err := http.NewRequestWithContext(t.Context(), "POST", url, reader)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.WriteString(writer, "0\n") }()
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewReader(res.Body)
	for i := range 3 {
		if line, err := lines.ReadString('\n'); line != fmt.Sprintln(i) {
			t.Fatalf("line %d is %q, %v", i, line, err)
		}
		if i < 2 {
			_, _ = fmt.Fprintln(writer, i+1)
		}
	}
	_ = writer.Close()
	if _, err := io.Copy(io.Discard, lines); err != nil || res.Trailer.Get("X-Sum") != "1" {
		t.Errorf("%v, trailers %v", err, res.Trailer)
	}
}

// TestG9PanicsOfTheNextHandlerPassAGate, and so does http.ErrAbortHandler. One of the middleware after the answer has
// begun cuts the connection, and is reported.
func TestG9PanicsOfTheNextHandlerPassAGate(t *testing.T) {
	panics := func(value any) http.HandlerFunc { return func(http.ResponseWriter, *http.Request) { panic(value) } }
	for name, test := range map[string]struct {
		h       http.Handler
		reports int
	}{
		"next":             {rest.Gate(passing["as it is"])(panics(canary)), 0},
		"next, abort":      {rest.Gate(observed)(panics(http.ErrAbortHandler)), 0},
		"abort":            {rest.Gate(refusing(panics(http.ErrAbortHandler)))(nil), 0},
		"after the answer": {rest.Gate(func(next http.Handler) http.Handler { return sequence{next, panics(canary)} })(writes(200, "fine")), 1},
	} {
		var told reported.Reports
		s := serve(t, rest.Handler(test.h, rest.WithPolicy(newPolicy(t, &told))))
		if a := send(t, s, "POST", procedure, ""); a.err == nil || len(told.All()) != test.reports || strings.Contains(a.body, canary) {
			t.Errorf("%s: %+v, reports %+v", name, a, told.All())
		}
	}
}

// TestGateKeepsThePatternForWhatIsOutside, as Handler does.
func TestGateKeepsThePatternForWhatIsOutside(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+procedure, func(http.ResponseWriter, *http.Request) {})
	pattern := make(chan string, 1)
	gate := rest.Gate(passing["as it is"])(mux)
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gate.ServeHTTP(w, r)
		pattern <- r.Pattern
	}))
	send(t, s, "POST", procedure, "")
	if got := <-pattern; got != "POST "+procedure {
		t.Errorf("pattern %q", got)
	}
}
