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
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

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
			mux = muxV2(answer, connectv2.NewServerInterceptor(connectv2.WithPolicy(policy)), otelV2(t, o))
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
					"errpact.caller_gone=true," + series("UNKNOWN", "", mapping.FaultCaller, mapping.OriginTransport, procedure[1:]): 1,
				}
				if diff := cmp.Diff(want, o.points(t)); diff != "" {
					t.Errorf("counter (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestAnAnswerThatIsNotCompleted has no error that was sent. It is nobody's fault where the caller has
// gone.
func TestAnAnswerThatIsNotCompleted(t *testing.T) {
	for callerGone, want := range map[bool]struct {
		attributes map[string]string
		status     sdktrace.Status
		points     map[string]int64
	}{
		true: {
			map[string]string{"errpact.request_id": "id-1", "errpact.caller_gone": "true", "errpact.origin": "response"},
			sdktrace.Status{}, map[string]int64{},
		},
		false: {
			map[string]string{"errpact.request_id": "id-1", "errpact.origin": "response"},
			sdktrace.Status{Code: codes.Error, Description: "the answer could not be completed"},
			map[string]int64{"errpact.code=_OTHER,errpact.fault=server,errpact.origin=response,rpc.method=" + unary[1:]: 1},
		},
	} {
		o := observe(t)
		ctx, span := o.traces.Tracer("").Start(t.Context(), "request")
		o.policy(t, nil).Tell(ctx, mapping.Report{
			Procedure: unary, RequestID: "id-1", Err: errors.New(canary), CallerGone: callerGone, Stage: mapping.StageResponse,
		})
		span.End()
		ended := <-o.ended
		if diff := cmp.Diff(want.attributes, attributes(ended)); diff != "" {
			t.Errorf("attributes (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want.status, ended.Status()); diff != "" {
			t.Errorf("status (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want.points, o.points(t)); diff != "" {
			t.Errorf("counter (-want +got):\n%s", diff)
		}
		o.noCanary(t, ended)
	}
}

// TestOneReportsPanicIsNotTheOthers: whoever panics, the log and the counter are told.
func TestOneReportsPanicIsNotTheOthers(t *testing.T) {
	o, told := observe(t), 0
	next := func(context.Context, mapping.Report) {
		told++
		panic("no log")
	}
	noRoute := func(context.Context, mapping.Report) string { panic("no route") }
	for _, report := range []mapping.ReportFunc{reportWith(o, next, noRoute), reportWith(o, next, nil)} {
		policy, err := mapping.NewPolicy(mapping.WithReport(report))
		if err != nil {
			t.Fatal(err)
		}
		call := &mapping.Call{Context: t.Context(), Procedure: unary, Header: http.Header{}}
		answer := policy.Translate(call, errpactv1err.Database)
		answer.Report(call)
	}
	counted := o.points(t)[series("DATABASE", "", mapping.FaultServer, mapping.OriginEntry, unary[1:])]
	if told != 2 || counted != 1 {
		t.Errorf("the next report was called %d times, want 2; %d counted, want 1", told, counted)
	}
}
