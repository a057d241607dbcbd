// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// TestPreparedAnswersAreShared: all bare errors of a declared code have the same answer under every policy,
// and no other error has.
func TestPreparedAnswersAreShared(t *testing.T) {
	report := mapping.WithReport(func(context.Context, mapping.Report) {})
	link := mapping.WithHelp(func(mapping.Code) string { return "https://a.example" })
	code := errpactv1err.NotExist
	german := http.Header{"Accept-Language": {"de"}}
	for name, policy := range map[string]*mapping.Policy{
		"default": nil, "report": newPolicy(t, report), "help": newPolicy(t, link), "report and help": newPolicy(t, report, link),
	} {
		for kind, test := range map[string]struct {
			err  error
			want bool
		}{
			"a code":               {code, true},
			"a reason":             {errpactv1err.ContainerUnpackingFailedInvalidHash, true},
			"a cause":              {code.Wrap(errors.New("cause")), true},
			"a wrapped code":       {fmt.Errorf("find: %w", code), true},
			"what was refused":     {code.WithMetadata("no key", "value"), true},
			"a message":            {code.New("public"), false},
			"metadata":             {code.WithMetadata("key", "value"), false},
			"a redacted error":     {errors.New("text"), false},
			"a reason of nobody's": {code.WithReason("NOT_DECLARED"), false},
			"an id":                {errpactv1err.Database, false},
			"another Connect code": {policy.ByConnectCode(9, mapping.ConditionAny), false},
			"another HTTP status":  {policy.ByHTTPStatus(422, mapping.ConditionAny), false},
			"an upstream's":        {policy.Decode(&mapping.ErrorResponse{ConnectCode: 5}), false},
		} {
			form := func() any {
				answer := policy.Translate(&mapping.Call{RequestID: "r-1", Header: german}, test.err)
				return answer.Form(0, func() any { return new(int) })
			}
			if first, second := form(), form(); (first != nil) != test.want || first != second {
				t.Errorf("%s, %s: the form is %v, then %v; want one: %t", name, kind, first, second, test.want)
			}
		}
	}
}

// TestPreparedAnswersEqualPackedOnes compares the answer that is shared with one that is not, since it has
// something of its own, which is taken away again.
func TestPreparedAnswersEqualPackedOnes(t *testing.T) {
	for name, policy := range map[string]*mapping.Policy{
		"default": nil, "help": newPolicy(t, mapping.WithHelp(func(c mapping.Code) string { return "https://a.example#" + c.Name() })),
	} {
		for _, code := range errpactv1err.Catalogue.Codes() {
			bare := policy.Translate(&mapping.Call{RequestID: "r-1"}, code)
			own := policy.Translate(&mapping.Call{RequestID: "r-1"}, code.WithDetail(&errdetails.PreconditionFailure{}))
			details := own.Details()
			if bare.Message() != own.Message() || !equalDetails(bare.Details(), details[:len(details)-1]) {
				t.Errorf("%s, %s: %v, want %v", name, code.Name(), bare.Details(), details)
			}
		}
	}
}

// TestPreparedAnswersKeepTheBudget: a code whose own message and details are over the budget is not sent as it
// was prepared.
func TestPreparedAnswersKeepTheBudget(t *testing.T) {
	long, err := mapping.NewCatalogue(newEnum(t, "Long", strings.Repeat("long.", 40)+"example", map[int32]*errpactv1.Entry{9001: {
		ConnectCode: errpactv1.ConnectCode_CONNECT_CODE_ABORTED, HttpStatus: 409, Message: strings.Repeat("é", 256),
	}}))
	if err != nil {
		t.Fatal(err)
	}
	within := newPolicy(t, mapping.WithCatalogues(nil, long)).Translate(nil, long.Code(9001))
	over := newPolicy(t, mapping.WithCatalogues(nil, long), mapping.WithBudget(2048)).Translate(nil, long.Code(9001))
	if within.Message() != long.Code(9001).Message() || len(over.Message()) >= len(within.Message()) {
		t.Errorf("within the budget %q, over it %q", within.Message(), over.Message())
	}
}

// TestForeignCodesAreNotKept: a relayed error can bring any number.
func TestForeignCodesAreNotKept(t *testing.T) {
	answer := (*mapping.Policy)(nil).Translate(nil, errpactv1err.Catalogue.Code(4711))
	if form := answer.Form(0, func() any { return 1 }); form != nil || len(answer.Details()) < 2 {
		t.Errorf("the form is %v, of %v", form, answer.Details())
	}
}

func equalDetails(a, b []*anypb.Any) bool {
	return slices.EqualFunc(a, b, func(a, b *anypb.Any) bool { return proto.Equal(a, b) })
}
