// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/anypb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/telemetry"
	"github.com/errpact/errpact/mapping"
)

// many is how much an attacker tries.
const many = 100_000

func reportWith(o *observed, next mapping.ReportFunc, procedure func(context.Context, mapping.Report) string) mapping.ReportFunc {
	return telemetry.Reporter(next, telemetry.WithMeterProvider(o.metrics), telemetry.WithProcedure(procedure))
}

// details are one that an upstream sent.
type details struct{ *anypb.Any }

func (details) Len() int           { return 1 }
func (d details) Type(int) string  { return string(d.MessageName()) }
func (d details) Value(int) []byte { return d.GetValue() }

// forged is what a client with relay makes of an upstream's error.
func forged(t *testing.T, detail *errpactv1.ErrorDetail) *mapping.Error {
	t.Helper()
	packed, err := anypb.New(detail)
	if err != nil {
		t.Fatal(err)
	}
	return (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{ConnectCode: 5, Details: details{packed}, Wire: true, Relay: true})
}

func TestWhatOthersNameIsOneLabel(t *testing.T) {
	o := observe(t)
	report := reportWith(o, nil, nil)
	tell := func(procedure string, sent *mapping.Error) {
		report(t.Context(), mapping.Report{Procedure: procedure, Sent: sent})
	}
	for i := range many {
		number, reason := int32(1000+i), fmt.Sprintf("REASON_%d", i)
		switch i % 5 {
		case 0:
			tell(unary, errpactv1err.NotExist.WithReason(reason).New(""))
		case 1:
			tell(unary, forged(t, &errpactv1.ErrorDetail{Code: errpactv1.ErrorCode(number).Enum(), Reason: reason}))
		case 2:
			tell(unary, forged(t, &errpactv1.ErrorDetail{Catalogue: fmt.Sprintf("evil.v%d.Code", i), Number: &number, Reason: reason}))
		case 3:
			tell(fmt.Sprintf("/%s/M%d", service, i), errpactv1err.NotExist.New(""))
		case 4:
			tell(fmt.Sprintf("GET /things/%d", i), errpactv1err.NotExist.New(""))
		}
	}
	for _, procedure := range []string{
		"", "/", "//", "/" + service, "/" + service + "/", service + "/Unary", "/" + service + "/Unary/", "/google.protobuf/StringValue",
		"/" + strings.Repeat("a.", 1<<23) + "/M", "/\xff/\xff", "POST " + unary,
	} {
		tell(procedure, errpactv1err.NotExist.New(""))
	}
	want := map[string]int64{
		series("NOT_EXIST", "_OTHER", mapping.FaultCaller, "_OTHER", unary[1:]):                  many / 5,
		"errpact.code=_OTHER,errpact.fault=caller,errpact.origin=_OTHER,rpc.method=" + unary[1:]: 2 * many / 5,
		series("NOT_EXIST", "", mapping.FaultCaller, "_OTHER", "_OTHER"):                         2*many/5 + 11,
	}
	if diff := cmp.Diff(want, o.points(t)); diff != "" {
		t.Errorf("counter (-want +got):\n%s", diff)
	}
}

// everythingElse is the last set of attributes.
const everythingElse = "errpact.code=_OTHER,errpact.fault=_OTHER,errpact.origin=_OTHER,rpc.method=_OTHER"

// TestTheBoundIsHard whatever a user's function calls what failed.
func TestTheBoundIsHard(t *testing.T) {
	o := observe(t)
	report := reportWith(o, nil, func(_ context.Context, r mapping.Report) string { return r.Procedure })
	started := len(o.started(t))
	var callers sync.WaitGroup
	for caller := range 4 {
		callers.Go(func() {
			for i := range many / 4 {
				report(t.Context(), mapping.Report{Procedure: fmt.Sprintf("%d/%d", caller, i), Sent: errpactv1err.NotExist.New(""), CallerGone: i%2 == 0})
			}
		})
	}
	callers.Wait()
	points := o.started(t)
	var sum int64
	for set, count := range points {
		sum += count
		if strings.Contains(set, "otel.metric.overflow") {
			t.Errorf("the SDK had to drop attributes")
		}
	}
	if len(points) != 1999 || sum != many || points[everythingElse] != int64(many-1998+started) {
		t.Errorf("%d sets that sum up to %d, want 1999 and %d", len(points), sum, many)
	}
}

// TestEveryReasonOfACatalogueIsKept: the bound is not for what is one's own.
func TestEveryReasonOfACatalogueIsKept(t *testing.T) {
	o := observe(t)
	report := reportWith(o, nil, nil)
	want := make(map[string]int64)
	for _, code := range errpactv1err.Catalogue.Codes() {
		name, fault := strings.TrimPrefix(code.Name(), "ERROR_CODE_"), mapping.FaultOf(code)
		for range 2 {
			report(t.Context(), mapping.Report{Procedure: unary, Sent: code.New("")})
		}
		want[series(name, "", fault, "_OTHER", unary[1:])] = 2
		for _, reason := range code.Reasons() {
			report(t.Context(), mapping.Report{Procedure: unary, Sent: reason.New("")})
			want[series(name, reason.Reason(), mapping.FaultOf(reason), "_OTHER", unary[1:])] = 1
		}
	}
	if diff := cmp.Diff(want, o.points(t)); diff != "" {
		t.Errorf("counter (-want +got):\n%s", diff)
	}
}
