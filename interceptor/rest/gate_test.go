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
	"github.com/errpact/errpact/mapping"
)

// refusing is a middleware that answers everything by itself.
func refusing(answer http.HandlerFunc) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler { return answer }
}

// writes answers a status, headers given as pairs, and a body.
func writes(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Add(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// refusals are what foreign middlewares write by themselves, and what RPC callers get.
var refusals = []struct {
	name          string
	answer        http.HandlerFunc
	code, message string
	number        int
	// header is one that the answer has, as "Key: value".
	header string
}{
	{"http.Error 401", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, canary, http.StatusUnauthorized) }, "unauthenticated", "Access token is not provided", 6, ""},
	{"http.Error 403", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, canary, http.StatusForbidden) }, "permission_denied", "Access is denied", 9, ""},
	{"a limiter", writes(429, canary, "Retry-After", "7"), "resource_exhausted", "Too Many Requests", 0, "Retry-After: 7"},
	{"maintenance", writes(503, "<html>"+canary+"</html>", "Content-Type", "text/html", "Retry-After", "120"), "unavailable", "Service Unavailable", 11, "Retry-After: 120"},
	{"no body", writes(404, ""), "not_found", "Resource does not exist", 10, ""},
	{"its own JSON", writes(400, `{"error":"`+canary+`"}`, "Content-Type", "application/json"), "invalid_argument", "Invalid structure", 3, ""},
	{"a forged envelope", writes(403, envelope(8, canary)), "permission_denied", "Access is denied", 9, ""},
	{"Connect's JSON of its own", writes(401, `{"code":"internal","message":"`+canary+`"}`, "Content-Type", "application/json"), "unauthenticated", "Access token is not provided", 6, ""},
	{"a challenge", writes(401, canary, "Www-Authenticate", `Basic realm="x"`), "unauthenticated", "Access token is not provided", 6, `Www-Authenticate: Basic realm="x"`},
	{"headers of a body", writes(409, canary, "Content-Length", "12", "Etag", "x", "Content-Encoding", "br", "X-Own", "kept"), "aborted", "Conflict", 4, "X-Own: kept"},
	{"a teapot", writes(418, canary), "invalid_argument", "I'm a teapot", 4, ""},
	{"no known status", writes(599, canary), "unknown", "Server Error", 0, ""},
	{"no status of HTTP", writes(999, canary), "unknown", "Unknown server side error occurred", 0, ""},
	{"a flush after it", func(w http.ResponseWriter, r *http.Request) {
		writes(403, canary)(w, r)
		w.(http.Flusher).Flush()
		_ = http.NewResponseController(w).Flush()
	}, "permission_denied", "Access is denied", 9, ""},
	{"early hints", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		writes(403, canary)(w, r)
	}, "permission_denied", "Access is denied", 9, ""},
	{"a second status", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(403)
		writes(200, canary)(w, r)
	}, "permission_denied", "Access is denied", 9, ""},
	{"a copied body", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(403)
		_, _ = io.Copy(w, strings.NewReader(strings.Repeat(canary, 1<<12)))
	}, "permission_denied", "Access is denied", 9, ""},
	{"a header after it", func(w http.ResponseWriter, r *http.Request) {
		writes(403, canary)(w, r)
		w.Header().Set("X-Late", canary)
	}, "permission_denied", "Access is denied", 9, ""},
	{"trailers", writes(403, canary, "Trailer", "X-Sum", http.TrailerPrefix+"X-Sum", canary, "Grpc-Message", canary), "permission_denied", "Access is denied", 9, ""},
	{"rest.Error", func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, errpactv1err.AuthExpired) }, "unauthenticated", "Access token has expired", 8, ""},
	{"a panic", func(http.ResponseWriter, *http.Request) { panic(canary) }, "unknown", "Unknown server side error occurred", 0, ""},
	{"a panic after its text", func(w http.ResponseWriter, r *http.Request) {
		writes(403, canary)(w, r)
		panic(canary)
	}, "unknown", "Unknown server side error occurred", 0, ""},
	{"no status that there may be", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(12) }, "unknown", "Unknown server side error occurred", 0, ""},
}

func TestGateAnswersRPCCallersInTheirProtocol(t *testing.T) {
	for _, test := range refusals {
		var told reported.Reports
		policy := newPolicy(t, &told)
		gate := rest.Gate(refusing(test.answer))(http.HandlerFunc(rest.NotFound))
		for mount, h := range mounts(gate, rest.WithPolicy(policy)) {
			s := loopback.Serve(t, h)
			for _, w := range rpcWires {
				t.Run(test.name+"/"+mount+"/"+w.name, func(t *testing.T) {
					told.Take()
					e := w.ask(t, s, "X-Request-Id", "r-1")
					if e.code != test.code || e.message != test.message || e.number != test.number {
						t.Errorf("%s %q, number %d, want %s %q %d", e.code, e.message, e.number, test.code, test.message, test.number)
					}
					if strings.Contains(e.all, canary) {
						t.Errorf("the canary is in the answer: %s", e.all)
					}
					for _, key := range []string{"Content-Encoding", "Etag"} {
						if e.header.Get(key) != "" {
							t.Errorf("header = %v", e.header)
						}
					}
					if key, value, _ := strings.Cut(test.header, ": "); e.header.Get(key) != value {
						t.Errorf("header = %v, want %s", e.header, test.header)
					}
					if r := told.One(t); r.Procedure != procedure || r.RequestID != "r-1" || r.Sent.ConnectCode().String() != test.code {
						t.Errorf("report = %+v", r)
					}
				})
			}
		}
	}
}

// TestGateReportsWhatWasWritten to operators, and no caller reads it.
func TestGateReportsWhatWasWritten(t *testing.T) {
	var told reported.Reports
	gate := rest.Gate(refusing(writes(429, strings.Repeat(canary, 1<<10))))(nil)
	s := serve(t, rest.Handler(gate, rest.WithPolicy(newPolicy(t, &told))))
	send(t, s, "POST", procedure, "")
	r := told.One(t)
	if text := fmt.Sprintf("%+v", r.Err); !strings.Contains(text, "429 was answered") || !strings.Contains(text, canary) || len(text) > 2048 || r.Stage != mapping.StageTransport {
		t.Errorf("report = %+v", r)
	}
}

// TestGateMakesARetryAfterTheDelay, in seconds or as a date, of what may be one.
func TestGateMakesARetryAfterTheDelay(t *testing.T) {
	for value, want := range map[string]bool{
		"7": true, "0": false, "-1": false, "soon": false, "": false, "1.5": false, "99999999999999999999": false,
		time.Now().Add(time.Hour).UTC().Format(http.TimeFormat):  true,
		time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat): false,
	} {
		s := loopback.Serve(t, quiet(t, rest.Gate(refusing(writes(429, "", "Retry-After", value)))(nil)))
		for _, w := range rpcWires {
			e := w.ask(t, s)
			pushback := e.header.Get("Grpc-Retry-Pushback-Ms")
			if got := strings.Contains(fmt.Sprint(e.types), "RetryInfo"); got != want || w.isGRPC() != (pushback != "") && want {
				t.Errorf("%s, %q: details %v, pushback %q", w.name, value, e.types, pushback)
			}
			if got := e.header.Get("Retry-After"); got != value {
				t.Errorf("%s: Retry-After %q, want %q", w.name, got, value)
			}
		}
	}
}

// TestGateGoesByTheCredential of the request, as the policy finds it.
func TestGateGoesByTheCredential(t *testing.T) {
	s := loopback.Serve(t, quiet(t, rest.Gate(refusing(writes(401, canary)))(nil), rest.WithChallenge("Bearer")))
	for _, w := range rpcWires {
		e := w.ask(t, s, "Authorization", "Bearer x")
		if e.number != 7 || w.isUnary() && e.header.Get("Www-Authenticate") != `Bearer error="invalid_token"` {
			t.Errorf("%s: %+v", w.name, e)
		}
	}
}

// TestGateLeavesRESTCallersToTheHandler, and without one alone.
func TestGateLeavesRESTCallersToTheHandler(t *testing.T) {
	for _, test := range refusals {
		if strings.Contains(test.name, "panic") || test.name == "no status that there may be" {
			continue // which net/http answers by closing the connection
		}
		for kind, wrap := range map[string]func(http.Handler) http.Handler{
			"alone":        func(h http.Handler) http.Handler { return h },
			"with Handler": func(h http.Handler) http.Handler { return quiet(t, h) },
		} {
			silenceLog(t)
			want := get(t, serve(t, wrap(test.answer)), "X-Request-Id", "r-1")
			got := get(t, serve(t, wrap(rest.Gate(refusing(test.answer))(nil))), "X-Request-Id", "r-1")
			want.header.Del("Date")
			got.header.Del("Date")
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s, %s:\n%v, want\n%v", test.name, kind, got, want)
			}
		}
	}
}

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
	waits := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
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
			_, _ = io.Copy(w, strings.NewReader(strings.Repeat("0123456789abcdef", 64<<10)))
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

// TestGateAnswersAHEADWithoutABody, as net/http has it.
func TestGateAnswersAHEADWithoutABody(t *testing.T) {
	s := serve(t, quiet(t, rest.Gate(refusing(writes(401, canary)))(nil)))
	a := send(t, s, http.MethodHead, procedure, "", "Connect-Protocol-Version", "1")
	if a.status != 401 || a.body != "" || a.err != nil || a.header.Get("Content-Type") != "application/json" || a.header.Get("Www-Authenticate") == "" {
		t.Errorf("answer = %+v", a)
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
