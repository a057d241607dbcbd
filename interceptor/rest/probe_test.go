// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/testkit/reported"
)

// TestProbedRequestsPassEveryPart, which does nothing besides: no middleware in a gate runs, no function refuses, no
// envelope is written, and nothing is reported.
func TestProbedRequestsPassEveryPart(t *testing.T) {
	foreign := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the middleware has run") })
	}
	var told reported.Reports
	policy := newPolicy(t, &told)
	auth := rest.Auth(func(context.Context, *http.Request) (any, error) { return nil, errpactv1err.AuthInvalid })
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if info, err := auth(r.Context(), r); info != nil || err != nil {
			t.Errorf("auth returns %v, %v", info, err)
		}
		rest.Error(w, r, errpactv1err.NotExist)
	})
	skipping := rest.WithSkip(func(*http.Request) bool { t.Error("skip was asked"); return true })
	handler := rest.Handler(rest.Gate(foreign)(rest.Handler(inner)), rest.WithPolicy(policy), skipping)
	want := []transport.Passage{
		{Part: transport.PartHandler, Name: "rest.Handler", Policy: policy}, {Part: transport.PartGate, Name: "rest.Gate"},
		{Part: transport.PartHandler, Name: "rest.Handler"}, {Part: transport.PartAuth, Name: "rest.Auth"}, {Part: transport.PartError, Name: "rest.Error"},
	}
	for _, contentType := range []string{"", "application/json", "application/proto", "application/connect+proto", "application/grpc", "application/grpc-web"} {
		probe := new(transport.Probe)
		r := httptest.NewRequestWithContext(probe.Context(t.Context()), http.MethodPost, "/acme.v1.Shop/Get", strings.NewReader("{}"))
		r.Header.Set("Content-Type", contentType)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if got := probe.Passed(); !slices.Equal(got, want) {
			t.Errorf("%q: passed %v, want %v", contentType, got, want)
		}
		if w.Body.Len() > 0 || len(told.Take()) > 0 {
			t.Errorf("%q: it was answered with %s, or reported", contentType, w.Body)
		}
	}
}
