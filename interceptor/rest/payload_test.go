// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"net/http"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// TestDetailsOfTheLibraryAreNoPayload: Go callers of REST read a payload only where the server has set one, as over
// the other transports.
func TestDetailsOfTheLibraryAreNoPayload(t *testing.T) {
	all := []rest.Option{rest.WithGuidance(), rest.WithRequestIDInDetails()}
	for name, test := range map[string]struct {
		err     *mapping.Error
		payload bool
	}{
		"nothing":                 {errpactv1err.NotExist.New(""), false},
		"metadata":                {errpactv1err.NotExist.WithMetadata("id", `a"}`), false},
		"a reason":                {errpactv1err.ContainerUnpackingFailedInvalidHash.New(""), false},
		"fields":                  {errpactv1err.InvalidValue.WithField("a_b", `"x" \ y`).WithFields(mapping.Field{Path: "c", Reason: "RANGE"}), false},
		"a delay":                 {errpactv1err.DatabaseTemporarilyUnavailable.WithRetryDelay(1500e6), false},
		"a payload":               {errpactv1err.NotExist.WithPayload(map[string]any{"left": 3}), true},
		"a payload and metadata":  {errpactv1err.NotExist.WithPayload([]int{1}).WithMetadata("id", "f"), true},
		"a payload with a reason": {errpactv1err.NotExist.WithPayload(map[string]any{"reason": "out of stock"}), true},
		"an empty payload":        {errpactv1err.NotExist.WithPayload(struct{}{}), true},
	} {
		for _, opts := range [][]rest.Option{nil, all} {
			s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, test.err) }, opts...))
			res, err := request(t, s, http.MethodGet, "/", "")
			if err != nil {
				t.Fatal(err)
			}
			got := rest.CheckResponse(res)
			_ = res.Body.Close()
			if payload, ok := mapping.Payload[any](got); ok != test.payload {
				t.Errorf("%s: Payload = %v, %v", name, payload, ok)
			}
			e, _ := mapping.From(got)
			sent := mapping.EnvelopeOf(test.err.WithPayload(nil)) // whose payload cannot be told from the rest
			if relayed := mapping.EnvelopeOf(e.Relay()); !test.payload && string(relayed.Details) != string(sent.Details) {
				t.Errorf("%s: relayed as %s, want %s", name, relayed.Details, sent.Details)
			}
		}
	}
}

// TestG2RelayedDetailsHaveOnlyTheError: neither the id nor the guidance of another service, and no delay over the limit.
func TestG2RelayedDetailsHaveOnlyTheError(t *testing.T) {
	b := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, errpactv1err.DatabaseTemporarilyUnavailable.WithRetryDelay(9*3600e9))
	}, rest.WithGuidance(), rest.WithRequestIDInDetails()))
	a := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
		res, err := request(t, b, http.MethodGet, "/", "", "X-Request-Id", canary)
		if err != nil {
			t.Error(err)
			return
		}
		defer res.Body.Close()
		e, _ := mapping.From(rest.CheckResponse(res))
		rest.Error(w, r, e.Relay())
	}))
	get(t, a).want(t, 503, `{"error_code":12,"error_message":"Database is temporarily unavailable",`+
		`"details":{"reason":"TEMPORARILY_UNAVAILABLE","retry_delay":"3600s"}}`)
}
