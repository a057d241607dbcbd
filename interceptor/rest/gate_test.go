// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

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

// refusals lists answers that foreign middlewares write by themselves, and the errors that RPC callers get for them.
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
	for i, test := range refusals {
		t.Run(test.name, func(t *testing.T) {
			var told reported.Reports
			gate := rest.Gate(refusing(test.answer))(http.HandlerFunc(rest.NotFound))
			onMounts(t, i, rpcWires, gate, rest.WithPolicy(newPolicy(t, &told)), func(t *testing.T, s *httptest.Server, w rpcWire) {
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
		})
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

// TestGateAnswersAHEADWithoutABody, as net/http has it.
func TestGateAnswersAHEADWithoutABody(t *testing.T) {
	s := serve(t, quiet(t, rest.Gate(refusing(writes(401, canary)))(nil)))
	a := send(t, s, http.MethodHead, procedure, "", "Connect-Protocol-Version", "1")
	if a.status != 401 || a.body != "" || a.err != nil || a.header.Get("Content-Type") != "application/json" || a.header.Get("Www-Authenticate") == "" {
		t.Errorf("answer = %+v", a)
	}
}

// TestAGateWithoutItsContext is in another's middleware, which hands on a context of its own.
func TestAGateWithoutItsContext(t *testing.T) {
	var told reported.Reports
	forgetful := func(next http.Handler) http.Handler {
		inner := rest.Gate(refusing(writes(403, canary)))(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			inner.ServeHTTP(w, r.Clone(context.WithValue(context.Background(), http.ServerContextKey, r.Context().Value(http.ServerContextKey))))
		})
	}
	s := serve(t, rest.Handler(rest.Gate(forgetful)(http.NotFoundHandler()), rest.WithPolicy(newPolicy(t, &told))))
	a := send(t, s, "POST", procedure, "{}", "Connect-Protocol-Version", "1")
	if a.status != 403 || !strings.HasPrefix(a.body, `{"code":"permission_denied"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	told.One(t)
}
