// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package nilerror

import (
	"errors"
	"os"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

type apiError = mapping.Error

func alias() error {
	var e *apiError
	return e // want `a nil \*mapping.Error`
}

func sent(errs chan<- error, ok bool) { errs <- none(ok) } // want `a nil \*mapping.Error`

func appended(errs []error, ok bool) []error { return append(errs, none(ok)) } // want `a nil \*mapping.Error`

func joined(ok bool) error { return errors.Join(none(ok), nil) } // want `a nil \*mapping.Error`

type result struct{ err error }

func field(ok bool) result { return result{err: none(ok)} } // want `a nil \*mapping.Error`

type checker struct{}

func (checker) check(ok bool) *mapping.Error { return none(ok) }

func methodValue(c checker, ok bool) error {
	check := c.check
	return check(ok) // want `a nil \*mapping.Error`
}

func captured(names []string) error {
	var found *mapping.Error
	each(names, func(name string) {
		if name == "" {
			found = shopv1err.Basket.WithField("name", "is empty")
		}
	})
	return found // want `a nil \*mapping.Error`
}

func each(names []string, f func(string)) {
	for _, name := range names {
		f(name)
	}
}

func literal() func() error {
	return func() error { return none(true) } // want `a nil \*mapping.Error`
}

func generic[T any](_ T, ok bool) error { return none(ok) } // want `a nil \*mapping.Error`

func wrapNamed(name string) (err error) {
	defer func() {
		err = shopv1err.Closed.Wrap(err) // want `Wrap makes an error`
	}()
	return os.Remove(name)
}

func wrapEither(name string, all bool) error {
	var err error
	if all {
		err = os.RemoveAll(name)
	} else {
		err = os.Remove(name)
	}
	return shopv1err.Closed.Wrap(err) // want `Wrap makes an error`
}

func wrapMethodValue(name string) error {
	wrap := shopv1err.Closed.Wrap
	return wrap(os.Remove(name)) // want `Wrap makes an error`
}

func wrapDeferred(f *os.File) (err error) {
	defer func() { err = shopv1err.Closed.Wrap(f.Close()) }() // want `Wrap makes an error`
	return nil
}

func wrapBranch(name string) error {
	err := error(shopv1err.Closed)
	if name != "" {
		err = shopv1err.Payment.Wrap(os.Remove(name)) // want `Wrap makes an error`
	}
	return err
}

var _ error = (*mapping.Error)(nil)

func finePredicate(name string) error {
	err := os.Remove(name)
	if os.IsNotExist(err) {
		return shopv1err.Closed.Wrap(err)
	}
	return nil
}

func fineDeferred(name string) (err error) {
	defer func() {
		if err != nil {
			err = shopv1err.Closed.Wrap(err)
		}
	}()
	return os.Remove(name)
}

func fineRetried(name string) error {
	err := os.Remove(name)
	if err != nil {
		err = os.RemoveAll(name)
	}
	if err != nil {
		return shopv1err.Closed.Wrap(err)
	}
	return nil
}

func fineRetry(name string) error {
	var err error
	for range 3 {
		if err = os.Remove(name); err == nil {
			return nil
		}
	}
	return shopv1err.Closed.Wrap(err)
}

func fineCaptured(names []string) error {
	var found *mapping.Error
	each(names, func(name string) { found = shopv1err.Basket.WithField("name", "is empty") })
	if found == nil {
		return nil
	}
	return found
}

func fineSwitch(name string) error {
	switch err := os.Remove(name); {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrNotExist):
		return shopv1err.Closed
	default:
		return shopv1err.Payment.Wrap(err)
	}
}

func fineTypeSwitch(name string) error {
	switch err := os.Remove(name).(type) {
	case nil:
		return nil
	case *os.PathError:
		return shopv1err.Closed.Wrap(err)
	}
	return nil
}

func fineLoop(names []string) error {
	for _, name := range names {
		err := os.Remove(name)
		if err == nil {
			continue
		}
		return shopv1err.Closed.Wrap(err)
	}
	return nil
}

func fineTwo(ok bool) (*os.File, *mapping.Error) { return nil, none(ok) }

func fineSecond() (*os.File, error) {
	f, e := fineTwo(true)
	if e != nil {
		return nil, e
	}
	return f, nil
}

func fineLogged(name string, log func(error)) { log(shopv1err.Closed.Wrap(errors.New(name))) }
