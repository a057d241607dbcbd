// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/base64"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
)

// TestExplainSaysWhetherToTryAgain to people, and to scripts by -exit-code.
func TestExplainSaysWhetherToTryAgain(t *testing.T) {
	// The second image has the numbers of the first, so that no policy takes both.
	images := []string{"-catalogue", descriptorSet(t, shop), "-catalogue", descriptorSet(t, strings.NewReplacer(
		"acme/shop.proto", "acme/store.proto", "acme.shop.v1", "acme.store.v1", "shop.acme.example", "store.acme.example",
	).Replace(shop))}
	detail := func(service, reason string) string {
		info, err := proto.Marshal(&errdetails.ErrorInfo{Reason: reason, Domain: service + ".acme.example"})
		if err != nil {
			t.Fatal(err)
		}
		return `{"code":"failed_precondition","message":"m","details":[{"type":"google.rpc.ErrorInfo","value":"` +
			base64.RawStdEncoding.EncodeToString(info) + `"}]}`
	}
	for name, test := range map[string]struct {
		input string
		args  []string
		exit  int
		text  string
	}{
		"the caller's":                {`{"error_code":10,"error_message":"m","details":null}`, nil, exitCaller, "\n  Never try again automatically.\n"},
		"the server's":                {`{"error_code":0,"error_message":"m","details":null}`, nil, exitServer, "\n  Never try again automatically.\n"},
		"an upstream's":               {`{"error_code":11,"error_message":"m","details":{"reason":"REJECTED"}}`, nil, exitServer, "fault         upstream\n"},
		"later":                       {`{"error_code":12,"error_message":"m","details":{"reason":"TEMPORARILY_UNAVAILABLE","retry_delay":"2s"}}`, nil, exitTryAgain, "\n  Try again after 2 s if the call may be repeated.\n"},
		"the caller's, but later":     {`{"error_code":10,"error_message":"m","details":{"retry_delay":"2s"}}`, nil, exitTryAgain, "fault         caller\n"},
		"unavailable":                 {`{"code":"unavailable","message":"m"}`, nil, exitTryAgain, "\n  Try again if the call may be repeated.\n"},
		"a catalogue's":               {detail("shop", "OUT_OF_STOCK"), images, exitServer, "fault         server\n"},
		"a catalogue's never":         {detail("shop", "LAST_ONE"), images, exitServer, "\n  Never try again automatically.\n"},
		"one that no policy takes":    {detail("store", "NO_CARD"), images, exitCaller, "fault         caller\n"},
		"never, and no policy takes":  {detail("store", "LAST_ONE"), images, exitServer, "fault         server\n"},
		"an answer without any error": {"HTTP/1.1 503 Service Unavailable\nRetry-After: 2\n\nx", nil, exitTryAgain, "\n  Try again after 2 s if the call may be repeated.\n"},
	} {
		got := call(t, test.input, append([]string{"explain", "-exit-code"}, test.args...)...)
		if got.exit != test.exit || !strings.Contains(got.out, test.text) || got.err != "" {
			t.Errorf("%s: %+v, want %d with %q", name, got, test.exit, test.text)
		}
		if plain := call(t, test.input, append([]string{"explain"}, test.args...)...); plain.exit != exitOK || plain.out != got.out {
			t.Errorf("%s, without -exit-code: %+v, want 0", name, plain)
		}
		if asJSON := call(t, test.input, append([]string{"explain", "-json", "-exit-code"}, test.args...)...); asJSON.exit != test.exit {
			t.Errorf("%s, as JSON: exit %d, want %d", name, asJSON.exit, test.exit)
		}
	}
	if got := call(t, "all is well", "explain", "-exit-code"); got.exit != exitProblem {
		t.Errorf("without an error: %+v, want %d", got, exitProblem)
	}
}
