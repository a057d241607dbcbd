// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/durationpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// retries is a catalogue with an entry for each thing that one can say about retries.
func retries(t testing.TB) *mapping.Catalogue {
	t.Helper()
	entry := func(code errpactv1.ConnectCode, status int32, retry errpactv1.Retry, delay time.Duration) *errpactv1.Entry {
		e := newEntry(code, status, fmt.Sprint("Retry ", code, retry, delay))
		if e.Retry = retry; delay > 0 {
			e.RetryDelay = durationpb.New(delay)
		}
		return e
	}
	reasons := entry(errpactv1.ConnectCode_CONNECT_CODE_UNAVAILABLE, 503, errpactv1.Retry_RETRY_NEVER, 0)
	reasons.Reasons = []*errpactv1.Reason{
		{Name: "SHUTTING_DOWN", Message: "Down", Retry: errpactv1.Retry_RETRY_ALWAYS, RetryDelay: durationpb.New(time.Second)},
		{Name: "LOST", Message: "Lost"},
	}
	c, err := mapping.NewCatalogue(newEnum(t, "Retries", "retries.acme.example", map[int32]*errpactv1.Entry{
		7001: entry(errpactv1.ConnectCode_CONNECT_CODE_RESOURCE_EXHAUSTED, 429, errpactv1.Retry_RETRY_ALWAYS, time.Second),
		7002: entry(errpactv1.ConnectCode_CONNECT_CODE_ABORTED, 409, errpactv1.Retry_RETRY_IDEMPOTENT, 0),
		7003: entry(errpactv1.ConnectCode_CONNECT_CODE_ABORTED, 409, 0, 2*time.Second),
		7004: entry(errpactv1.ConnectCode_CONNECT_CODE_UNAVAILABLE, 503, 0, 0),
		7005: entry(errpactv1.ConnectCode_CONNECT_CODE_NOT_FOUND, 404, 0, 0),
		7006: reasons,
	}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRetryOf(t *testing.T) {
	c, policy := retries(t), (*mapping.Policy)(nil)
	received := func(code mapping.ConnectCode) error {
		return policy.Decode(answerWith(t, code, &errdetails.RetryInfo{RetryDelay: durationpb.New(3 * time.Second)}))
	}
	never := mapping.Retry{}
	for _, test := range []struct {
		name string
		err  error
		want mapping.Retry
	}{
		{"none", nil, never},
		{"a plain error", errors.New("x"), never},
		{"a nil Error", (*mapping.Error)(nil), never},
		{"always, with the catalogue's delay", c.Code(7001), mapping.Retry{Calls: mapping.RetryAll, Delay: time.Second}},
		{"always, with its own delay", c.Code(7001).WithRetryDelay(time.Minute), mapping.Retry{Calls: mapping.RetryAll, Delay: time.Minute}},
		{"idempotent, without a delay", c.Code(7002), mapping.Retry{Calls: mapping.RetryIdempotent}},
		{"a delay alone", c.Code(7003), mapping.Retry{Calls: mapping.RetryIdempotent, Delay: 2 * time.Second}},
		{"the handler's delay alone", fmt.Errorf("x: %w", c.Code(7005).WithRetryDelay(time.Second)), mapping.Retry{Calls: mapping.RetryIdempotent, Delay: time.Second}},
		{"unavailable", c.Code(7004), mapping.Retry{Calls: mapping.RetryIdempotent}},
		{"nothing stated", c.Code(7005), never},
		{"never, unavailable as it is", c.Code(7006), never},
		{"never, whatever the delay", c.Code(7006).WithRetryDelay(time.Second), never},
		{"a reason that says otherwise", c.Code(7006).WithReason("SHUTTING_DOWN"), mapping.Retry{Calls: mapping.RetryAll, Delay: time.Second}},
		{"a reason that says nothing", c.Code(7006).WithReason("LOST"), never},
		{"UNREACHABLE", errpactv1err.ExternalServiceUnreachable, mapping.Retry{Calls: mapping.RetryIdempotent, Delay: time.Second}},
		{"TEMPORARILY_UNAVAILABLE", errpactv1err.DatabaseTemporarilyUnavailable, mapping.Retry{Calls: mapping.RetryIdempotent, Delay: time.Second}},
		{"DATABASE", errpactv1err.Database, never},
		{"canceled", policy.ByConnectCode(1, 0), never},
		{"deadline exceeded", policy.ByConnectCode(4, 0), never},
		{"bare unavailable", policy.ByConnectCode(14, 0), mapping.Retry{Calls: mapping.RetryIdempotent}},
		{"unavailable, of a server without errpact", received(14), mapping.Retry{Calls: mapping.RetryIdempotent, Delay: 3 * time.Second}},
		{"resource exhausted, of a server without errpact", received(8), never},
		{"no answer: unreachable", policy.Decode(&mapping.ErrorResponse{ConnectCode: 14, Failure: mapping.CallUnsent}), mapping.Retry{Calls: mapping.RetryIdempotent, Delay: time.Second}},
		{"no answer: broken", policy.Decode(&mapping.ErrorResponse{ConnectCode: 14, Failure: mapping.CallBroken}), mapping.Retry{Calls: mapping.RetryIdempotent}},
		{"no answer: timed out", policy.Decode(&mapping.ErrorResponse{ConnectCode: 4, Cause: context.DeadlineExceeded}), never},
	} {
		if got := mapping.RetryOf(test.err); got != test.want {
			t.Errorf("%s: RetryOf(%v) = %+v, want %+v", test.name, test.err, got, test.want)
		}
	}
}

func TestRetryAllows(t *testing.T) {
	for _, test := range []struct {
		calls                 mapping.RetryCalls
		name                  string
		idempotent, unlimited bool
	}{
		{mapping.RetryNone, "none", false, false}, {mapping.RetryIdempotent, "idempotent", true, false},
		{mapping.RetryAll, "all", true, true}, {9, "none", false, false},
	} {
		r := mapping.Retry{Calls: test.calls}
		if r.Allows(true) != test.idempotent || r.Allows(false) != test.unlimited || test.calls.String() != test.name {
			t.Errorf("%d: Allows(true) = %v, Allows(false) = %v, String() = %q", test.calls, r.Allows(true), r.Allows(false), test.calls)
		}
	}
}

func TestNeverIsPushback(t *testing.T) {
	c := retries(t)
	policy, err := mapping.NewPolicy(mapping.WithCatalogues(nil, c), mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	if delay, ok := c.Code(7006).WithRetryDelay(time.Second).RetryDelay(); ok {
		t.Errorf("an error that is never to be tried again has the delay %v", delay)
	}
	for _, test := range []struct {
		wire mapping.Wire
		err  error
		want string
	}{
		{mapping.WireGRPC, c.Code(7006), "-1"},
		{mapping.WireGRPC, c.Code(7006).WithRetryDelay(time.Second), "-1"},
		{mapping.WireGRPC, c.Code(7006).WithReason("SHUTTING_DOWN"), "1000"},
		{mapping.WireGRPC, c.Code(7005), ""},
		{mapping.WireConnectUnary, c.Code(7006), ""},
		{mapping.WireConnectUnary, c.Code(7006).WithRetryDelay(time.Second), ""},
		{mapping.WireOther, c.Code(7006), ""},
	} {
		a := policy.Translate(&mapping.Call{Wire: test.wire}, test.err)
		if got := a.Headers().Get("Grpc-Retry-Pushback-Ms"); got != test.want {
			t.Errorf("wire %d, %v: pushback %q, want %q", test.wire, test.err, got, test.want)
		}
		if got := a.Headers().Get("Retry-After"); got != "" {
			t.Errorf("wire %d, %v: Retry-After %q, want none", test.wire, test.err, got)
		}
	}
}

func TestNoRelayPromisesThatNothingRan(t *testing.T) {
	c := retries(t)
	policy, err := mapping.NewPolicy(mapping.WithCatalogues(nil, c), mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	answered := answerWith(t, 8, detailOf(c.Name(), 7001, ""))
	answered.Relay = true
	received := policy.Decode(answered)
	a := policy.Translate(nil, received)
	if want := errpactv1err.ExternalServiceUnreachable; !errors.Is(a.Error(), want) || mapping.RetryOf(a.Error()).Allows(false) {
		t.Errorf("relayed %v, want %v, not to be repeated unless idempotent", a.Error(), want)
	}
}

func TestOrigin(t *testing.T) {
	var got mapping.Report
	policy, err := mapping.NewPolicy(mapping.WithReport(func(_ context.Context, r mapping.Report) { got = r }),
		mapping.WithRules(mapping.MapIs(errRow, errpactv1err.NotExist)))
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		name string
		call *mapping.Call
		err  error
		want mapping.Origin
	}{
		{"an entry", nil, errpactv1err.NotExist, mapping.OriginEntry},
		{"an upstream's entry that the handler chose", nil, errpactv1err.ExternalService.New(""), mapping.OriginEntry},
		{"a rule", nil, errRow, mapping.OriginEntry},
		{"nobody's", nil, errors.New("x"), mapping.OriginUnmapped},
		{"nil", nil, nil, mapping.OriginUnmapped},
		{"a status that nobody mapped", &mapping.Call{HTTPStatus: 404}, errors.New("x"), mapping.OriginUnmapped},
		{"a received error", nil, policy.Decode(&mapping.ErrorResponse{ConnectCode: 5, Wire: true}), mapping.OriginUpstream},
		{"a relayed error", nil, policy.Decode(&mapping.ErrorResponse{ConnectCode: 5, Wire: true, Relay: true}), mapping.OriginUpstream},
		{"the caller's end", &mapping.Call{Context: gone}, context.Canceled, mapping.OriginTransport},
	} {
		a := policy.Translate(test.call, test.err)
		a.Report(test.call)
		if got.Origin != test.want {
			t.Errorf("%s: origin %q, want %q", test.name, got.Origin, test.want)
		}
	}
	for stage, want := range map[mapping.Stage]mapping.Origin{mapping.StageTransport: mapping.OriginTransport, mapping.StageResponse: mapping.OriginResponse} {
		a := policy.Translate(nil, errors.New("x"))
		a.At(stage)
		if a.Report(nil); got.Origin != want {
			t.Errorf("stage %s: origin %q, want %q", stage, got.Origin, want)
		}
		if policy.Tell(t.Context(), mapping.Report{Stage: stage}); got.Origin != want {
			t.Errorf("told at stage %s: origin %q, want %q", stage, got.Origin, want)
		}
	}
	a := policy.Panicked(nil, "x", nil)
	a.At(mapping.StageTransport)
	if a.Report(nil); got.Origin != mapping.OriginPanic {
		t.Errorf("a panic: origin %q, want %q", got.Origin, mapping.OriginPanic)
	}
}

var errRow = errors.New("row")
