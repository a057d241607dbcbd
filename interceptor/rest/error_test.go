// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// statusWriter is a middleware's writer, as logs and metrics have them.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&statusWriter{ResponseWriter: w}, r.WithContext(context.WithValue(r.Context(), statusWriter{}, 1)))
	})
}

// TestError answers every kind of error, with a Handler around, without one, and from inside
// middleware that wraps the writer and the context. All say the same.
func TestError(t *testing.T) {
	silenceLog(t)
	for _, test := range []struct {
		name   string
		err    error
		status int
		body   string
	}{
		{"code", errpactv1err.NotExist, 404, envelope(10, "Resource does not exist")},
		{"reason", errpactv1err.ContainerUnpackingFailedInvalidHash, 400,
			`{"error_code":14,"error_message":"Invalid hash","details":{"reason":"INVALID_HASH"}}`},
		{"message", errpactv1err.NotExist.New("no such folder"), 404, envelope(10, "no such folder")},
		{"wrapped", fmt.Errorf("%s: %w", canary, errpactv1err.NotExist.Wrap(errors.New(canary))), 404, envelope(10, "Resource does not exist")},
		{"joined", errors.Join(errors.New(canary), errpactv1err.AuthForbidden), 403, envelope(9, "Access is denied")},
		{"payload", errpactv1err.InvalidValue.WithPayload(json.RawMessage(`{"left":3}`)), 400, `{"error_code":4,"error_message":"Invalid value","details":{"left":3}}`},
		{"all", errpactv1err.DatabaseTemporarilyUnavailable.WithMetadata("table", "folders").WithField("a.b", "must be short").WithRetryDelay(1500 * time.Millisecond),
			503, `{"error_code":12,"error_message":"Database is temporarily unavailable","details":{"reason":"TEMPORARILY_UNAVAILABLE",` +
				`"metadata":{"table":"folders"},"field_violations":[{"field":"a.b","description":"must be short"}],"retry_delay":"1.500s"}}`},
		{"unmapped", errors.New(canary), 500, envelope(0, "Unknown server side error occurred")},
		{"typed nil", (*mapping.Error)(nil), 500, envelope(0, "Unknown server side error occurred")},
		{"typed nil of Connect", (*connect.Error)(nil), 500, envelope(0, "Unknown server side error occurred")},
		{"unauthenticated", errpactv1err.AuthExpired, 401, envelope(8, "Access token has expired")},
		{"a dependency's timeout", context.DeadlineExceeded, 504,
			`{"error_code":11,"error_message":"External service timed out","details":{"reason":"TIMED_OUT"}}`},
		{"too large", fmt.Errorf("%s: %w", canary, &http.MaxBytesError{Limit: 1}), 413, envelope(3, "Request Entity Too Large")},
		{"script", errpactv1err.NotExist.New("<script>\x00\xff"), 404, `{"error_code":10,"error_message":"\u003cscript\u003e ` + "\ufffd" + `","details":null}`},
		{"local Connect error", connect.NewError(connect.CodeResourceExhausted, errors.New("ten a day")), 429, envelope(0, "ten a day")},
	} {
		answering := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Own", "kept")
			rest.Error(w, r, test.err)
			_, _ = io.WriteString(w, canary)
		})
		alone := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Own", "kept")
			rest.Error(w, r, test.err)
		})
		for kind, h := range map[string]http.Handler{
			"with Handler": quiet(t, answering), "alone": alone, "inside middleware": quiet(t, observed(answering)),
			"inside a timeout": quiet(t, http.TimeoutHandler(answering, time.Minute, "")),
		} {
			t.Run(test.name+"/"+kind, func(t *testing.T) {
				a := get(t, serve(t, h))
				a.want(t, test.status, test.body)
				if a.header.Get("X-Own") != "kept" {
					t.Errorf("the handler's header is lost")
				}
			})
		}
	}
}

func TestErrorOfNothing(t *testing.T) {
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, nil)
		rest.Error(nil, r, errpactv1err.NotExist)
		rest.NotFound(nil, r)
		rest.MethodNotAllowed(nil, nil)
		var none context.Context
		rest.SetStatus(none, 201)
		rest.SetStatus(context.Background(), 201)
		_, _ = io.WriteString(w, "fine")
	}))
	if a := get(t, s); a.status != 200 || a.body != "fine" {
		t.Errorf("answer = %+v", a)
	}
	w := httptest.NewRecorder()
	rest.Error(w, nil, errpactv1err.NotExist)
	if w.Code != 404 || w.Body.String() != envelope(10, "Resource does not exist") {
		t.Errorf("without a request: %d %s", w.Code, w.Body)
	}
	w = httptest.NewRecorder()
	rest.Error(w, new(http.Request), errpactv1err.AuthInvalid)
	if w.Code != 401 || w.Header().Get("Www-Authenticate") == "" {
		t.Errorf("with a zero request: %d %v", w.Code, w.Header())
	}
}

func TestNotFoundAndMethodNotAllowed(t *testing.T) {
	for kind, wrap := range map[string]func(http.Handler) http.Handler{
		"alone":        func(h http.Handler) http.Handler { return h },
		"with Handler": func(h http.Handler) http.Handler { return quiet(t, h) },
	} {
		t.Run(kind, func(t *testing.T) {
			get(t, serve(t, wrap(http.HandlerFunc(rest.NotFound)))).want(t, 404, envelope(10, "Resource does not exist"))
			get(t, serve(t, wrap(http.HandlerFunc(rest.MethodNotAllowed)))).want(t, 405, envelope(1, "Method is not allowed"))
		})
	}
}

// TestFirstErrorCounts, as the first WriteHeader does.
func TestFirstErrorCounts(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"two errors": func(w http.ResponseWriter, r *http.Request) {
			rest.Error(w, r, errpactv1err.NotExist)
			rest.Error(w, r, errors.New(canary))
		},
		"two of one status": func(w http.ResponseWriter, r *http.Request) {
			rest.Error(w, r, errpactv1err.NotExist)
			rest.Error(w, r, errpactv1err.NotExist.New("second"))
		},
		"an error, then a success": func(w http.ResponseWriter, r *http.Request) {
			rest.Error(w, r, errpactv1err.NotExist)
			w.WriteHeader(200)
			_, _ = io.WriteString(w, canary)
		},
		"a text, then an error": func(w http.ResponseWriter, r *http.Request) {
			http.NotFound(w, r)
			rest.Error(w, r, errpactv1err.NotExist.New("second"))
		},
		"two headers": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(404)
			w.WriteHeader(500)
			w.WriteHeader(200)
		},
	} {
		t.Run(name, func(t *testing.T) {
			get(t, serve(t, quiet(t, h))).want(t, 404, envelope(10, "Resource does not exist"))
		})
	}
}

// TestErrorKeepsMetadataOfConnectErrors sends the headers that a handler put on its error.
func TestErrorKeepsMetadataOfConnectErrors(t *testing.T) {
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
		err := connect.NewError(connect.CodeNotFound, errors.New("no"))
		err.Meta().Set("X-Shard", "7")
		err.Meta()["content-length"] = []string{"3"}
		rest.Error(w, r, err)
	}))
	a := get(t, s)
	a.want(t, 404, envelope(10, "no"))
	if a.header.Get("X-Shard") != "7" {
		t.Errorf("header = %v", a.header)
	}
}

// TestErrorIsReportedOnce, with the cause that the caller does not see.
func TestErrorIsReportedOnce(t *testing.T) {
	var told reported.Reports
	h := rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, errors.New(canary))
	}), rest.WithPolicy(newPolicy(t, &told)))
	a := send(t, serve(t, h), "GET", "/path", "", "X-Request-Id", "r-1")
	a.want(t, 500, envelope(0, "Unknown server side error occurred"))
	report := told.One(t)
	if report.RequestID != "r-1" || a.header.Get("X-Request-Id") != "r-1" || report.Procedure != "GET /path" ||
		!strings.Contains(report.Err.Error(), canary) || report.Stage != mapping.StageHandler {
		t.Errorf("report = %+v", report)
	}
}
