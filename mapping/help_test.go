// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// TestHelpHasTheResolution as the link's description, if there is a link: for callers without the catalogue.
func TestHelpHasTheResolution(t *testing.T) {
	link := func(c mapping.Code) string {
		if c == errpactv1err.Database {
			return ""
		}
		return "https://errors.example/#" + c.Name()
	}
	policy, err := mapping.NewPolicy(mapping.WithHelp(link), mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		err  *mapping.Error
		want string
	}{
		{errpactv1err.NotExist.New(""), errpactv1err.NotExist.Resolution()},
		{errpactv1err.NotExist.WithMetadata("a", "b"), errpactv1err.NotExist.Resolution()},
		{errpactv1err.InvalidValueNoMedia.New(""), "Add at least one file under media/."},
		{errpactv1err.Catalogue.Code(4711).New(""), "4711"},
		{errpactv1err.Database.New(""), ""},
	} {
		answer := policy.Translate(&mapping.Call{}, test.err)
		if got := describedIn(t, &answer); got != test.want {
			t.Errorf("%v: description = %q, want %q", test.err, got, test.want)
		}
	}
}

// TestTheBudgetDropsTheResolutionFirst, then the link, and the report names what is gone.
func TestTheBudgetDropsTheResolutionFirst(t *testing.T) {
	var dropped []string
	policy, err := mapping.NewPolicy(mapping.WithHelp(func(c mapping.Code) string { return "https://errors.example/#" + c.Name() }),
		mapping.WithReport(func(_ context.Context, r mapping.Report) { dropped = r.Dropped }))
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for length := 2000; length < 2700; length++ {
		call := &mapping.Call{}
		answer := policy.Translate(call, errpactv1err.NotExist.WithMetadata("a", strings.Repeat("x", length)))
		answer.Report(call)
		state := describedIn(t, &answer) + "|" + strings.Join(dropped, ",")
		if len(seen) == 0 || seen[len(seen)-1] != state {
			seen = append(seen, state)
		}
	}
	want := []string{
		errpactv1err.NotExist.Resolution() + "|", "ERROR_CODE_NOT_EXIST|google.rpc.Help: the resolution",
		"|google.rpc.Help", "|google.rpc.Help,metadata a",
	}
	if !slices.Equal(seen, want) {
		t.Errorf("descriptions and drops = %q, want %q", seen, want)
	}
}

// describedIn returns the description of the answer's link, or "" without one.
func describedIn(t *testing.T, answer *mapping.Answer) string {
	t.Helper()
	for _, d := range answer.Details() {
		var help errdetails.Help
		if d.UnmarshalTo(&help) == nil && len(help.GetLinks()) == 1 {
			return help.GetLinks()[0].GetDescription()
		}
	}
	return ""
}
