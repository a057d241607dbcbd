// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/wrapperspb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

func TestViolatedRuleChoosesTheEntry(t *testing.T) {
	for _, c := range []struct {
		rules []string
		want  mapping.Code
	}{
		{[]string{"required"}, errpactv1err.InvalidStructure},
		{[]string{"message.oneof"}, errpactv1err.InvalidStructure},
		{[]string{"any.in"}, errpactv1err.InvalidType},
		{[]string{"any.not_in"}, errpactv1err.InvalidType},
		{[]string{"string.min_len"}, errpactv1err.InvalidValue},
		{[]string{"string.uuid"}, errpactv1err.InvalidValue},
		{[]string{"enum.defined_only"}, errpactv1err.InvalidValue},
		{[]string{"acme.of_its_own"}, errpactv1err.InvalidValue},
		{[]string{""}, errpactv1err.InvalidValue},
		{[]string{"int32.gt", "any.in", "string.len"}, errpactv1err.InvalidType},
		{[]string{"int32.gt", "any.in", "required"}, errpactv1err.InvalidStructure},
		{[]string{"required", "any.in", "int32.gt"}, errpactv1err.InvalidStructure},
	} {
		got := violated(nil, ofRules(t, c.rules...))
		if got.Code() != c.want || got.Message() != c.want.Message() || got.HTTPStatus() != 400 || got.ConnectCode() != 3 || got.Inferred() {
			t.Errorf("%q: %v %q %d %d, inferred %t; want %v", c.rules, got.Code(), got.Message(), got.HTTPStatus(), got.ConnectCode(), got.Inferred(), c.want)
		}
		if len(got.Fields()) != len(c.rules) {
			t.Errorf("%q: fields %v", c.rules, got.Fields())
		}
	}
}

func TestViolationsBecomeFields(t *testing.T) {
	got := violated(nil, violations(t, `
		violations { rule_id: "string.min_len" message: "must be at least 1 character"
		  field { elements { field_name: "items" index: 2 } elements { field_name: "name" } } }
		violations { rule_id: "int64.gt" message: "must be greater than 0" field { elements { field_name: "labels" string_key: "k\"ä\n" } } }
		violations { rule_id: "string.max_len" message: "is too long" for_key: true field { elements { field_name: "labels" string_key: "k" } } }
		violations { rule_id: "a" field { elements { field_name: "by_bool" bool_key: false } } }
		violations { rule_id: "b.1" field { elements { field_name: "by_int" int_key: -7 } } }
		violations { rule_id: "1.c" field { elements { field_name: "by_uint" uint_key: 18446744073709551615 } } }
		violations { rule_id: "user.signup-date" message: "two\nlines" }
		violations { message: "no rule" field { elements { field_name: "[acme.extension]" } } }
		violations { rule_id: "`+strings.Repeat("x", 64)+`" message: "a long id" }`))
	want := []mapping.Field{
		{Path: "items[2].name", Description: "must be at least 1 character", Reason: "STRING_MIN_LEN"},
		{Path: `labels["k\"ä\n"]`, Description: "must be greater than 0", Reason: "INT64_GT"},
		{Path: `labels["k"]`, Description: "key: is too long", Reason: "STRING_MAX_LEN"},
		{Path: "by_bool[false]", Description: "a"},
		{Path: "by_int[-7]", Description: "b.1", Reason: "B_1"},
		{Path: "by_uint[18446744073709551615]", Description: "1.c"},
		{Description: "two lines", Reason: "USER_SIGNUP_DATE"},
		{Path: "[acme.extension]", Description: "no rule"},
		{Description: "a long id"},
	}
	if diff := cmp.Diff(want, got.Fields()); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// TestExpressionsHaveOneReason: an edit of the source does not change what callers match.
func TestExpressionsHaveOneReason(t *testing.T) {
	const path = ` rule { elements { field_name: "cel_expression" field_number: 29 index: 0 } }`
	for _, test := range []struct{ violation, want string }{
		{`rule_id: "this > 10"`, "CEL_EXPRESSION"},
		{`rule_id: "this.size() == 3"`, "CEL_EXPRESSION"},
		{`rule_id: "!this.locked"`, "CEL_EXPRESSION"},
		{`rule_id: "this in rules" message: "is not one of them"`, "CEL_EXPRESSION"},
		{`rule_id: "has(this.name)"`, "CEL_EXPRESSION"},
		{`rule_id: "this.startsWith('f-')"`, "CEL_EXPRESSION"},
		{`rule_id: "a?b:c"`, "CEL_EXPRESSION"},
		{`rule_id: "this.all(x,x>` + strings.Repeat("1", 100) + `)"`, "CEL_EXPRESSION"},
		{`rule_id: "\nthis\n"`, "CEL_EXPRESSION"},
		{`rule_id: "this.ok" message: "\"this.ok\" returned false"`, "CEL_EXPRESSION"},
		{`rule_id: "this.ok" message: "is not in order"` + path, "CEL_EXPRESSION"},
		{`rule_id: "ok"` + ` rule { elements { field_name: "repeated" } elements { field_name: "items" } elements { field_name: "cel_expression" index: 1 } }`, "CEL_EXPRESSION"},
		{`message: "\"this == 1\" returned false"`, "CEL_EXPRESSION"},
		{`rule_id: "this.ok" message: "\"that.ok\" returned false"`, "THIS_OK"},
		{`rule_id: "order.heavy_and_fast" message: "what is heavy is not fast" rule { elements { field_name: "cel" index: 0 } }`, "ORDER_HEAVY_AND_FAST"},
		{`rule_id: "user.signup-date"`, "USER_SIGNUP_DATE"},
		{`rule_id: "cel_expression"`, "CEL_EXPRESSION"},
		{`message: "no rule"`, ""},
		{`message: "too small" rule { elements { field_name: "cel" field_number: 23 index: 0 } }`, "CEL_EXPRESSION"},
		{`message: "is reserved" rule { elements { field_name: "repeated" } elements { field_name: "items" } elements { field_name: "cel" index: 1 } }`, "CEL_EXPRESSION"},
		{`message: "too small" rule { elements { field_name: "int32" } elements { field_name: "[acme.min_amount]" } }`, "CEL_EXPRESSION"}, // a predefined one
		{`rule_id: "" message: "a locker takes three parcels"`, "CEL_EXPRESSION"},                                                         // a message's
		{`rule_id: "" message: "too small" rule { elements { field_name: "cel" index: 0 } }`, "CEL_EXPRESSION"},
	} {
		fields := violated(nil, violations(t, "violations { "+test.violation+" }")).Fields()
		if len(fields) != 1 || fields[0].Reason != test.want || strings.Contains(fields[0].Reason, "THIS_") && test.want != "THIS_OK" {
			t.Errorf("%s: %+v, want %q", test.violation, fields, test.want)
		}
	}
}

// names are the types of an answer's details, in order.
func names(p *mapping.Policy, err error) (message string, types []string, answer mapping.Answer) {
	answer = p.Translate(&mapping.Call{RequestID: "the-id", Classify: transport.ClassifyConnect}, err)
	message, details := answer.Message(), answer.Details()
	for _, d := range details {
		types = append(types, string(d.MessageName()))
	}
	return message, types, answer
}

func TestViolationsTravelAsTheyWere(t *testing.T) {
	sent := ofRules(t, "required")
	e := refusing(sent, wrapperspb.String("another"), &errdetails.DebugInfo{Detail: "secret"}, &errpactv1.ErrorDetail{Reason: "FORGED"})
	message, got, answer := names(nil, fmt.Errorf("in a handler: %w", e))
	want := []string{"errpact.v1.ErrorDetail", "google.rpc.ErrorInfo", "google.rpc.BadRequest", "buf.validate.Violations", "google.protobuf.StringValue"}
	if diff := cmp.Diff(want, got); diff != "" || message != "Invalid structure" {
		t.Errorf("%q, details (-want +got):\n%s", message, diff)
	}
	kept, ok := mapping.Detail[*wrapperspb.StringValue](answer.Error())
	if !ok || kept.GetValue() != "another" {
		t.Errorf("the handler's own detail is %v", kept)
	}
	details := answer.Details()
	if string(details[3].GetValue()) != string(sent) {
		t.Errorf("the violations are %x, want %x", details[3].GetValue(), sent)
	}
}

// TestASecondInterceptorOutsideViolationsHasNothingToAdd, nor does it need the detail that was dropped.
func TestASecondInterceptorOutsideViolationsHasNothingToAdd(t *testing.T) {
	for _, count := range []int{1, 100} {
		_, types, answer := names(nil, refusing(ofRules(t, slices.Repeat([]string{"required"}, count)...)))
		details := answer.Details()
		again := connect.NewError(connect.CodeInvalidArgument, answer.Public())
		for _, d := range details {
			if detail, err := connect.NewErrorDetail(d); err == nil {
				again.AddDetail(detail)
			}
		}
		_, twice, outer := names(nil, again)
		if got := outer.Error(); !slices.Equal(twice, types) || got.Code() != errpactv1err.InvalidStructure || len(got.Fields()) != count {
			t.Errorf("%d violations, translated again: %v, %v and %d fields", count, got.Code(), twice, len(got.Fields()))
		}
	}
}

func TestFieldsOfTheHandlerComeBeforeThoseOfTheRules(t *testing.T) {
	given := &errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "name", Description: "in the handler's words"}}}
	_, got, answer := names(nil, refusing(ofRules(t, "required", "int32.gt"), given))
	want := []mapping.Field{{Path: "name", Description: "in the handler's words"}}
	if diff := cmp.Diff(want, answer.Error().Fields()); diff != "" || len(got) != 4 {
		t.Errorf("details %v, fields (-want +got):\n%s", got, diff)
	}
}

func TestViolationsOfAnotherCodeChooseNothing(t *testing.T) {
	detail := refusing(ofRules(t, "required")).Details()[0]
	for _, code := range []connect.Code{connect.CodeInternal, connect.CodeNotFound, 17} {
		e := connect.NewError(code, errors.New("words"))
		e.AddDetail(detail)
		if _, types, answer := names(nil, e); slices.Contains(types, "errpact.v1.ErrorDetail") || answer.Error().Fields() != nil {
			t.Errorf("%v: details %v, fields %v", code, types, answer.Error().Fields())
		}
	}
}

func TestWithConnectMessagesLeavesViolationsToConnect(t *testing.T) {
	p := newPolicy(t, mapping.WithConnectMessages())
	message, types, answer := names(p, refusing(ofRules(t, "required")))
	if message != "validation error: words" || !slices.Equal(types, []string{"buf.validate.Violations"}) {
		t.Errorf("an RPC caller gets %q with %v", message, types)
	}
	envelope := mapping.EnvelopeOf(answer.Error())
	want := `{"field_violations":[{"field":"f0","description":"is wrong","reason":"REQUIRED"}]}`
	if envelope.Code != 3 || envelope.Message != "Invalid structure" || string(envelope.Details) != want {
		t.Errorf("a REST caller gets %+v", envelope)
	}
}

// primary has entries for what is wrong with a request, but its structure has a status that no Connect code has.
func primary(t *testing.T) *mapping.Catalogue {
	t.Helper()
	entry := func(status int32, message string, role errpactv1.Role, whens ...errpactv1.When) *errpactv1.Entry {
		e := newEntry(errpactv1.ConnectCode_CONNECT_CODE_INVALID_ARGUMENT, status, message)
		e.Role = role
		for _, when := range whens {
			e.FallbackFor = append(e.FallbackFor, &errpactv1.FallbackFor{ConnectCode: errpactv1.ConnectCode_CONNECT_CODE_INVALID_ARGUMENT, When: when})
		}
		return e
	}
	return mapping.MustCatalogue(newEnum(t, "Own", "own.acme.example", map[int32]*errpactv1.Entry{
		1: entry(400, "Wrong", errpactv1.Role_ROLE_UNMAPPED, errpactv1.When_WHEN_ANY),
		2: entry(422, "Incomplete", errpactv1.Role_ROLE_UPSTREAM_UNREACHABLE, errpactv1.When_WHEN_UNDECODABLE),
		3: entry(400, "Mistyped", errpactv1.Role_ROLE_UPSTREAM_TIMED_OUT, errpactv1.When_WHEN_WRONG_TYPE),
		4: entry(400, "Rejected", errpactv1.Role_ROLE_UPSTREAM_REJECTED),
	}))
}

func TestViolatedRuleChoosesFromOnesOwnCatalogue(t *testing.T) {
	own := primary(t)
	p := newPolicy(t, mapping.WithCatalogues(own))
	for rule, c := range map[string]struct {
		number  int32
		message string
	}{"required": {2, "validation error: words"}, "any.in": {3, "Mistyped"}, "int32.gt": {1, "Wrong"}} {
		message, _, answer := names(p, refusing(ofRules(t, rule)))
		if got := answer.Error(); got.Code() != own.Code(c.number) || message != c.message || got.HTTPStatus() != 400 || len(got.Fields()) != 1 {
			t.Errorf("%s: %v %d %q, fields %v; want %d %q", rule, got.Code(), got.HTTPStatus(), message, got.Fields(), c.number, c.message)
		}
	}
}

func TestG4ViolationsAreWithinTheBudget(t *testing.T) {
	for _, headers := range []int{0, 1000, 3000, 3500, 5000} {
		for _, count := range []int{1, 20, 100} {
			e := refusing(ofRules(t, slices.Repeat([]string{"required"}, count)...))
			e.Meta().Set("X", strings.Repeat("x", max(0, headers-5)))
			status, keep := encodeLocal(nil, e)
			n := weight(t, status)
			if keep {
				n += max(headers, 5)
			}
			if n > 3584 || keep == (headers > 3400) {
				t.Errorf("%d violations beside %d bytes of headers are %d bytes, headers kept %t", count, headers, n, keep)
			}
			got := (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{ConnectCode: 3, Message: status.GetMessage(), Details: statusDetails(status.GetDetails()), Wire: true})
			if got.Inferred() || got.Code() != errpactv1err.InvalidStructure || got.Message() != "Invalid structure" {
				t.Errorf("%d violations beside %d bytes of headers arrive as %v %q", count, headers, got.Code(), got.Message())
			}
		}
	}
	var report mapping.Report
	_, types, answer := names(newPolicy(t, withLast(&report)), refusing(ofRules(t, slices.Repeat([]string{"required"}, 100)...)))
	answer.Report(nil)
	want := []string{"errpact.v1.ErrorDetail", "google.rpc.ErrorInfo", "google.rpc.BadRequest"}
	if !slices.Equal(types, want) || len(report.Dropped) != 2 || report.Dropped[0] != "buf.validate.Violations" || !strings.HasPrefix(report.Dropped[1], "google.rpc.BadRequest: ") {
		t.Errorf("%v were sent and %q dropped", types, report.Dropped)
	}
	if n := len(answer.Error().Fields()); n != 100 {
		t.Errorf("a REST caller, who has no budget, gets %d fields", n)
	}
}

// TestViolationsOfABackendAreItsFronts: a front answers with the entry that the backend did not know.
func TestViolationsOfABackendAreItsFronts(t *testing.T) {
	e := refusing(ofRules(t, "any.in"))
	backend := answered{mapping.Classification{Source: mapping.SourceBackend, ConnectCode: 3, Message: e.Message(), Details: transport.ConnectDetails(e)}, nil}
	answer := (*mapping.Policy)(nil).Translate(&mapping.Call{Classify: classifyAnswered}, backend)
	if got := answer.Error(); got.Code() != errpactv1err.InvalidType || len(got.Fields()) != 1 || got.Remote() {
		t.Errorf("got %v, fields %v", got.Code(), got.Fields())
	}
}
