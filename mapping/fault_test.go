// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"connectrpc.com/connect"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

func TestFaultOf(t *testing.T) {
	policy := (*mapping.Policy)(nil)
	inferred := func(code mapping.ConnectCode) error { return policy.ByConnectCode(code, 0) }
	received := func(code mapping.ConnectCode) error {
		return policy.Decode(&mapping.ErrorResponse{ConnectCode: code, Wire: true})
	}
	deadline := newEntry(errpactv1.ConnectCode_CONNECT_CODE_DEADLINE_EXCEEDED, 504, "Late")
	late := mapping.MustCatalogue(newEnum(t, "Late", "late.acme.example", map[int32]*errpactv1.Entry{6001: deadline})).Code(6001)
	canceled := newEntry(errpactv1.ConnectCode_CONNECT_CODE_CANCELED, 500, "Gone")
	gone := mapping.MustCatalogue(newEnum(t, "Gone", "gone.acme.example", map[int32]*errpactv1.Entry{6002: canceled})).Code(6002)
	timedOut := newEntry(errpactv1.ConnectCode_CONNECT_CODE_CANCELED, 504, "Upstream")
	timedOut.Role = errpactv1.Role_ROLE_UPSTREAM_TIMED_OUT
	timedOut.Reasons = []*errpactv1.Reason{{Name: "SLOW_DISK", Message: "Slow"}}
	role := mapping.MustCatalogue(newEnum(t, "Role", "role.acme.example", map[int32]*errpactv1.Entry{6003: timedOut})).Code(6003)
	mixed := newEntry(errpactv1.ConnectCode_CONNECT_CODE_INTERNAL, 500, "Mixed")
	mixed.Reasons = []*errpactv1.Reason{{Name: "OURS", Message: "Ours"}, {Name: "THEIRS", Message: "Theirs", Role: errpactv1.Role_ROLE_UPSTREAM_REJECTED}}
	mix := mapping.MustCatalogue(newEnum(t, "Mixed", "mixed.acme.example", map[int32]*errpactv1.Entry{6004: mixed})).Code(6004)
	overload := newEntry(errpactv1.ConnectCode_CONNECT_CODE_RESOURCE_EXHAUSTED, 429, "Busy")
	overload.Fault = errpactv1.Fault_FAULT_SERVER
	overload.Reasons = []*errpactv1.Reason{{Name: "LOCKED", Message: "Locked", ConnectCode: errpactv1.ConnectCode_CONNECT_CODE_ABORTED, HttpStatus: 409}}
	busy := mapping.MustCatalogue(newEnum(t, "Busy", "busy.acme.example", map[int32]*errpactv1.Entry{6005: overload})).Code(6005)
	for _, test := range []struct {
		name string
		err  error
		want mapping.Fault
	}{
		{"none", nil, ""},
		{"a plain error", errors.New("x"), mapping.FaultServer},
		{"a nil Error", (*mapping.Error)(nil), mapping.FaultServer},
		{"UNKNOWN", errpactv1err.Unknown, mapping.FaultServer},
		{"a caller's", errpactv1err.NotExist, mapping.FaultCaller},
		{"wrapped", fmt.Errorf("x: %w", errpactv1err.InvalidValue.New("y")), mapping.FaultCaller},
		{"a server's", errpactv1err.Database.Wrap(context.Canceled), mapping.FaultServer},
		{"a server's that may pass", errpactv1err.DatabaseTemporarilyUnavailable, mapping.FaultServer},
		{"unreachable", errpactv1err.ExternalServiceUnreachable, mapping.FaultUpstream},
		{"broken", errpactv1err.ExternalServiceBroken, mapping.FaultUpstream},
		{"timed out", errpactv1err.ExternalServiceTimedOut, mapping.FaultUpstream},
		{"rejected", errpactv1err.ExternalServiceRejected, mapping.FaultUpstream},
		{"an entry whose reasons are the upstream's", errpactv1err.ExternalService.Wrap(errors.New("x")), mapping.FaultUpstream},
		{"a reason of it that is not declared", errpactv1err.ExternalService.WithReason("DNS"), mapping.FaultUpstream},
		{"an entry of which one reason is the upstream's", mix, mapping.FaultServer},
		{"that reason", mix.WithReason("THEIRS"), mapping.FaultUpstream},
		{"the other reason", mix.WithReason("OURS"), mapping.FaultServer},
		{"a role before a Connect code", role, mapping.FaultUpstream},
		{"a reason without a role in it", role.WithReason("SLOW_DISK"), mapping.FaultUpstream},
		{"canceled", inferred(1), mapping.FaultCaller},
		{"canceled, of an entry of 500", gone, mapping.FaultCaller},
		{"deadline exceeded", inferred(4), mapping.FaultCaller},
		{"deadline exceeded, of an entry", late, mapping.FaultServer},
		{"unavailable, which falls back to an upstream's entry", inferred(14), mapping.FaultServer},
		{"resource exhausted", inferred(8), mapping.FaultCaller},
		{"unimplemented, which falls back to an entry of the caller's", inferred(12), mapping.FaultCaller},
		{"an entry of 501 that states the caller", errpactv1err.NotRealized, mapping.FaultCaller},
		{"an entry of 429 that states the server", busy, mapping.FaultServer},
		{"a reason of it, of 409", busy.WithReason("LOCKED"), mapping.FaultServer},
		{"already exists", inferred(6), mapping.FaultCaller},
		{"received: not found", received(5), mapping.FaultCaller},
		{"received: internal", received(13), mapping.FaultServer},
		{"no answer", policy.Decode(&mapping.ErrorResponse{ConnectCode: 14}), mapping.FaultUpstream},
		{"a REST answer of 502", policy.DecodeHTTP(&mapping.ErrorResponse{HTTPStatus: 502}), mapping.FaultServer},
	} {
		if got := mapping.FaultOf(test.err); got != test.want {
			t.Errorf("%s: FaultOf(%v) = %q, want %q", test.name, test.err, got, test.want)
		}
	}
}

// TestFaultOfWhatIsSent: what a policy makes of an upstream's failure is the upstream's fault.
func TestFaultOfWhatIsSent(t *testing.T) {
	call := &mapping.Call{Classify: transport.ClassifyConnect}
	for _, code := range []connect.Code{5, 13, 14, 4, 1} {
		answer := (*mapping.Policy)(nil).Translate(call, connect.NewWireError(code, errors.New("x")))
		if got := mapping.FaultOf(answer.Error()); got != mapping.FaultUpstream {
			t.Errorf("an upstream's %v is sent as %v, with fault %q", code, answer.Error(), got)
		}
	}
}
