// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package validation_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/vanguard"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// transcode gives a stack's handler to REST callers.
func transcode(t *testing.T, s stack, options ...mapping.Option) *httptest.Server {
	t.Helper()
	policy := newPolicy(t, options...)
	h, err := vanguard.NewTranscoder(
		[]*vanguard.Service{vanguard.NewServiceWithSchema(service(), s.handler(policy))},
		vanguard.WithRules(&annotations.HttpRule{
			Selector: string(service().FullName()) + "." + unary, Pattern: &annotations.HttpRule_Post{Post: "/v1/orders"}, Body: "*",
		}),
	)
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, rest.Handler(h, rest.WithPolicy(policy)))
}

// post sends an order, and gives the answer and its body.
func post(t *testing.T, to *httptest.Server, body string) (*http.Response, string) {
	t.Helper()
	res, err := to.Client().Post(to.URL+"/v1/orders", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	res.Body = io.NopCloser(strings.NewReader(string(text)))
	return res, string(text)
}

func TestRESTCallersReadWhichFieldsAreWrong(t *testing.T) {
	for _, s := range connectStacks {
		for name, options := range map[string][]mapping.Option{"": nil, " WithConnectMessages": {mapping.WithConnectMessages()}} {
			t.Run(s.name+name, func(t *testing.T) {
				server := transcode(t, s, options...)
				for _, r := range refusals {
					order := newOrder(t, r.without, r.with)
					body, err := protojson.Marshal(order)
					if err != nil {
						t.Fatal(err)
					}
					res, text := post(t, server, string(body))
					err = rest.CheckResponse(res)
					got, _ := mapping.From(err)
					if res.StatusCode != http.StatusBadRequest || !errors.Is(err, r.code) || got.Message() != r.code.Message() {
						t.Errorf("%s: %d %s, want %v", r.name, res.StatusCode, text, r.code)
					}
					want := r.wantFields(t, order)
					for i, f := range want {
						want[i].Path = strings.NewReplacer("gift_note", "giftNote", "drop_off", "door").Replace(f.Path)
					}
					if diff := cmp.Diff(want, got.Fields()); diff != "" {
						t.Errorf("%s: fields (-want +got):\n%s", r.name, diff)
					}
				}
			})
		}
	}
}

// TestRESTAnswerToTheLetter is what the page shows.
func TestRESTAnswerToTheLetter(t *testing.T) {
	for _, s := range connectStacks {
		_, got := post(t, transcode(t, s), `{"id":"5a2b1c3d-0000-4000-8000-00000000000a","items":[{}],"labels":{"k":"0"},"card":"4711"}`)
		want := `{"error_code":3,"error_message":"Invalid structure","details":{"field_violations":[` +
			`{"field":"buyer","description":"value is required","reason":"REQUIRED"},` +
			`{"field":"items[0].name","description":"must be at least 1 characters","reason":"STRING_MIN_LEN"},` +
			`{"field":"labels[\"k\"]","description":"must be greater than 0","reason":"INT64_GT"}]}}`
		if strings.TrimSpace(got) != want {
			t.Errorf("%s: got %s\nwant %s", s.name, got, want)
		}
	}
}
