// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// TestNewPolicyRefusesRulesThatCannotWork: its error says which rule, and what to write instead.
func TestNewPolicyRefusesRulesThatCannotWork(t *testing.T) {
	foreign := shop(t).Code(1001)
	for name, test := range map[string]struct {
		rules []mapping.Rule
		want  string
	}{
		"canceled": {[]mapping.Rule{mapping.MapIs(context.Canceled, errpactv1err.NotAllowed)},
			"rule 1: MapIs(context canceled): no rule sees the end of a context"},
		"deadline, second": {[]mapping.Rule{mapping.MapIs(errMine, errpactv1err.NotAllowed), mapping.MapIs(context.DeadlineExceeded, errpactv1err.NotAllowed)},
			"rule 2: MapIs(context deadline exceeded): no rule sees"},
		"MapIs to another catalogue": {[]mapping.Rule{mapping.MapIs(errMine, foreign)},
			"rule 1: MapIs(mine): the policy was not given the catalogue of SHOP_N1001: add acme.shop.v1.Shop to WithCatalogues"},
		"a reason": {[]mapping.Rule{mapping.MapIs(errMine, foreign.WithReason("SOLD"))}, "the policy was not given the catalogue of SHOP_N1001"},
		"SQLRules": {mapping.SQLRules(mapping.SQLCodes{Unique: foreign}), "SQLRules, FSRules and NetRules take codes"},
		"FSRules":  {mapping.FSRules(mapping.FSCodes{NotFound: foreign}), "the policy was not given the catalogue"},
		"NetRules": {mapping.NetRules(mapping.NetCodes{Broken: foreign}), "the policy was not given the catalogue"},
		"constraint": {mapping.SQLRules(mapping.SQLCodes{Constraints: map[string]*mapping.Error{"a": foreign.New("")}}),
			"SQLCodes.Constraints: the policy was not given the catalogue"},
	} {
		_, err := mapping.NewPolicy(mapping.WithRules(test.rules...))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
		_, err = mapping.NewPolicy(mapping.WithCatalogues(errpactv1err.Catalogue, shop(t)), mapping.WithRules(test.rules...))
		if canWork := !strings.Contains(test.want, "no rule sees"); (err == nil) != canWork {
			t.Errorf("%s: with the catalogue %v", name, err)
		}
	}
}

// TestNewPolicyRefusesARuleThatSQLRulesHide, and no other that overlaps with another one.
func TestNewPolicyRefusesARuleThatSQLRulesHide(t *testing.T) {
	own := mapping.MapIs(sql.ErrNoRows, errpactv1err.InvalidValue)
	wrapped := mapping.MapIs(fmt.Errorf("mine: %w", sql.ErrNoRows), errpactv1err.InvalidValue)
	const want = "is never asked: SQLRules, of which rule 1 is one, maps this error to ERROR_CODE_NOT_EXIST: write your rule before SQLRules"
	for name, test := range map[string]struct {
		rules  []mapping.Rule
		hidden bool
	}{
		"after":            {append(mapping.SQLRules(), own), true},
		"after, wrapped":   {append(mapping.SQLRules(), wrapped), true},
		"before":           {append([]mapping.Rule{own}, mapping.SQLRules()...), false},
		"the same code":    {append(mapping.SQLRules(), mapping.MapIs(sql.ErrNoRows, errpactv1err.NotExist)), false},
		"another error":    {append(mapping.SQLRules(), mapping.MapIs(errMine, errpactv1err.InvalidValue)), false},
		"a field left out": {append(mapping.SQLRules(mapping.SQLCodes{Database: errpactv1err.Database}), own), false},
		"no SQLRules":      {[]mapping.Rule{mapping.MapIs(sql.ErrNoRows, errpactv1err.NotExist), own}, false},
		"SQLRules twice":   {append(mapping.SQLRules(), mapping.SQLRules(mapping.SQLCodes{NotFound: errpactv1err.InvalidValue})...), false},
	} {
		_, err := mapping.NewPolicy(mapping.WithRules(test.rules...))
		if (err != nil) != test.hidden || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q: %t", name, err, want, test.hidden)
		}
	}
}

// TestNewPolicyRefusesRulesAfterOneThatTakesEveryError, and calls no function that nothing comes after.
func TestNewPolicyRefusesRulesAfterOneThatTakesEveryError(t *testing.T) {
	all := mapping.MapFunc(func(context.Context, error) (*mapping.Error, bool) { return errpactv1err.InvalidValue.New(""), true })
	asAll := mapping.MapAs(func(error) *mapping.Error { return errpactv1err.InvalidValue.New("") })
	special := mapping.MapFunc(func(_ context.Context, err error) (*mapping.Error, bool) {
		return errpactv1err.InvalidValue.New(""), errors.Is(err, errMine)
	})
	others := mapping.MapFunc(func(_ context.Context, err error) (*mapping.Error, bool) {
		return errpactv1err.InvalidValue.New(""), !errors.Is(err, errMine)
	})
	none := mapping.MapFunc(func(context.Context, error) (*mapping.Error, bool) { return nil, true })
	panics := mapping.MapFunc(func(context.Context, error) (*mapping.Error, bool) { panic("no dependencies yet") })
	counted := 0
	counting := mapping.MapFunc(func(context.Context, error) (*mapping.Error, bool) { counted++; return nil, false })
	mine := mapping.MapIs(errMine, errpactv1err.NotExist)
	for name, test := range map[string]struct {
		rules []mapping.Rule
		want  string // empty passes
	}{
		"a function first":     {[]mapping.Rule{all, mine}, "rule 2: MapIs(mine) is never asked: rule 1, MapFunc, takes every error: write that one last"},
		"MapAs of error":       {[]mapping.Rule{asAll, mine}, "rule 1, MapAs[error], takes every error"},
		"in the middle":        {[]mapping.Rule{special, all, none, mine}, "rule 4: MapIs(mine) is never asked: rule 2, MapFunc, takes every error"},
		"before SQLRules":      {append([]mapping.Rule{all}, mapping.SQLRules()...), "is never asked: rule 1, MapFunc, takes every error"},
		"last":                 {[]mapping.Rule{mine, all}, ""},
		"a more special one":   {[]mapping.Rule{special, mine}, ""},
		"all others":           {[]mapping.Rule{others, mine}, ""},
		"to the same code":     {[]mapping.Rule{all, mapping.MapIs(errMine, errpactv1err.InvalidValue)}, ""},
		"one that makes none":  {[]mapping.Rule{none, panics, mine}, ""},
		"nothing comes after":  {[]mapping.Rule{mine, counting}, ""},
		"no target comes next": {[]mapping.Rule{counting, special}, ""},
	} {
		_, err := mapping.NewPolicy(mapping.WithRules(test.rules...))
		if (err != nil) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
	if counted > 0 {
		t.Errorf("NewPolicy has asked a rule %d times that hides none", counted)
	}
}

// TestRulesOfAnotherCatalogueAreUnmapped where only a function knows the code: the caller gets the fixed text, and
// the report names the rule.
func TestRulesOfAnotherCatalogueAreUnmapped(t *testing.T) {
	foreign := shop(t).Code(1001)
	own := map[string]mapping.Rule{
		"MapAs[*fs.PathError]": mapping.MapAs(func(*fs.PathError) *mapping.Error { return foreign.New("private words") }),
		"MapFunc": mapping.MapFunc(func(_ context.Context, err error) (*mapping.Error, bool) {
			return foreign.New("private words"), errors.Is(err, fs.ErrExist)
		}),
	}
	for name, rule := range own {
		var told reported.Reports
		policy := newPolicy(t, mapping.WithReport(told.Add), mapping.WithRules(mapping.MapIs(sql.ErrNoRows, errpactv1err.NotExist), rule))
		call := new(mapping.Call)
		answer := policy.Translate(call, &fs.PathError{Op: "mkdir", Path: "x", Err: fs.ErrExist})
		answer.Report(call)
		if got := answer.Error(); got.Code() != errpactv1err.Unknown || got.Message() != errpactv1err.Unknown.Message() {
			t.Errorf("%s: the caller got %v", name, got)
		}
		report := told.One(t)
		if want := "rule 2, " + name + ", returned SHOP_N1001, of a catalogue that the policy was not given, acme.shop.v1.Shop: add it to WithCatalogues: mkdir x"; !strings.Contains(report.Err.Error(), want) {
			t.Errorf("report = %v, want %q", report.Err, want)
		}
		if !errors.Is(report.Err, fs.ErrExist) {
			t.Errorf("%s: the report has lost the cause: %v", name, report.Err)
		}
	}
}

func TestNewPolicyRefusesOptionsThatContradict(t *testing.T) {
	_, err := mapping.NewPolicy(mapping.WithConnectMessages(), mapping.WithCatalogueMessages())
	if err == nil || !strings.Contains(err.Error(), "use one of them") {
		t.Errorf("both options: %v", err)
	}
}
