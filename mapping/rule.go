// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
)

// A Rule maps one of your errors to a catalogue error. [MapIs], [MapAs] and [MapFunc] make rules,
// and [WithRules] gives them to a policy. The zero Rule handles no error and is skipped.
//
// A policy never shows a rule an error that came from another service, context.Canceled or
// context.DeadlineExceeded. These follow the policy's own order, see [Policy.Translate]. A rule may
// be called by many goroutines at once. If it panics, the caller gets the unmapped entry, and the
// report gets the panic. If its error is of a catalogue that the policy was not given, the caller gets
// the unmapped entry, and the report names the rule.
type Rule struct {
	// ask is nil in the zero Rule.
	ask func(context.Context, error) (*Error, bool)
	// codes has every code that the rule maps to. It is nil if a function of the user decides.
	codes []Code
	// name says for reports and errors which rule this is.
	name string
	// target is the error of MapIs.
	target error
	// standard is set in the rules of SQLRules and its like.
	standard bool
}

// MapIs returns a rule that maps every error for which errors.Is finds target to the code. The error
// becomes the private cause. A nil target gives the zero Rule. [NewPolicy] refuses context.Canceled and
// context.DeadlineExceeded, which no rule sees, and a code of a catalogue that the policy does not have.
func MapIs(target error, to Code) Rule {
	if target == nil {
		return Rule{}
	}
	rule := mapTo(to, func(err error) bool { return errors.Is(err, target) })
	rule.name, rule.target = "MapIs("+causeText(target)+")", target
	return rule
}

// MapAs returns a rule that calls the function with what errors.As finds as a T. It skips a nil
// pointer of type T. If the function returns nil, the policy asks the next rule. If the returned error
// has no cause, the mapped error becomes its private cause. A nil function gives the zero Rule.
func MapAs[T error](to func(T) *Error) Rule {
	if to == nil {
		return Rule{}
	}
	ask := func(_ context.Context, err error) (*Error, bool) {
		found, ok := errors.AsType[T](err)
		if !ok || isNil(found) {
			return nil, false
		}
		return to(found), true
	}
	return Rule{ask: ask, name: "MapAs[" + reflect.TypeFor[T]().String() + "]"}
}

// MapFunc returns a rule that calls the function with the request's context and the error. The
// context is [Call.Context], or context.Background if that is nil. If the function returns false or
// a nil *Error, the policy asks the next rule. If the returned error has no cause, the mapped error
// becomes its private cause. A nil function gives the zero Rule.
func MapFunc(to func(context.Context, error) (*Error, bool)) Rule {
	if to == nil {
		return Rule{}
	}
	return Rule{ask: to, name: "MapFunc"}
}

// mapTo returns the rule of one code. The error becomes the private cause.
func mapTo(to Code, handles func(error) bool) Rule {
	ask := func(_ context.Context, err error) (*Error, bool) {
		if !handles(err) {
			return nil, false
		}
		return to.Wrap(err), true
	}
	return Rule{ask: ask, codes: []Code{to}, name: "a rule to " + to.Name()}
}

// unsendable returns the error for the report that the rule at a place made e, which the policy cannot send.
func (r Rule) unsendable(place int, e *Error, err error) error {
	return fmt.Errorf("rule %d, %s, returned %s, of a catalogue that the policy was not given, %s: add it to WithCatalogues: %w", place+1, r.name, e.Code().Name(), e.Code().Catalogue().Name(), err)
}

// ifSet returns a standard rule if its code was given. The zero Code means that it was not.
func (r Rule) ifSet() Rule {
	if r.codes[0] == (Code{}) {
		return Rule{}
	}
	r.standard = true
	return r
}

// apply returns the rule's error for err, or nil if the rule does not handle it. Err holds no nil
// pointer: methods called by errors.Is and errors.As would panic on it.
func (r Rule) apply(ctx context.Context, err error) *Error {
	if ctx == nil {
		ctx = context.Background()
	}
	e, ok := r.ask(ctx, err)
	if !ok || e == nil {
		return nil
	}
	if e.cause == nil {
		e = e.Wrap(err)
	}
	return e
}

// nodesOf gives every error in the tree, outermost first. What a rule sees may be pruned.
func nodesOf(err error) iter.Seq[error] {
	return func(yield func(error) bool) {
		left := []error{err}
		for n := 0; len(left) > 0 && n < maxNodes; n++ {
			err, left = left[len(left)-1], left[:len(left)-1]
			if isNilNode(err) {
				continue
			}
			node := err
			if pruned, ok := err.(*prunedError); ok {
				node = pruned.err
			}
			if !yield(node) {
				return
			}
			for _, kid := range slices.Backward(below(err)) {
				left = append(left, kid)
			}
		}
	}
}

// anyNode reports whether is holds of an error in the tree.
func anyNode(err error, is func(error) bool) bool {
	for node := range nodesOf(err) {
		if is(node) {
			return true
		}
	}
	return false
}

// isText reports whether err is one that [errors.New] made of one of these texts, which is all that is known of an
// error that its package does not export.
func isText(err error, texts ...string) bool {
	return reflect.TypeOf(err) == textType && slices.Contains(texts, err.Error())
}

var textType = reflect.TypeOf(errors.New(""))
