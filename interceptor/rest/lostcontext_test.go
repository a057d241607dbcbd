// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// answerOf is what a handler within rest.Handler answers to a GET.
func answerOf(t *testing.T, handle http.HandlerFunc, opts ...rest.Option) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	quiet(t, handle, opts...).ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/x", nil))
	return recorder
}

func TestErrorGoesByItsRequestsDeadline(t *testing.T) {
	got := answerOf(t, func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithDeadline(r.Context(), time.Now().Add(-time.Second))
		defer cancel()
		rest.Error(w, r.WithContext(ctx), ctx.Err())
	})
	if got.Code != http.StatusGatewayTimeout {
		t.Errorf("status = %d, want 504: %s", got.Code, got.Body)
	}
}

func TestErrorFindsItsHandlerByTheWriter(t *testing.T) {
	got := answerOf(t, func(w http.ResponseWriter, r *http.Request) {
		rest.Error(wrapped{w}, r.WithContext(context.Background()),
			errpactv1err.ContainerUnpackingFailedInvalidHash.WithMetadata("file", "a"))
	})
	want := `{"error_code":14,"error_message":"Invalid hash","details":{"reason":"INVALID_HASH","metadata":{"file":"a"}}}`
	if got.Body.String() != want {
		t.Errorf("body = %s, want %s", got.Body, want)
	}
}

type wrapped struct{ http.ResponseWriter }

func (w wrapped) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func TestErrorAnswersNotModified(t *testing.T) {
	got := answerOf(t, func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, connect.NewNotModifiedError(http.Header{"Etag": {`"1"`}}))
	})
	if got.Code != http.StatusNotModified || got.Header().Get("Etag") != `"1"` || got.Body.Len() > 0 {
		t.Errorf("answer = %d, %v, %s", got.Code, got.Header(), got.Body)
	}
}

func TestPanicInSkipHasTheEnvelope(t *testing.T) {
	got := answerOf(t, func(http.ResponseWriter, *http.Request) { t.Error("the handler ran") },
		rest.WithSkip(func(*http.Request) bool { panic("canary") }))
	if got.Code != 500 || got.Body.String() != string(mapping.EnvelopeOf(nil).AppendJSON(nil)) {
		t.Errorf("answer = %d, %s", got.Code, got.Body)
	}
}

// A handler's own Connect error keeps for REST callers what its details say.
func TestDetailsOfLocalErrorsReachRESTCallers(t *testing.T) {
	got := answerOf(t, func(w http.ResponseWriter, r *http.Request) {
		e := connect.NewError(connect.CodeResourceExhausted, errors.New("slow down"))
		for _, message := range []proto.Message{
			&errdetails.RetryInfo{RetryDelay: durationpb.New(7 * time.Second)},
			&errdetails.ErrorInfo{Metadata: map[string]string{"quota": "day"}},
			&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "f", Description: "d"}}},
		} {
			detail, err := connect.NewErrorDetail(message)
			if err != nil {
				t.Error(err)
			}
			e.AddDetail(detail)
		}
		rest.Error(w, r, e)
	})
	want := `{"error_code":0,"error_message":"slow down","details":{"metadata":{"quota":"day"},` +
		`"field_violations":[{"field":"f","description":"d"}],"retry_delay":"7s"}}`
	if got.Code != 429 || got.Body.String() != want || got.Header().Get("Retry-After") != "7" {
		t.Errorf("answer = %d, Retry-After %q, %s", got.Code, got.Header().Get("Retry-After"), got.Body)
	}
	if !json.Valid(got.Body.Bytes()) {
		t.Errorf("not JSON: %s", got.Body)
	}
}
