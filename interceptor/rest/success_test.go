// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/reported"
)

// TestSuccessStatus goes by the method's option, unless the handler set another.
func TestSuccessStatus(t *testing.T) {
	set := func(status int) func(context.Context) {
		return func(ctx context.Context) { rest.SetStatus(ctx, status) }
	}
	for _, test := range []struct {
		name     string
		declared int32
		do       func(context.Context)
		want     int
	}{
		{"nothing declared", 0, nil, 200},
		{"declared", 201, nil, 201},
		{"declared, no body", 204, nil, 204},
		{"declared, reset", 205, nil, 205},
		{"declared nonsense", 302, nil, 200},
		{"declared an error", 500, nil, 200},
		{"set", 0, set(202), 202},
		{"set 200 where another is declared", 201, set(200), 200},
		{"set another", 204, set(201), 201},
		{"set no body", 201, set(204), 204},
		{"set nonsense", 201, set(404), 201},
		{"set nonsense of nothing", 0, set(0), 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			rpc := things{success: test.declared, do: test.do}.handler(t)
			serveTwice(t, func() http.Handler { return quiet(t, transcoder(rpc)) }, func(t *testing.T, s *httptest.Server) {
				a := get(t, s)
				if a.status != test.want || a.header.Get("X-Own") != "kept" || a.header.Get("X-Request-Id") != "" || a.header.Get("Vary") != "" {
					t.Errorf("answer = %+v", a)
				}
				if noBody := test.want == 204 || test.want == 205; noBody != (a.body == "") || noBody != (a.header.Get("Content-Type") == "") {
					t.Errorf("%d has body %q, header %v", a.status, a.body, a.header)
				}
				if test.want == 204 && len(a.header["Content-Length"]) > 0 {
					t.Errorf("a 204 has a Content-Length")
				}
			})
			// An RPC caller of the same handler sees none of it.
			a := send(t, serve(t, quiet(t, rpc)), "POST", procedure, `"x"`, "Content-Type", "application/json")
			if a.status != 200 || a.body != `"got x"` {
				t.Errorf("RPC = %d %s", a.status, a.body)
			}
		})
	}
}

// TestErrorsHaveNoSuccessStatus, whatever was declared and set.
func TestErrorsHaveNoSuccessStatus(t *testing.T) {
	rpc := things{success: 204, do: func(ctx context.Context) { rest.SetStatus(ctx, 201) }, err: func() error { return errpactv1err.NotExist }}
	get(t, serve(t, quiet(t, transcoder(rpc.handler(t))))).want(t, 404, envelope(10, "Resource does not exist"))
}

// TestSetStatusOfAPlainHandler takes the place of 200 alone.
func TestSetStatusOfAPlainHandler(t *testing.T) {
	for written, want := range map[int]int{200: 201, 202: 202, 302: 302} {
		s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
			rest.SetStatus(r.Context(), 201)
			w.WriteHeader(written)
			_, _ = io.WriteString(w, "body")
		}))
		if a := get(t, s); a.status != want || a.body != "body" {
			t.Errorf("WriteHeader(%d) = %d %s, want %d", written, a.status, a.body, want)
		}
	}
}

// TestNotModifiedStaysOne though the transcoder knows no such thing: for a GET, as connect's
// documentation has it. Anything else is an unmapped error.
func TestNotModifiedStaysOne(t *testing.T) {
	rpc := things{err: func() error {
		return connect.NewNotModifiedError(http.Header{"Etag": {`"a"`}, "Cache-Control": {"max-age=60"}})
	}}.handler(t)
	serveTwice(t, func() http.Handler { return quiet(t, transcoder(rpc)) }, func(t *testing.T, s *httptest.Server) {
		a := get(t, s)
		if a.status != 304 || a.body != "" || a.header.Get("Etag") != `"a"` || a.header.Get("Cache-Control") != "max-age=60" ||
			a.header.Get("Content-Type") != "" || a.header.Get("X-Request-Id") != "" {
			t.Errorf("answer = %+v", a)
		}
		if a := send(t, s, "POST", "/", `"x"`); a.status != 500 || a.body != envelope(0, "Unknown server side error occurred") {
			t.Errorf("POST = %+v", a)
		}
	})
	// Nothing written at all.
	silent := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		transcoder(rpc).ServeHTTP(httptest.NewRecorder(), r)
	})
	if a := get(t, serve(t, quiet(t, silent))); a.status != 304 || a.header.Get("Etag") != `"a"` {
		t.Errorf("nothing written: %+v", a)
	}
}

// TestRefusedRequestsDoNotRun: vanguard v0.4.0 answers a request that it can't decode, and then still
// calls the handler with an empty message.
func TestRefusedRequestsDoNotRun(t *testing.T) {
	ran := false
	rpc := things{do: func(context.Context) { ran = true }}.handler(t)
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/proto")
		w.WriteHeader(500)
		_, _ = io.WriteString(w, `{"code":2,"message":"proto:\u00a0(line 1:10): invalid value for int32 field limit: \"x\"","details":[]}`)
		transcoder(rpc).ServeHTTP(httptest.NewRecorder(), r)
	}))
	get(t, s).want(t, 400, envelope(5, "Invalid type"))
	if ran {
		t.Errorf("the handler ran")
	}
}

// TestG13FailuresAfterASuccess are our own, whatever code they are given, and are reported.
func TestG13FailuresAfterASuccess(t *testing.T) {
	rpc := things{options: []connect.HandlerOption{connect.WithSendMaxBytes(1)}}.handler(t)
	var told reported.Reports
	h := rest.Handler(transcoder(rpc), rest.WithPolicy(newPolicy(t, &told)))
	get(t, serve(t, h)).want(t, 500, envelope(0, "Unknown server side error occurred"))
	if report := told.One(t); report.Err == nil || report.Sent == nil || report.Stage != "transport" {
		t.Errorf("report = %+v", report)
	}
}

// TestNothingWrittenButAnErrorRecorded has the error's envelope.
func TestNothingWrittenButAnErrorRecorded(t *testing.T) {
	rpc := things{err: func() error { return errpactv1err.NotExist }}.handler(t)
	s := serve(t, quietFunc(t, func(_ http.ResponseWriter, r *http.Request) {
		transcoder(rpc).ServeHTTP(httptest.NewRecorder(), r)
	}))
	get(t, s).want(t, 404, envelope(10, "Resource does not exist"))
}

// TestASuccessInPlaceOfAnError is a front that makes something else of a failed call.
func TestASuccessInPlaceOfAnError(t *testing.T) {
	rpc := things{err: func() error { return errors.New(canary) }}.handler(t)
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
		transcoder(rpc).ServeHTTP(httptest.NewRecorder(), r)
		_, _ = io.WriteString(w, "a page for that")
	}))
	if a := get(t, s); a.status != 200 || a.body != "a page for that" || a.err != nil {
		t.Errorf("answer = %+v", a)
	}
}
