// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// TestDecideRecordsBeforeItReports what is sent, and does each once, for errors and panics.
func TestDecideRecordsBeforeItReports(t *testing.T) {
	lost := errors.New("lost")
	for _, test := range []struct {
		name    string
		failure transport.Failure
		code    mapping.Code
		stage   mapping.Stage
	}{
		{"an error", transport.Failure{Err: errpactv1err.NotExist}, errpactv1err.NotExist, mapping.StageHandler},
		{"an unmapped error", transport.Failure{Err: lost, Stage: mapping.StageResponse}, errpactv1err.Unknown, mapping.StageResponse},
		{"a panic", transport.Failure{Err: errpactv1err.NotExist, Panic: "x", Stage: mapping.StageTransport}, errpactv1err.Unknown, mapping.StageTransport},
		{"nothing", transport.Failure{}, errpactv1err.Unknown, mapping.StageHandler},
	} {
		var steps []string
		var recorded *mapping.Error
		policy, err := mapping.NewPolicy(mapping.WithReport(func(_ context.Context, r mapping.Report) {
			steps = append(steps, "report")
			if r.Sent != recorded || r.Stage != test.stage || r.Panic != test.failure.Panic {
				t.Errorf("%s: the report is %+v, recorded was %v", test.name, r, recorded)
			}
		}))
		if err != nil {
			t.Fatal(err)
		}
		answer := transport.Decide(policy, &mapping.Call{Context: t.Context()}, test.failure, func(sent *mapping.Error) {
			steps, recorded = append(steps, "record"), sent
		})
		if diff := cmp.Diff([]string{"record", "report"}, steps); diff != "" {
			t.Errorf("%s: steps (-want +got):\n%s", test.name, diff)
		}
		if answer.Error() != recorded || recorded.Code() != test.code {
			t.Errorf("%s: answered with %v, recorded %v", test.name, answer.Error(), recorded)
		}
	}
}

// TestServeAnswersAPanicOfItsOwnCall: Describe and Encode run once more for it.
func TestServeAnswersAPanicOfItsOwnCall(t *testing.T) {
	for _, broken := range []string{"Describe", "Encode"} {
		runs := map[string]int{}
		once := func(name string) {
			if runs[name]++; name == broken && runs[name] == 1 {
				panic(name)
			}
		}
		policy, err := mapping.NewPolicy(mapping.WithReport(nil))
		if err != nil {
			t.Fatal(err)
		}
		got := (&transport.Server{Policy: policy}).Serve(t.Context(), transport.Call{
			Handle:   func() error { once("Handle"); return errpactv1err.NotExist },
			Describe: func(error) mapping.Call { once("Describe"); return mapping.Call{} },
			Encode:   func(answer mapping.Answer) error { once("Encode"); return answer.Error() },
		})
		want := map[string]int{"Handle": 1, "Describe": 2, "Encode": 1}
		if broken == "Encode" {
			want["Encode"] = 2
		}
		if diff := cmp.Diff(want, runs); diff != "" || !isUnknown(got) {
			t.Errorf("%s panics: the answer is %v (-want +got):\n%s", broken, got, diff)
		}
	}
}
