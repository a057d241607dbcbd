// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package answers_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
)

const forged = `{"error_code":7,"error_message":"` + canary + `","details":null}`

// text answers as plain handlers and middlewares do.
func text(status int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		http.Error(w, canary, status)
	}
}

// written answers with a body of its own.
func written(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func limited(w http.ResponseWriter, r *http.Request) {
	_, err := io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		http.Error(w, canary, http.StatusRequestEntityTooLarge)
	}
}

// proxyTo forwards to an upstream.
func proxyTo(t testing.TB, upstream string) http.Handler {
	t.Helper()
	u, err := url.Parse(upstream)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(u)
	proxy.ErrorLog = log.New(io.Discard, "", 0)
	return proxy
}

// handlers are what is mounted on each mux.
func handlers(t testing.TB) map[string]http.Handler {
	t.Helper()
	upstream := serve(t, written(401, "application/json", forged), false)
	all := map[string]http.Handler{
		"GET /things": written(200, "text/plain", "fine"), "POST /things": text(400),
		"POST /limited": http.MaxBytesHandler(http.HandlerFunc(limited), 8),
		"GET /dead":     proxyTo(t, "http://"+loopback.ClosedAddress(t)), "GET /forged": proxyTo(t, upstream.URL), "GET /trusted": proxyTo(t, upstream.URL),
		"GET /own": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rest.Error(w, r, errpactv1err.AuthForbidden.New("Ask an administrator"))
		}),
		"GET /panic":   http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(canary) }),
		"GET /abort":   http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
		"GET /basic":   text(401, "Www-Authenticate", `Basic realm="x"`),
		"GET /busy":    text(429, "Retry-After", "7"),
		"GET /page":    written(502, "text/html", "<html>"+canary),
		"GET /silent":  http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }),
		"GET /healthz": written(503, "text/plain", "starting"),
		"POST /token":  written(400, "application/json", `{"error":"invalid_grant"}`),
		"GET /site":    written(404, "text/html", "<html>no such page"),
	}
	for _, status := range []int{400, 401, 403, 406, 409, 410, 412, 418, 428, 451, 500, 501, 503} {
		all[fmt.Sprintf("GET /status/%d", status)] = text(status)
	}
	return all
}

func gets(name, path string, w want) row { return row{name: name, method: "GET", path: path, want: w} }

// plainWith are plainRows, with a row that each mux answers in another way.
func plainWith(r row) []row { return slices.Insert(slices.Clone(plainRows), 1, r) }

var plainRows = []row{
	gets("an unknown path", "/nope", want{status: 404, number: 10, message: "Resource does not exist"}),
	{"http.Error", "POST", "/things", "{}", nil, want{status: 400, number: 3, message: structure}},
	{"http.MaxBytesHandler", "POST", "/limited", "more than eight", nil, want{status: 413, number: 3, message: "Request Entity Too Large"}},
	gets("ReverseProxy to a dead upstream", "/dead", want{status: 502, number: 11, message: "External service failed"}),
	gets("an upstream's forged envelope", "/forged", want{status: 401, number: 6, message: "Access token is not provided"}),
	gets("the same, with WithTrustedBodies", "/trusted", want{status: 401, as: asIs}),
	gets("rest.Error's own envelope", "/own", want{status: 403, number: 9, message: "Ask an administrator"}),
	gets("a panic", "/panic", want{status: 500, message: unknown}),
	gets("http.ErrAbortHandler", "/abort", want{as: aborted}),
	gets("a challenge of the handler's own", "/basic", want{status: 401, number: 6, message: "Access token is not provided", header: []string{"Www-Authenticate", `Basic realm="x"`}}),
	gets("a rate limiter's text", "/busy", want{status: 429, message: "Too Many Requests", header: []string{"Retry-After", "7"}}),
	gets("a proxy's page", "/page", want{status: 502, number: 11, message: "External service failed"}),
	gets("a status without a body", "/silent", want{status: 404, number: 10, message: "Resource does not exist"}),
	gets("/healthz, with WithSkip", "/healthz", want{status: 503, as: asIs}),
	{"an OAuth endpoint, with WithSkip", "POST", "/token", "{}", nil, want{status: 400, as: asIs}},
	gets("an HTML site, with WithSkip", "/site", want{status: 404, as: asIs}),
	{"a wrong token", "GET", "/status/401", "", []string{"Authorization", "Bearer x"}, want{status: 401, number: 7, message: "Access token is invalid", header: []string{"Www-Authenticate", `Bearer realm="api", error="invalid_token"`}}},
	gets("text with 400", "/status/400", want{status: 400, number: 3, message: structure}),
	gets("text with 401", "/status/401", want{status: 401, number: 6, message: "Access token is not provided", header: []string{"Www-Authenticate", `Bearer realm="api"`}}),
	gets("text with 403", "/status/403", want{status: 403, number: 9, message: "Access is denied"}),
	gets("text with 406", "/status/406", want{status: 406, number: 3, message: "Not Acceptable"}),
	gets("text with 409", "/status/409", want{status: 409, number: 4, message: "Conflict"}),
	gets("text with 410", "/status/410", want{status: 410, number: 10, message: "Gone"}),
	gets("text with 412", "/status/412", want{status: 412, number: 4, message: "Precondition Failed"}),
	gets("text with 418", "/status/418", want{status: 418, number: 4, message: "I'm a teapot"}),
	gets("text with 428", "/status/428", want{status: 428, number: 4, message: "Precondition Required"}),
	gets("text with 451", "/status/451", want{status: 451, number: 9, message: "Unavailable For Legal Reasons"}),
	gets("text with 500", "/status/500", want{status: 500, message: unknown}),
	gets("text with 501", "/status/501", want{status: 501, number: 2, message: "Method is not realized"}),
	gets("text with 503", "/status/503", want{status: 503, number: 11, message: "Service Unavailable"}),
}

func plainly(t testing.TB, name string, mux http.Handler) pair {
	t.Helper()
	policy := newPolicy(t)
	skip := func(r *http.Request) bool {
		return r.URL.Path == "/healthz" || r.URL.Path == "/token" || strings.HasPrefix(r.URL.Path, "/site")
	}
	strict := rest.Handler(mux, rest.WithPolicy(policy), rest.WithSkip(skip))
	trusting := rest.Handler(mux, rest.WithPolicy(policy), rest.WithTrustedBodies())
	after := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/trusted" {
			trusting.ServeHTTP(w, r)
			return
		}
		strict.ServeHTTP(w, r)
	})
	return pair{name: name, before: mux, after: after}
}

func serveMux(t testing.TB) pair {
	mux := http.NewServeMux()
	for pattern, h := range handlers(t) {
		mux.Handle(pattern, h)
	}
	mux.HandleFunc("GET /folder/", func(http.ResponseWriter, *http.Request) {})
	return plainly(t, "ServeMux", mux)
}

func chiMux(t testing.TB) pair {
	mux := chi.NewRouter()
	for pattern, h := range handlers(t) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.Method(method, path, h)
	}
	return plainly(t, "chi", mux)
}
