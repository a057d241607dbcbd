// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// checkRules finds every mistake of the rules.
func (p *Policy) checkRules() (errs []error) {
	for i, rule := range p.rules {
		if err := rule.check(p); err != nil {
			errs = append(errs, fmt.Errorf("rule %d: %w", i+1, err))
		}
		if by := slices.IndexFunc(p.rules[:i], rule.isHiddenBy); by >= 0 {
			errs = append(errs, fmt.Errorf("rule %d: %s is never asked: SQLRules, of which rule %d is one, maps this error to %s: write your rule before SQLRules",
				i+1, rule.name, by+1, p.rules[by].codes[0].Name()))
		}
		if later := slices.IndexFunc(p.rules[i+1:], rule.takes); later >= 0 && rule.takesAll() {
			errs = append(errs, fmt.Errorf("rule %d: %s is never asked: rule %d, %s, takes every error: write that one last",
				i+1+later+1, p.rules[i+1+later].name, i+1, rule.name))
		}
	}
	return errs
}

// check returns the mistakes of a rule in a policy.
func (r Rule) check(p *Policy) error {
	if r.target != nil && isContextError(r.target) {
		return fmt.Errorf("%s: no rule sees the end of a context: the policy answers the caller's own, and takes any other "+
			"for another service's timeout; return a code from the place that made the call", r.name)
	}
	for _, code := range r.codes {
		if p.known(code.Catalogue().Name()) == nil {
			return fmt.Errorf("%s: the policy was not given the catalogue of %s: add %s to WithCatalogues, or use a code of the policy's "+
				"(SQLRules, FSRules and NetRules take codes)", r.name, code.Name(), code.Catalogue().Name())
		}
	}
	return nil
}

// isHiddenBy reports whether an earlier rule of SQLRules has taken every error of r to another code. A user's own
// rules may overlap, and so may a standard rule with a user's before it: that is how a more special rule comes first.
func (r Rule) isHiddenBy(earlier Rule) bool {
	return !r.standard && earlier.standard && earlier.target != nil && !isNilNode(r.target) &&
		errors.Is(r.target, earlier.target) && r.codes[0] != earlier.codes[0]
}

// takes reports whether r, a function, makes another code of the target of a later MapIs.
func (r Rule) takes(later Rule) bool {
	if r.codes != nil || later.target == nil || isNilNode(later.target) {
		return false
	}
	e := r.try(later.target)
	return e != nil && e.identity() != later.codes[0]
}

// errNobodys is an error that only a rule for every error takes.
var errNobodys = errors.New("mapping: an error with which NewPolicy looks for rules that take every error")

// takesAll tells a rule for every error from one that is for the target of a later rule, too, but more special.
func (r Rule) takesAll() bool { return r.try(errNobodys) != nil }

// try asks a rule while the policy is made. A function that panics then has not taken the error.
func (r Rule) try(err error) (e *Error) {
	defer func() {
		if recover() != nil {
			e = nil
		}
	}()
	return r.apply(context.Background(), err)
}
