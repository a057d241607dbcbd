// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// restServer has a span around rest.Handler, as otelhttp begins one, and in it an RPC behind a
// transcoder, a handler of net/http's, and paths that nobody serves.
func restServer(t *testing.T, o *observed, answer answerer, report mapping.ReportFunc) string {
	t.Helper()
	policy, err := mapping.NewPolicy(mapping.WithReport(report))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	rpcs := muxV1(answer, connect.WithInterceptors(otelV1(t, o), interceptor.New(interceptor.WithPolicy(policy))))
	mux.HandleFunc("GET /transcoded", func(w http.ResponseWriter, r *http.Request) {
		r = r.Clone(r.Context())
		r.Method, r.URL.Path, r.Body = http.MethodPost, unary, io.NopCloser(strings.NewReader(`""`))
		r.Header.Set("Content-Type", "application/json")
		rpcs.ServeHTTP(w, r)
	})
	mux.HandleFunc("GET /things/{id}", func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, answer(r.Context())) })
	handler := rest.Handler(mux, rest.WithPolicy(policy))
	return serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, span := o.traces.Tracer("http").Start(r.Context(), r.Method, trace.WithSpanKind(trace.SpanKindServer))
		defer span.End()
		handler.ServeHTTP(w, r.WithContext(ctx))
	}))
}

func get(t *testing.T, url string) (status int, e mapping.Envelope) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := newClient(t).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&e); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, e
}

func TestRESTCallersErrorsAreObserved(t *testing.T) {
	for path, want := range map[string]struct {
		status int
		series string
	}{
		"/transcoded": {500, series("DATABASE", "", mapping.FaultServer, mapping.OriginEntry, unary[1:])},
		"/things/7":   {500, series("DATABASE", "", mapping.FaultServer, mapping.OriginEntry, "GET /things/{id}")},
		"/nowhere/7":  {404, series("NOT_EXIST", "", mapping.FaultCaller, mapping.OriginTransport, "_OTHER")},
	} {
		t.Run(path, func(t *testing.T) {
			o := observe(t)
			base := restServer(t, o, returns(errpactv1err.Database.Wrap(errors.New(canary))), reportWith(o, nil, nil))
			status, envelope := get(t, base+path)
			if status != want.status {
				t.Fatalf("status %d, want %d", status, want.status)
			}
			span := o.server() // otelconnect's ends first
			got, wantStatus := attributes(span), sdktrace.Status{}
			if status >= 500 {
				wantStatus = sdktrace.Status{Code: codes.Error, Description: envelope.Message}
			}
			if got["errpact.number"] != strconv.Itoa(int(envelope.Code)) || span.Status() != wantStatus {
				t.Errorf("attributes = %v, status %v, want number %d, status %v", got, span.Status(), envelope.Code, wantStatus)
			}
			o.noCanary(t, span)
			if diff := cmp.Diff(map[string]int64{want.series: 1}, o.points(t)); diff != "" {
				t.Errorf("counter (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWithProcedureNamesRoutes(t *testing.T) {
	o := observe(t)
	base := restServer(t, o, returns(errpactv1err.NotExist), reportWith(o, nil, func(_ context.Context, r mapping.Report) string {
		if strings.HasPrefix(r.Procedure, "GET /things/") {
			return "GET /things/{id}"
		}
		return ""
	}))
	for _, path := range []string{"/things/7", "/things/8", "/nowhere"} {
		get(t, base+path)
	}
	want := map[string]int64{
		series("NOT_EXIST", "", mapping.FaultCaller, mapping.OriginEntry, "GET /things/{id}"): 2,
		series("NOT_EXIST", "", mapping.FaultCaller, mapping.OriginTransport, "_OTHER"):       1,
	}
	if diff := cmp.Diff(want, o.points(t)); diff != "" {
		t.Errorf("counter (-want +got):\n%s", diff)
	}
}

// route is one of http.ServeMux, and what answers there.
type route struct {
	pattern string
	answer  http.HandlerFunc
}

func fails(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, errpactv1err.NotExist) }

var routes = []route{
	{"GET /error/{id}", fails},
	{"GET /text/{id}", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, canary, http.StatusForbidden) }},
	{"/any/{id}", fails},
	{"GET /panic/{id}", func(http.ResponseWriter, *http.Request) { panic(canary) }},
	{"/files/", fails},
	{"/nested/", http.StripPrefix("/nested", nested()).ServeHTTP},
	{"GET /set/{id}", func(w http.ResponseWriter, r *http.Request) {
		rest.SetRoute(r.Context(), "/of/another/{router}")
		fails(w, r)
	}},
	{"GET /odd/", func(w http.ResponseWriter, r *http.Request) {
		rest.SetRoute(r.Context(), "")
		http.NotFound(w, r.Clone(context.Background()))
	}},
}

func nested() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("DELETE /inner/{id}", fails)
	return mux
}

// copying is a middleware that copies the request, and so hides the pattern from what is outside.
func copying(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r.Clone(r.Context())) })
}

// TestRoutedTellsWhatACopyHides, as the page says.
func TestRoutedTellsWhatACopyHides(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /text/{id}", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, canary, http.StatusForbidden) })
	for want, h := range map[string]http.Handler{"_OTHER": copying(mux), "GET /text/{id}": copying(routed(mux))} {
		o := observe(t)
		get(t, serve(t, rest.Handler(h, rest.WithPolicy(o.policy(t, nil))))+"/text/7")
		set := series("AUTH_FORBIDDEN", "", mapping.FaultCaller, mapping.OriginTransport, want)
		if diff := cmp.Diff(map[string]int64{set: 1}, o.points(t)); diff != "" {
			t.Errorf("counter (-want +got):\n%s", diff)
		}
	}
}

// TestRESTErrorsAreCountedByTheirRoute, whoever answers, and never by the path.
func TestRESTErrorsAreCountedByTheirRoute(t *testing.T) {
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.HandleFunc(r.pattern, r.answer)
	}
	for _, test := range []struct{ method, path, want string }{
		{"GET", "/error/7", "GET /error/{id}"},
		{"HEAD", "/error/7", "GET /error/{id}"},
		{"GET", "/text/7", "GET /text/{id}"},
		{"GET", "/any/7", "GET /any/{id}"},
		{"DELETE", "/any/7", "DELETE /any/{id}"},
		{"MADEUP", "/any/7", "/any/{id}"},
		{"GET", "/panic/7", "GET /panic/{id}"},
		{"PUT", "/files/a/b/c", "PUT /files/"},
		{"DELETE", "/nested/inner/7", "DELETE /inner/{id}"},
		{"GET", "/set/7", "GET /of/another/{router}"},
		{"GET", "/odd/7", "GET /odd/"},
		{"POST", "/error/7", "_OTHER"},
		{"GET", "/unknown", "_OTHER"},
		{"GET", "/", "_OTHER"},
	} {
		o := observe(t)
		base := serve(t, rest.Handler(mux, rest.WithPolicy(o.policy(t, nil))))
		r, err := http.NewRequestWithContext(t.Context(), test.method, base+test.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := newClient(t).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		points := o.points(t)
		if len(points) != 1 || res.StatusCode < 400 {
			t.Errorf("%s %s: %d, points %v", test.method, test.path, res.StatusCode, points)
		}
		for set, n := range points {
			if _, method, _ := strings.Cut(set, "rpc.method="); method != test.want || n != 1 {
				t.Errorf("%s %s is counted as %q, %d times, want %q", test.method, test.path, method, n, test.want)
			}
		}
	}
}
