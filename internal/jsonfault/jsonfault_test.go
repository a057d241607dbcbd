// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package jsonfault_test

import (
	"errors"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/internal/jsonfault"
	"github.com/errpact/errpact/mapping"
)

var faults = []struct {
	fault     *jsonfault.Fault
	plain     string
	condition mapping.Condition
}{
	{jsonfault.New(jsonfault.Syntax, "", "want valid JSON"), "want valid JSON", mapping.ConditionUndecodable},
	{jsonfault.New(jsonfault.UnknownField, "a.b", "want a field that there is"), "a.b: want a field that there is", mapping.ConditionUndecodable},
	{jsonfault.New(jsonfault.WrongType, `a["x"]`, "want text"), `a["x"]: want text`, mapping.ConditionWrongType},
	{several("a", "b.c", `d["x"]`), `a, b.c, d["x"]: want fields that there are`, mapping.ConditionUndecodable},
	{several("a, b", "c"), "a, b: want a field that there is", mapping.ConditionUndecodable},
	{jsonfault.New(jsonfault.NotAllowed, "a: want b (c)", "want text"), "a: want b (c): want text", mapping.ConditionOutOfRange},
}

func several(paths ...string) *jsonfault.Fault {
	f := jsonfault.New(jsonfault.UnknownField, paths[0], jsonfault.WantField)
	for _, path := range paths[1:] {
		f.Add(jsonfault.Place{Path: path})
	}
	return f
}

// TestParseReadsWhatErrorWrites, with and without what Connect puts in front.
func TestParseReadsWhatErrorWrites(t *testing.T) {
	for _, test := range faults {
		text := test.fault.Error()
		if start := test.plain + " (" + string(test.fault.Kind) + " "; !strings.HasPrefix(text, start) {
			t.Errorf("Error() = %q, want it to start with %q", text, start)
		}
		for _, written := range []string{text, "unmarshal message: " + text} {
			got, sealed := jsonfault.Parse(written)
			if diff := cmp.Diff(test.fault, got); diff != "" || !sealed {
				t.Errorf("Parse(%q) is sealed %v (-want +got):\n%s", written, sealed, diff)
			}
		}
		if got := test.fault.Kind.Condition(); got != test.condition {
			t.Errorf("%s.Condition() = %v, want %v", test.fault.Kind, got, test.condition)
		}
	}
}

// TestParseSealsNothingForeign: a changed text is a fault without a seal, and another text is not a fault.
func TestParseSealsNothingForeign(t *testing.T) {
	text := jsonfault.New(jsonfault.WrongType, "name", "want text").Error()
	for _, forged := range []string{
		strings.Replace(text, "name", "other", 1), strings.Replace(text, "WRONG_TYPE", "SYNTAX", 1),
		"name: want text (WRONG_TYPE)", "name: want text (WRONG_TYPE )", "name: want text (WRONG_TYPE 0123456789abcdef)",
	} {
		if f, sealed := jsonfault.Parse(forged); f == nil || sealed {
			t.Errorf("Parse(%q) = %v, %v, want a fault without a seal", forged, f, sealed)
		}
	}
	for _, other := range []string{"", ")", " ()", "name: want text", "name: want text (NOPE 0123456789abcdef)", text + "."} {
		if f, sealed := jsonfault.Parse(other); f != nil || sealed {
			t.Errorf("Parse(%q) = %v, %v, want none", other, f, sealed)
		}
	}
}

// TestFaultIsInvalidArgument is what vanguard reads, and what a policy makes of a fault.
func TestFaultIsInvalidArgument(t *testing.T) {
	for _, test := range faults {
		var e *connect.Error
		if !errors.As(test.fault, &e) || e.Code() != connect.CodeInvalidArgument || len(e.Details()) != 1 {
			t.Errorf("%v unwraps to %v", test.fault, e)
		}
		violation := test.fault.BadRequest().GetFieldViolations()[0]
		if violation.GetField() != test.fault.Path || violation.GetReason() != string(test.fault.Kind) {
			t.Errorf("%v has the violation %v", test.fault, violation)
		}
		policy, err := mapping.NewPolicy()
		if err != nil {
			t.Fatal(err)
		}
		got, want := test.fault.Err(policy), policy.ByConnectCode(3, test.condition)
		if got.Code() != want.Code() {
			t.Errorf("%v became %v, want %v", test.fault, got, want)
		}
		body := string(mapping.EnvelopeOf(got).AppendJSON(nil))
		if hasField := strings.Contains(body, `"field_violations"`); hasField != (test.fault.Path != "") {
			t.Errorf("%v became %s", test.fault, body)
		}
	}
}
