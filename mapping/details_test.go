// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"fmt"
	"slices"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// TestTheLastDetailOfEachTypeStays with so few that they are compared, and with so many that they are not.
func TestTheLastDetailOfEachTypeStays(t *testing.T) {
	detail := func(i int, value string) *anypb.Any {
		return &anypb.Any{TypeUrl: fmt.Sprintf("type.googleapis.com/example.v1.Detail%d", i), Value: []byte(value)}
	}
	for _, count := range []int{2, 15, 16, 17, 100} {
		var given []proto.Message
		var want []string
		for i := range count {
			given = append(given, detail(i, "first"))
			if i > 0 {
				want = append(want, detail(i, "first").String())
			}
		}
		want = append(want, detail(0, "last").String())
		once := errpactv1err.NotExist.WithDetail(append(slices.Clone(given), detail(0, "last"))...)
		later := errpactv1err.NotExist.WithDetail(given...).WithDetail(detail(0, "last"))
		for _, err := range []*mapping.Error{once, later} {
			var got []string
			for _, kept := range err.Details() {
				given, ok := kept.(*anypb.Any)
				if !ok {
					t.Fatalf("a %T was kept", kept)
				}
				got = append(got, given.String())
			}
			if !slices.Equal(got, want) {
				t.Errorf("of %d details %v stayed, want %v", count, got, want)
			}
		}
	}
}

// TestDetailsThatCannotBeSentAreReported beside those that can.
func TestDetailsThatCannotBeSentAreReported(t *testing.T) {
	for name, test := range map[string]proto.Message{
		"google.protobuf.StringValue": wrapperspb.String("\xff"),
		"errpact.v1.ErrorDetail":      new(errpactv1.ErrorDetail),
		"detail without a type":       new(anypb.Any),
	} {
		var report mapping.Report
		p := newPolicy(t, withLast(&report))
		call := &mapping.Call{}
		answer := p.Translate(call, errpactv1err.NotExist.WithDetail(test, &errdetails.ResourceInfo{ResourceName: "f"}))
		answer.Report(call)
		if !slices.Equal(report.Dropped, []string{name}) {
			t.Errorf("%s: %q were dropped", name, report.Dropped)
		}
		if kept, ok := mapping.Detail[*errdetails.ResourceInfo](answer.Error()); !ok || kept.GetResourceName() != "f" {
			t.Errorf("%s: the other detail is %v", name, kept)
		}
	}
}
