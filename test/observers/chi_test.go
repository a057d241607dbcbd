// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package observers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"go.opentelemetry.io/otel/sdk/metric"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/telemetry"
	"github.com/errpact/errpact/mapping"
)

// routed tells the route of chi's that a request took, as the page has it.
func routed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { rest.SetRoute(r.Context(), r.Pattern) }()
		next.ServeHTTP(w, r)
	})
}

func fails(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, errpactv1err.NotExist) }
func refuses(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, canary, http.StatusForbidden)
}

func chiRouter(middlewares ...func(http.Handler) http.Handler) http.Handler {
	router := chi.NewRouter()
	router.Use(middlewares...)
	router.Get("/error/{id}", fails)
	router.Get("/text/{id}", refuses)
	router.Get("/panic/{id}", func(http.ResponseWriter, *http.Request) { panic(canary) })
	router.Delete("/error/{id:[0-9]+}", fails)
	router.Route("/sub/{name}", func(r chi.Router) {
		r.Get("/error/{id}", fails)
		r.Put("/text/{id}", refuses)
	})
	mounted := chi.NewRouter()
	mounted.Post("/text/*", refuses)
	router.Mount("/mounted", mounted)
	return router
}

// TestChisRoutesAreCounted: chi sets the pattern on its own copy of the request. rest.Error knows it, and of any
// other answer a middleware tells it.
func TestChisRoutesAreCounted(t *testing.T) {
	for _, test := range []struct{ method, path, alone, told string }{
		{"GET", "/error/7", "GET /error/{id}", "GET /error/{id}"},
		{"DELETE", "/error/7", "DELETE /error/{id:[0-9]+}", "DELETE /error/{id:[0-9]+}"},
		{"GET", "/sub/a/error/7", "GET /sub/{name}/error/{id}", "GET /sub/{name}/error/{id}"},
		{"GET", "/text/7", "_OTHER", "GET /text/{id}"},
		{"PUT", "/sub/a/text/7", "_OTHER", "PUT /sub/{name}/text/{id}"},
		{"POST", "/mounted/text/a/b", "_OTHER", "POST /mounted/text/*"},
		{"GET", "/panic/7", "_OTHER", "GET /panic/{id}"},
		{"POST", "/error/7", "_OTHER", "_OTHER"},
		{"GET", "/unknown/7", "_OTHER", "_OTHER"},
		{"MADEUP", "/text/7", "_OTHER", "_OTHER"},
	} {
		for _, stack := range []struct {
			name   string
			router http.Handler
			want   string
		}{
			{"alone", chiRouter(), test.alone},
			{"told", chiRouter(routed), test.told},
			{"told, among others", chiRouter(middleware.RequestID, middleware.NoCache, routed), test.told},
		} {
			if got := countedAs(t, stack.router, test.method, test.path); got != stack.want {
				t.Errorf("%s: %s %s is counted as %q, want %q", stack.name, test.method, test.path, got, stack.want)
			}
		}
	}
}

// countedAs returns the method that an error is counted by.
func countedAs(t *testing.T, router http.Handler, method, path string) string {
	t.Helper()
	reader := metric.NewManualReader()
	provider := metric.NewMeterProvider(metric.WithReader(reader))
	policy, err := mapping.NewPolicy(mapping.WithReport(telemetry.Reporter(nil, telemetry.WithMeterProvider(provider))))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(rest.Handler(router, rest.WithPolicy(policy)))
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	points, _ := collect(t, reader)
	for set := range points {
		_, name, _ := strings.Cut(set, "rpc.method=")
		return name
	}
	t.Fatalf("%s %s: nothing was counted", method, path)
	return ""
}
