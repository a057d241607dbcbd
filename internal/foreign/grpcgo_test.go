// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"testing"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/mapping"
)

// TestGRPCTextsOfEarlierVersions, which no test can provoke with the version that is required. test/foreign has the others.
func TestGRPCTextsOfEarlierVersions(t *testing.T) {
	for _, test := range []struct {
		code     mapping.ConnectCode
		message  string
		noAnswer bool
	}{
		{connectcode.ResourceExhausted, "grpc: received message after decompression larger than max (9 vs. 4)", false},
		{connectcode.Unknown, `transport: received unexpected content-type "text/html"`, true},
		{connectcode.Unknown, "malformed header: missing HTTP content-type", true},
	} {
		for code := range mapping.ConnectCode(18) {
			if _, made := foreign.GRPCClientMade(code, test.message); made != (code == test.code) {
				t.Errorf("GRPCClientMade(%v, %q) = %t", code, test.message, made)
			}
		}
		if got := foreign.GRPCNoAnswer(test.code, test.message); got != test.noAnswer {
			t.Errorf("GRPCNoAnswer(%v, %q) = %t", test.code, test.message, got)
		}
		if got := foreign.GRPCFailure(test.code, test.message); got != mapping.CallRejected {
			t.Errorf("GRPCFailure(%v, %q) = %d", test.code, test.message, got)
		}
	}
	if !foreign.GRPCNoAnswer(connectcode.Unknown, "unexpected HTTP status code received from server: -1 ()") {
		t.Error("a negative status is a handler's own")
	}
	if _, made := foreign.GRPCClientMade(connectcode.Unknown, "transport: received unexpected content-type, want a tram"); made {
		t.Error("a handler's own text is grpc-go's")
	}
}
