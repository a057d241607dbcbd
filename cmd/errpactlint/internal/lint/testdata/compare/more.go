// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package compare

import (
	. "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	apperr "github.com/errpact/errpact/mapping"
)

type appError = apperr.Error

func dotted(err error) bool { return err == Closed } // want `== misses errors made of the code, and wrapped ones: use errors.Is\(err, Closed\)`

func inLoop(errs []error) (n int) {
	for i := range errs {
		if errs[i] == Closed { // want `== misses errors`
			n++
		}
	}
	return n
}

func called(do func() error) bool { return do() == Closed } // want `== misses errors`

type state struct{ err error }

func (s *state) gone() bool { return s.err == OutOfStock } // want `== misses errors`

func deferred(do func() error) (err error) {
	defer func() {
		if err != Closed { // want `!= misses errors`
			err = nil
		}
	}()
	return do()
}

func received(errs <-chan error) bool { return <-errs == Closed } // want `== misses errors`

func alias(err error) bool {
	_, ok := err.(*appError) // want `a type assertion misses`
	return ok
}

func generic[T error](err T) bool { return error(err) == Closed } // want `== misses errors`

var isClosed = func(err error) bool { return err == Closed } // want `== misses errors`

func switched(err error) bool {
	switch code := apperr.CodeOf(err); code {
	case OutOfStockLastOne: // want `has no reason`
		return true
	}
	return false
}

func held(err error) bool {
	code := apperr.CodeOf(err)
	return code == BasketEmpty // want `has no reason`
}

func lines(do func(func() error) error) bool {
	return do(func() error { // want `use errors.Is\(do\(func\(\) error { return nil }\), Closed\) \[compare\]`
		return nil
	}) == Closed
}

func literals(find func(name string, options ...string) error) bool {
	return find("two  spaces\t") == Closed || // want `use errors.Is\(find\("two  spaces\\t"\), Closed\) \[compare\]`
		find("two  spaces", // want `use errors.Is\(find\("two  spaces", "a	tab"\), Closed\) \[compare\]`
			"a	tab") == Closed ||
		find("raw", // want `use errors.Is\(find\("raw", "of  two\\n  lines"\), Closed\) \[compare\]`
			`of  two
  lines`) == Closed
}
