// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/internal/testkit/stackv1"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// TestTwoInterceptorsAnswerRESTWithOneID, under which the only report has the cause.
func TestTwoInterceptorsAnswerRESTWithOneID(t *testing.T) {
	cause, told := errors.New("cause"), new(reported.Reports)
	once := intercepted(t, mapping.WithReport(told.Add))
	mux := stackv1.NewMux(suite.Service{Answer: func(context.Context, suite.Header) error { return cause }}, connect.WithHandlerOptions(once, once))
	res, err := http.Get(loopback.Serve(t, rest.Handler(transcoded(mux))).URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	id := res.Header.Get("X-Request-Id")
	if r := told.One(t); !errors.Is(r.Err, cause) || r.RequestID != id || id == "" {
		t.Errorf("the report of the caller's id, %q, is %+v", id, r)
	}
}

// transcoded calls the unary procedure for whatever is asked.
func transcoded(rpc http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.Clone(r.Context())
		r.Method, r.URL.Path, r.Body = http.MethodPost, unary, io.NopCloser(strings.NewReader(`""`))
		r.Header.Set("Content-Type", "application/json")
		rpc.ServeHTTP(w, r)
	})
}

// inProcess is a transport to a handler, with the request's own context.
type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, req)
	return w.Result(), nil
}

// TestG2CallsInProcessAreNotTheRequestsAnswer: a REST request whose handler calls a service of its own
// process is answered with what its handler makes of that.
func TestG2CallsInProcessAreNotTheRequestsAnswer(t *testing.T) {
	inner := inProcess{stackv1.NewMux(suite.Service{Answer: func(context.Context, suite.Header) error { return errpactv1err.NotExist.New(opaque.Canary) }}, intercepted(t))}
	for _, procedure := range []string{unary, serverStream} {
		client := newClient(&http.Client{Transport: inner}, "http://inner.example", procedure, ways[0], decoding())
		for name, test := range map[string]struct {
			answer func(http.ResponseWriter)
			want   string
		}{
			"a success that has begun": {func(w http.ResponseWriter) { _, _ = io.WriteString(w, " done") }, "200 begun done"},
			"an error of its own": {
				func(w http.ResponseWriter) { http.NotFound(w, nil) },
				`404 {"error_code":10,"error_message":"Resource does not exist","details":null}`,
			},
		} {
			t.Run(procedure+"/"+name, func(t *testing.T) {
				handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if strings.HasPrefix(test.want, "200") {
						_, _ = io.WriteString(w, "begun")
					}
					if err := call(r.Context(), client, procedure, nil); !errors.Is(err, errpactv1err.NotExist) {
						t.Errorf("the call gave %v", err)
					}
					test.answer(w)
				})
				res, err := http.Get(loopback.Serve(t, rest.Handler(handler)).URL)
				if err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close()
				body, err := io.ReadAll(res.Body)
				if got := fmt.Sprint(res.StatusCode, " ", string(body)); got != test.want || err != nil {
					t.Errorf("got %s, %v, want %s", got, err, test.want)
				}
			})
		}
	}
}
