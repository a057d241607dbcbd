// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"reflect"
	"strings"
)

// forRules returns the tree without what rules must not see: borders, what is below them, and context
// errors. It is nil where nothing is left, and err itself where nothing was taken away.
func (v *findings) forRules(err error) error {
	if isNilNode(err) {
		return nil
	}
	if !v.foreign {
		return err
	}
	return v.prune(err)
}

func (v *findings) prune(err error) error {
	if isNilNode(err) || isContextError(err) || v.isBorder(err) {
		return nil
	}
	pruned := &prunedError{err: err}
	for _, kid := range below(err) {
		kept := v.prune(kid)
		if kept == nil {
			pruned.removed = append(pruned.removed, kid)
			continue
		}
		pruned.kids = append(pruned.kids, kept)
	}
	return pruned
}

func below(err error) []error {
	kids, kid := unwrap(err)
	if kid != nil {
		return []error{kid}
	}
	return kids
}

func isContextError(err error) bool {
	return err == context.Canceled || err == context.DeadlineExceeded
}

func (v *findings) isBorder(err error) bool {
	switch e := err.(type) {
	case *Error:
		return e.Remote()
	case decoded:
		return true
	}
	if v.classify == nil {
		return false
	}
	o, ok := v.classify(err)
	return ok && o.Source.isBorder()
}

// prunedError stands for an error, with less below it.
type prunedError struct {
	err           error
	kids, removed []error
}

// Error is the node's text without that of what was taken from below it: a wrapping error repeats it.
func (p *prunedError) Error() string {
	text := p.err.Error()
	for _, kid := range p.kids {
		if kid, ok := kid.(*prunedError); ok {
			text = cutOut(text, kid.err, kid.Error())
		}
	}
	for _, kid := range p.removed {
		text = cutOut(text, kid, "")
	}
	return text
}

func cutOut(text string, err error, replacement string) string {
	if isNilNode(err) {
		return text
	}
	if inner := err.Error(); inner != "" && inner != replacement {
		text = strings.ReplaceAll(text, inner, replacement)
	}
	return text
}

func (p *prunedError) Unwrap() []error { return p.kids }

// Is returns what errors.Is returns for the node alone. Errors of the network that call themselves a
// context's are not taken for it.
func (p *prunedError) Is(target error) bool {
	if isContextError(target) {
		return false
	}
	if t := reflect.TypeOf(target); t != nil && t.Comparable() && p.err == target {
		return true
	}
	is, ok := p.err.(interface{ Is(error) bool })
	return ok && is.Is(target)
}

// As returns what errors.As returns for the node alone.
func (p *prunedError) As(target any) bool {
	to := reflect.ValueOf(target).Elem()
	if reflect.TypeOf(p.err).AssignableTo(to.Type()) {
		to.Set(reflect.ValueOf(p.err))
		return true
	}
	as, ok := p.err.(interface{ As(any) bool })
	return ok && as.As(target)
}
