// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// TestRoundTrip sends every entry and every reason, with all that an error can have, and finds it
// again, over the envelope and over problem+json.
func TestRoundTrip(t *testing.T) {
	for _, entry := range errpactv1err.Catalogue.Codes() {
		for _, code := range append(entry.Reasons(), entry) {
			t.Run(code.Name()+"/"+code.Reason(), func(t *testing.T) {
				s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
					rest.Error(w, r, code.WithMetadata("folderId", "f-17").WithField("a.b", "is <odd>"))
				}))
				for _, accept := range []string{"*/*", "application/problem+json"} {
					res, err := request(t, s, "GET", "/", "", "Accept", accept, "X-Request-Id", "r-1")
					if err != nil {
						t.Fatal(err)
					}
					checkRoundTrip(t, code, rest.CheckResponse(res))
					res.Body.Close()
				}
			})
		}
	}
}

func checkRoundTrip(t *testing.T, code mapping.Code, err error) {
	t.Helper()
	e, ok := mapping.From(err)
	if !ok || !errors.Is(err, code) || e.Reason() != code.Reason() || !errors.Is(err, mapping.CodeOf(code)) {
		t.Fatalf("error = %+v, want %v", err, code)
	}
	if e.HTTPStatus() != code.HTTPStatus() || e.ConnectCode() != code.ConnectCode() || e.Message() != code.Message() || e.RequestID() != "r-1" {
		t.Errorf("status %d, Connect code %d, message %q, request id %q", e.HTTPStatus(), e.ConnectCode(), e.Message(), e.RequestID())
	}
	if e.Metadata()["folderId"] != "f-17" || len(e.Fields()) != 1 || e.Fields()[0].Description != "is <odd>" {
		t.Errorf("metadata %v, fields %v", e.Metadata(), e.Fields())
	}
	sent, want := code.Wrap(nil), time.Duration(0)
	if delay, ok := sent.RetryDelay(); ok {
		want = delay
	}
	if delay, _ := e.RetryDelay(); delay != want {
		t.Errorf("retry delay = %v, want %v", delay, want)
	}
}

// TestRoundTripOfAPayload gives what the server put into details.
func TestRoundTripOfAPayload(t *testing.T) {
	type quota struct{ Left int }
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, errpactv1err.InvalidValue.WithPayload(quota{3}))
	}))
	res, err := request(t, s, "GET", "/", "")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got, ok := mapping.Payload[quota](rest.CheckResponse(res)); !ok || got.Left != 3 {
		t.Errorf("payload = %v, %v", got, ok)
	}
}
