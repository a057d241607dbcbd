// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/codes"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/mapping"
)

// TestInTheWrongOrderTheObserverSeesAnotherCode is what telemetrytest finds, on the wire.
func TestInTheWrongOrderTheObserverSeesAnotherCode(t *testing.T) {
	answer := returns(errpactv1err.NotExist.Wrap(errors.New("private")))
	for _, s := range stacks {
		o := observe(t)
		policy := o.policy(t, nil)
		mux := muxV1(answer, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy)), otelV1(t, o)))
		if s == (stackV2{}) {
			mux = muxV2(answer, connectv2.NewServer(connectv2.WithPolicy(policy)), otelV2(t, o))
		}
		if err := s.call(t.Context(), newClient(t), serve(t, mux), unary, "connect"); !isNotFound(err) {
			t.Errorf("%s: the caller got %v", s.name(), err)
		}
		want := map[string]string{"rpc.response.status_code": "UNKNOWN", "error.type": "UNKNOWN"}
		if diff := cmp.Diff(want, attributes(o.server())); diff != "" {
			t.Errorf("%s: attributes (-want +got):\n%s", s.name(), diff)
		}
	}
}

func isNotFound(err error) bool {
	return err != nil && (connect.CodeOf(err) == connect.CodeNotFound || codeOfV2(err) == "not_found")
}

// TestACallersEndIsNoFaultOfTheServer: a caller who leaves is counted apart from what nobody mapped,
// whose number it has.
func TestACallersEndIsNoFaultOfTheServer(t *testing.T) {
	for _, s := range stacks {
		for _, procedure := range procedures {
			t.Run(s.name()+procedure, func(t *testing.T) {
				o, entered := observe(t), make(chan struct{})
				base := s.start(t, o, o.policy(t, nil), func(ctx context.Context) error {
					close(entered)
					<-ctx.Done()
					return ctx.Err()
				})
				ctx, cancel := context.WithCancel(t.Context())
				go func() {
					<-entered
					cancel()
				}()
				if err := s.call(ctx, newClient(t), base, procedure, "grpc"); err == nil {
					t.Fatal("the call succeeds")
				}
				span := o.server()
				if got := attributes(span); got["errpact.caller_gone"] != "true" || got["errpact.code"] != "ERROR_CODE_UNKNOWN" || span.Status().Code != codes.Unset {
					t.Errorf("attributes = %v, status %v", got, span.Status())
				}
				want := map[string]int64{
					"errpact.caller_gone=true,errpact.catalogue=errpact.v1.ErrorCode,errpact.code=ERROR_CODE_UNKNOWN,rpc.method=" + procedure[1:]: 1,
				}
				if diff := cmp.Diff(want, o.points(t)); diff != "" {
					t.Errorf("counter (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestAnAnswerThatIsNotCompleted has no error that was sent.
func TestAnAnswerThatIsNotCompleted(t *testing.T) {
	o := observe(t)
	policy := o.policy(t, nil)
	ctx, span := o.traces.Tracer("").Start(t.Context(), "request")
	policy.Tell(ctx, mapping.Report{Procedure: unary, RequestID: "id-1", Err: errors.New(canary), CallerGone: true})
	policy.Tell(ctx, mapping.Report{Procedure: unary, RequestID: "id-1", Err: errors.New(canary), Stage: mapping.StageResponse})
	span.End()
	ended := <-o.ended
	if diff := cmp.Diff(map[string]string{"errpact.request_id": "id-1", "errpact.caller_gone": "true"}, attributes(ended)); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	if got := ended.Status(); got.Code != codes.Error || got.Description != "the answer could not be completed" {
		t.Errorf("status = %v", got)
	}
	if diff := cmp.Diff(map[string]int64{"errpact.code=_OTHER,rpc.method=" + unary[1:]: 1}, o.points(t)); diff != "" {
		t.Errorf("counter (-want +got):\n%s", diff)
	}
	o.noCanary(t, ended)
}

// TestTheLogIsNotLost where what comes before it panics, or what it is told of is not recorded.
func TestTheLogIsNotLost(t *testing.T) {
	o := observe(t)
	told := 0
	next := func(context.Context, mapping.Report) { told++ }
	for _, option := range []struct {
		report func(context.Context, mapping.Report)
	}{
		{reportWith(o, next, func(context.Context, mapping.Report) string { panic("no route") })},
		{reportWith(o, next, nil)},
	} {
		policy, err := mapping.NewPolicy(mapping.WithReport(option.report))
		if err != nil {
			t.Fatal(err)
		}
		answer := policy.Translate(mapping.Call{Context: t.Context(), Procedure: unary, Header: http.Header{}}, errpactv1err.Database)
		answer.Report(t.Context())
	}
	if told != 2 {
		t.Errorf("the next report was called %d times, want 2", told)
	}
}
