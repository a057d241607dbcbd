// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package nilerror makes errors of nothing.
package nilerror

import (
	"errors"
	"io"
	"os"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/deep"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

func constant() error {
	var e *mapping.Error
	return e // want `a nil \*mapping.Error becomes an error that is not nil: return error from the function that may have none, or test for nil first \[nilerror\]`
}

func converted() error { return (*mapping.Error)(nil) } // want `a nil \*mapping.Error`

func branch(ok bool) error {
	var e *mapping.Error
	if !ok {
		e = shopv1err.Closed.New("")
	}
	return e // want `a nil \*mapping.Error`
}

func helper(ok bool) error { return none(ok) } // want `a nil \*mapping.Error`

func none(ok bool) *mapping.Error {
	if ok {
		return nil
	}
	return shopv1err.Closed.New("")
}

func far(ok bool) error { return deep.Nothing(ok) } // want `a nil \*mapping.Error`

func assigned(ok bool) error {
	var err error = none(ok) // want `a nil \*mapping.Error`
	return err
}

func loop() error {
	var last *mapping.Error
	for i := range 3 {
		if i > 1 {
			last = shopv1err.Closed.New("")
		}
	}
	return last // want `a nil \*mapping.Error`
}

func passed(ok bool) { take(none(ok)) } // want `a nil \*mapping.Error`

func take(error) {}

func wrap(name string) error {
	err := os.Remove(name)
	return shopv1err.Closed.Wrap(err) // want `Wrap makes an error even if its cause is nil: test the cause first \[nilerror\]`
}

func wrapCall(name string) error {
	return shopv1err.Closed.Wrap(os.Remove(name)) // want `Wrap makes an error`
}

func wrapSecond(name string) (*os.File, error) {
	f, err := os.Open(name)
	return f, shopv1err.Closed.Wrap(err) // want `Wrap makes an error`
}

func wrapMore(name string) error {
	err := os.Remove(name)
	return shopv1err.Closed.WithMetadata("a", "b").Wrap(err).WithField("a", "b") // want `Wrap makes an error`
}

func wrapOwn() error {
	return shopv1err.Closed.New("").Wrap(maybe()) // want `Wrap makes an error`
}

func maybe() error {
	if os.Getenv("X") != "" {
		return io.EOF
	}
	return nil
}

func wrapClose(f *os.File) error {
	return shopv1err.Closed.Wrap(f.Close()) // want `Wrap makes an error`
}

func fineBranch(ok bool) error {
	if e := none(ok); e != nil {
		return e
	}
	return nil
}

func fineAlways() error { return deep.Always() }

func fineSentinel() error { return shopv1err.Closed }

func fineTested(name string) error {
	if err := os.Remove(name); err != nil {
		return shopv1err.Closed.Wrap(err)
	}
	return nil
}

func fineOr(name string) error {
	f, err := os.Open(name)
	if err != nil || f == nil {
		return shopv1err.Closed.Wrap(err)
	}
	return nil
}

func fineIs(name string) error {
	err := os.Remove(name)
	if errors.Is(err, os.ErrNotExist) {
		return shopv1err.Closed.Wrap(err)
	}
	return err
}

func fineNew() error { return shopv1err.Closed.Wrap(errors.New("x")) }

func fineParameter(err error) error { return shopv1err.Closed.Wrap(err) }

func fineNil() error { return nil }

func fineFrom(err error) error {
	if e, ok := mapping.From(err); ok {
		return e
	}
	return err
}

func fineBuilt() error { return shopv1err.Closed.WithMetadata("a", "b") }

func finePointer(ok bool) *mapping.Error { return none(ok) }

func fineAssigned(ok bool) error {
	e := shopv1err.Closed.New("")
	if ok {
		e = shopv1err.Payment.New("")
	}
	return e
}

func fineSet(ok bool) error {
	e := none(ok)
	if e == nil {
		e = shopv1err.Payment.New("")
	}
	return e
}

func fineWrapped(name string) error {
	err := os.Remove(name)
	if err == nil {
		return nil
	}
	return shopv1err.Closed.Wrap(err)
}

func fineKept(name string) {
	err := os.Remove(name)
	_ = shopv1err.Closed.Wrap(err)
}
