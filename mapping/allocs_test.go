// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

//go:build !race

package mapping_test

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// answering does with an error what a transport does.
func answering(policy *mapping.Policy, err error) func() {
	call := mapping.Call{Procedure: "/a.B/C"}
	return func() {
		answer := policy.Translate(&call, err)
		details := answer.Details()
		public := answer.Public()
		if public == nil || answer.Message() == "" || len(details) < 2 {
			panic("nothing is sent")
		}
		answer.Report(&call)
	}
}

// TestAllocsTranslate counts what an answer costs before a transport makes its own of it: what has no
// values of its own costs nothing, wrapped or not.
func TestAllocsTranslate(t *testing.T) {
	static, inner := errpactv1err.NotExist, errors.New("inner")
	silent, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	withMetadata := static.WithMetadata("folder_id", "f-1").WithMetadata("owner", "o-1")
	for _, test := range []struct {
		name   string
		policy *mapping.Policy
		err    error
		want   float64
	}{
		{"a code", nil, static, 0},
		{"a reason", nil, errpactv1err.ContainerUnpackingFailedInvalidHash, 0},
		{"a message of its own", nil, static.New("No such folder"), 0},
		{"a cause", nil, static.Wrap(inner), 0},
		{"attributes for the log", nil, static.WithLog(slog.String("tenant", "acme")), 0},
		{"a wrapped code", nil, fmt.Errorf("find: %w", errors.Join(inner, fmt.Errorf("read: %w", static))), 0},
		// The list of details, the ErrorInfo and its bytes.
		{"metadata", nil, withMetadata, 3},
		// The list of details, the request's id, the error that has it, and the RequestInfo and its bytes.
		{"a redacted error", silent, inner, 5},
	} {
		if got := testing.AllocsPerRun(200, answering(test.policy, test.err)); got != test.want {
			t.Errorf("%s: %v allocations, want %v", test.name, got, test.want)
		}
	}
}

// TestAllocsDecode: the error and, in it, what was received in bytes that Details copies.
func TestAllocsDecode(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want float64
	}{
		{"a code", errpactv1err.NotExist, 1},
		{"metadata", errpactv1err.NotExist.WithMetadata("folder_id", "f-1"), 1},
		// All texts are parts of one.
		{"a reason", errpactv1err.ContainerUnpackingFailedInvalidHash, 2},
	} {
		policy := new(mapping.Policy)
		answer := policy.Translate(&mapping.Call{}, test.err)
		message, anys := answer.Message(), answer.Details()
		received := mapping.ErrorResponse{ConnectCode: 5, Message: message, Details: sent(anys)}
		if got := testing.AllocsPerRun(200, func() { _ = policy.Decode(&received) }); got != test.want {
			t.Errorf("%s: %v allocations, want %v", test.name, got, test.want)
		}
	}
}

// sent are details that are read where they lie.
type sent []*anypb.Any

func (s sent) Len() int           { return len(s) }
func (s sent) Type(i int) string  { return string(s[i].MessageName()) }
func (s sent) Value(i int) []byte { return s[i].GetValue() }
