// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// plainly is Connect's answer of an error whose details nobody shares.
func plainly(t *testing.T, err error) string {
	t.Helper()
	answer := (*mapping.Policy)(nil).Translate(&mapping.Call{RequestID: "r-1", Classify: transport.ClassifyConnect}, err)
	details := answer.Details()
	out := connect.NewError(connect.Code(answer.Error().ConnectCode()), answer.Public())
	for _, detail := range details {
		d, err := connect.NewErrorDetail(detail)
		if err != nil {
			t.Fatal(err)
		}
		out.AddDetail(d)
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/a.B/C", nil)
	r.Header.Set("Content-Type", "application/proto")
	if err := connect.NewErrorWriter().Write(w, r, out); err != nil {
		t.Fatal(err)
	}
	return w.Body.String()
}

// TestG15G11SharedDetailsAreSentAsUnshared: whoever asks for a detail first, and whoever comes at the same
// time, gets the bytes that an answer has which shares nothing.
func TestG15G11SharedDetailsAreSentAsUnshared(t *testing.T) {
	policy, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range errpactv1err.Catalogue.Codes() {
		for _, err := range append([]mapping.Code{code}, code.Reasons()...) {
			want := plainly(t, err)
			h := connect.NewUnaryHandler("/a.B/C", func(context.Context, *connect.Request[text]) (*connect.Response[text], error) {
				return nil, err
			}, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))))
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					w := httptest.NewRecorder()
					r := httptest.NewRequest(http.MethodPost, "/a.B/C", strings.NewReader(""))
					r.Header.Set("Content-Type", "application/proto")
					r.Header.Set("X-Request-Id", "r-1")
					if h.ServeHTTP(w, r); w.Body.String() != want {
						t.Errorf("%s: %s, want %s", err.Name(), w.Body, want)
					}
				})
			}
			all.Wait()
		}
	}
}
