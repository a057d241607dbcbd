// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errpacttest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/errpact/errpact/internal/contract"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/catalogue"
)

// OnlyDeclared returns an option for a policy that fails the test for every error that a method answers and
// does not declare: in its own (errpact.v1.rest).errors, its service's or its catalogue's, sets included. It does not
// check methods that declare nothing, nor errors of the allowed codes, such as what any method may answer when its
// database fails. A misspelt name fails the test in any case: a reason that its catalogue does not declare, as
// [mapping.Code.WithReason] makes one; metadata without a value for a placeholder of the message; and a field
// violation under the field's name in JSON, or of a field that the request does not have. The option takes the place of [mapping.WithReport].
//
//	policy, err := mapping.NewPolicy(errpacttest.OnlyDeclared(t, errpactv1err.Unknown))
func OnlyDeclared(t testing.TB, allowed ...mapping.Code) mapping.Option {
	return mapping.WithReport(func(_ context.Context, r mapping.Report) {
		if wrong := misspelt(r); len(wrong) > 0 {
			t.Errorf("%s answers %s: %s%s", r.Procedure, name(codeOf(r.Sent)), strings.Join(wrong, "; "), origin(r))
			return
		}
		if r.Sent == nil || r.CallerGone || r.Stage != mapping.StageHandler {
			return // nobody's method answered it
		}
		for _, code := range allowed {
			if r.Sent.Is(code) {
				return
			}
		}
		if err := Undeclared(r.Procedure, r.Sent); err != nil {
			t.Errorf("%v%s\n(declare it there, map its cause with a rule, or allow it: give the code to errpacttest.OnlyDeclared)", err, origin(r))
		}
	})
}

// origin prints what the answer was made of.
func origin(r mapping.Report) string {
	if r.Panic != nil {
		return "\n" + indent(fmt.Sprintf("panic: %v\n%s", r.Panic, r.Stack))
	}
	return "\n" + indent(fmt.Sprintf("%+v", r.Err))
}

// noSuchReason says which reasons there are.
func noSuchReason(code mapping.Code) string {
	var declared []string
	for _, reason := range code.WithReason("").Reasons() {
		declared = append(declared, reason.Reason())
	}
	if declared == nil {
		return "the entry declares no reasons"
	}
	return "the entry declares the reasons " + strings.Join(declared, ", ")
}

// Undeclared returns an error if a method, "/acme.shop.v1.ShopService/Buy", does not declare
// err; nil if it does, if it declares no errors at all, and for a nil err. The method's service has
// to be linked into the program.
func Undeclared(procedure string, err error) error {
	e, ok := mapping.From(err)
	if !ok {
		return nil
	}
	declaration, found := contract.Of(procedure)
	if !found {
		return fmt.Errorf("find method %s: it is not linked into the program", procedure)
	}
	code := codeOf(e)
	if !declaration.Closed || declaration.Has(code.Catalogue().Name(), code.Number(), code.Reason()) {
		return nil
	}
	return fmt.Errorf("%s answers %s, which it does not declare: %s", procedure, name(code), names(declaration))
}

func names(d catalogue.Declaration) string {
	if len(d.Errors) == 0 {
		return "it declares none"
	}
	var all []string
	for _, e := range d.Errors {
		all = append(all, e.Name())
	}
	return strings.Join(all, ", ")
}
