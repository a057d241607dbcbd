// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// TestWithGuidanceSaysWhatToDo in details that are made from the error, and in the members of a problem.
func TestWithGuidanceSaysWhatToDo(t *testing.T) {
	never := `"resolution":"` + errpactv1err.NotExist.Resolution() + `","retryable":false`
	for name, test := range map[string]struct {
		err error
		// details and problem are what the envelope has, and the members before its own.
		details, problem string
	}{
		"a bare error":  {errpactv1err.NotExist, `{` + never + `}`, never},
		"with metadata": {errpactv1err.NotExist.WithMetadata("folderId", "f-17"), `{"metadata":{"folderId":"f-17"},` + never + `}`, never},
		"a payload":     {errpactv1err.NotExist.WithPayload(map[string]any{"left": 3}), `{"left":3}`, never},
		"a delay": {errpactv1err.NotExist.WithRetryDelay(1500 * time.Millisecond),
			`{"retry_delay":"1.500s",` + strings.ReplaceAll(never, "false", "true") + `}`, strings.ReplaceAll(never, "false", "true") + `,"retry_after_seconds":2`},
		"a delay without an entry":        {slower(t), `{"retry_delay":"5s","retryable":true}`, `"retryable":true,"retry_after_seconds":5`},
		"no advice for the status it has": {connect.NewError(connect.CodeAlreadyExists, errors.New("f-17 is there")), `{"retryable":false}`, `"retryable":false`},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, test.err) }),
				rest.WithGuidance(), rest.WithPolicy(newPolicy(t, nil))))
			a := get(t, s)
			if want := `,"details":` + test.details + `}`; !strings.HasPrefix(a.body, `{"error_code":`) || !strings.HasSuffix(a.body, want) {
				t.Errorf("%s, want …%s", a.body, want)
			}
			p := get(t, s, "Accept", problemType, "X-Request-Id", "r-1")
			if want := `,"request_id":"r-1",` + test.problem + `,` + a.body[1:]; !strings.HasSuffix(p.body, want) {
				t.Errorf("%s, want …%s", p.body, want)
			}
			for _, body := range []string{a.body, p.body} {
				if envelope, err := mapping.ParseEnvelope([]byte(body)); err != nil || string(envelope.Details) != test.details {
					t.Errorf("ParseEnvelope() = %s, %v", envelope.Details, err)
				}
			}
		})
	}
}

// slower is a limiter's error, as Connect has it.
func slower(t *testing.T) error {
	t.Helper()
	detail, err := connect.NewErrorDetail(&errdetails.RetryInfo{RetryDelay: durationpb.New(5 * time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	slow := connect.NewError(connect.CodeResourceExhausted, errors.New("slower"))
	slow.AddDetail(detail)
	return slow
}

// TestGuidedAnswersAreReadBack: the members are no payload, no metadata and no other error.
func TestGuidedAnswersAreReadBack(t *testing.T) {
	sent := errpactv1err.DatabaseTemporarilyUnavailable.WithMetadata("table", "folders").WithField("a", "b")
	for _, accept := range []string{"*/*", problemType} {
		s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, sent) }, rest.WithGuidance()))
		res, err := request(t, s, "GET", "/", "", "Accept", accept)
		if err != nil {
			t.Fatal(err)
		}
		e, _ := mapping.From(rest.CheckResponse(res))
		_ = res.Body.Close()
		if !errors.Is(e, errpactv1err.DatabaseTemporarilyUnavailable) || e.Metadata()["table"] != "folders" || len(e.Fields()) != 1 ||
			e.Resolution() != errpactv1err.DatabaseTemporarilyUnavailable.Resolution() || mapping.RetryOf(e) != mapping.RetryOf(sent) {
			t.Errorf("%s: CheckResponse() = %+v", accept, e)
		}
	}
}

// TestGuidanceAgreesWithRetryAfter that a limiter has set, whose answer names no entry, and so does the client.
func TestGuidanceAgreesWithRetryAfter(t *testing.T) {
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "5")
		w.WriteHeader(http.StatusTooManyRequests)
	}, rest.WithGuidance()))
	for accept, want := range map[string]string{
		"*/*": `"details":{"retryable":true}`, problemType: `"retryable":true,"retry_after_seconds":5`,
		"text/markdown": "\nTry again after 5 s if the call may be repeated.\n",
	} {
		if a := get(t, s, "Accept", accept); !strings.Contains(a.body, want) || a.header.Get("Retry-After") != "5" {
			t.Errorf("%s: %s, want %q in it", accept, a.body, want)
		}
	}
	res, err := request(t, s, "GET", "/", "")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got, want := mapping.RetryOf(rest.CheckResponse(res)), (mapping.Retry{Calls: mapping.RetryIdempotent, Delay: 5 * time.Second}); got != want {
		t.Errorf("the client reads %+v, want %+v", got, want)
	}
}
