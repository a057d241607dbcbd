// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

func TestWithFields(t *testing.T) {
	code := errpactv1err.InvalidValue
	first, second := mapping.Field{Path: "a.b", Description: "d", Reason: "REQUIRED"}, mapping.Field{Path: "c"}
	for name, test := range map[string]struct {
		e    *mapping.Error
		want []mapping.Field
	}{
		"none":                   {code.WithFields(), nil},
		"one, with a reason":     {code.WithFields(first), []mapping.Field{first}},
		"two":                    {code.WithFields(first, second), []mapping.Field{first, second}},
		"on an error":            {code.New("x").WithFields(second), []mapping.Field{second}},
		"after WithField":        {code.WithField("e", "f").WithFields(first), []mapping.Field{{Path: "e", Description: "f"}, first}},
		"before WithField":       {code.WithFields(first).WithField("e", "f"), []mapping.Field{first, {Path: "e", Description: "f"}}},
		"twice":                  {code.WithFields(first).WithFields(first), []mapping.Field{first, first}},
		"none, after one":        {code.WithFields(first).WithFields(), []mapping.Field{first}},
		"invalid UTF-8":          {code.WithFields(mapping.Field{Path: "a\xff", Description: "\xc3", Reason: "R\xfe"}), []mapping.Field{{Path: "a\uFFFD", Description: "\uFFFD", Reason: "R\uFFFD"}}},
		"beside those of detail": {code.WithDetail(&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "c"}}}).WithFields(first), []mapping.Field{second, first}},
	} {
		if diff := cmp.Diff(test.want, test.e.Fields()); diff != "" {
			t.Errorf("%s: Fields() (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(test.want, decode(t, nil, nil, test.e).Fields()); diff != "" {
			t.Errorf("%s: the receiver's Fields() (-want +got):\n%s", name, diff)
		}
	}
}

// TestG11WithFieldsCopies: errors made of one do not share their fields.
func TestG11WithFieldsCopies(t *testing.T) {
	base := errpactv1err.InvalidValue.WithFields(make([]mapping.Field, 3)...)
	given := []mapping.Field{{Path: "a"}, {Path: "b"}}
	left, right := base.WithFields(given...), base.WithFields(mapping.Field{Path: "c"})
	given[0].Path = "changed"
	left.Fields()[0].Path = "changed"
	if len(base.Fields()) != 3 || left.Fields()[0].Path != "" || left.Fields()[3].Path != "a" || right.Fields()[3].Path != "c" {
		t.Errorf("fields are shared: %v, %v, %v", base.Fields(), left.Fields(), right.Fields())
	}
}

// TestCodesStartWhatErrorsContinue: whatever an Error is given by a With… method, a Code starts with.
func TestCodesStartWhatErrorsContinue(t *testing.T) {
	errors, codes := reflect.TypeFor[*mapping.Error](), reflect.TypeFor[mapping.Code]()
	found := 0
	for method := range errors.Methods() {
		if !strings.HasPrefix(method.Name, "With") {
			continue
		}
		found++
		starter, ok := codes.MethodByName(method.Name)
		if !ok {
			t.Errorf("Code has no %s", method.Name)
			continue
		}
		if got, want := parameters(starter.Type), parameters(method.Type); got != want {
			t.Errorf("Code.%s is func%s, Error's func%s", method.Name, got, want)
		}
	}
	if found < 7 {
		t.Errorf("only %d methods were compared", found)
	}
}

// parameters are a method's, without the receiver, and its results.
func parameters(method reflect.Type) string {
	text := method.String()
	if _, rest, ok := strings.Cut(text, ", "); ok {
		return "(" + rest
	}
	return text
}
