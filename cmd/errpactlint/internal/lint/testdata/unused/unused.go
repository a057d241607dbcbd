// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package unused calls methods of errors for what they do not do.
package unused

import (
	"errors"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

func findVariable() error {
	e := shopv1err.Closed.New("closed")
	e.WithMetadata("a", "b") // want `WithMetadata changes nothing: it returns another error, which is not used: return or assign that one \[unused\]`
	return e
}

func findInBranch(e *mapping.Error, late bool) error {
	if late {
		e.WithRetryDelay(1) // want `WithRetryDelay changes nothing`
	}
	return e
}

func findAll(e *mapping.Error, err error) error {
	e.WithField("a", "b")               // want `WithField changes nothing`
	e.WithFields(mapping.Field{})       // want `WithFields changes nothing`
	e.WithPayload(1)                    // want `WithPayload changes nothing`
	e.WithDetail()                      // want `WithDetail changes nothing`
	e.WithRetryDelay(10)                // want `WithRetryDelay changes nothing`
	e.WithLog()                         // want `WithLog changes nothing`
	e.Wrap(err)                         // want `Wrap changes nothing`
	e.WithField("a", "b").WithLog()     // want `WithLog changes nothing`
	shopv1err.Closed.Wrap(err)          // want `Wrap changes nothing`
	shopv1err.Closed.New("x")           // want `New changes nothing`
	shopv1err.NewPayment("x").WithLog() // want `WithLog changes nothing`
	shopv1err.Closed.Errorf("x")        // want `Errorf changes nothing`
	(e.WithLog())                       // want `WithLog changes nothing`
	return e
}

func fineAssigned(e *mapping.Error, err error) error {
	e = e.WithMetadata("a", "b")
	return errors.Join(e, err)
}

func fineBlank(e *mapping.Error, err error) error {
	_ = e.WithMetadata("a", "b")
	return errors.Join(e, err)
}

func fineBlankWrap(e *mapping.Error, err error) error {
	_ = shopv1err.Closed.Wrap(err)
	return errors.Join(e, err)
}

func fineCodeOf(e *mapping.Error, err error) error {
	mapping.CodeOf(err)
	return errors.Join(e, err)
}

func fineCode(e *mapping.Error, err error) error {
	e.Code()
	return errors.Join(e, err)
}

func fineMessage(e *mapping.Error, err error) error {
	e.Message()
	return errors.Join(e, err)
}

func fineMetadata(e *mapping.Error, err error) error {
	e.Metadata()
	return errors.Join(e, err)
}

func fineFields(e *mapping.Error, err error) error {
	e.Fields()
	return errors.Join(e, err)
}

func fineNumber(e *mapping.Error, err error) error {
	shopv1err.Closed.Number()
	return errors.Join(e, err)
}

func fineConstructor(e *mapping.Error, err error) error {
	shopv1err.NewPayment("x")
	return errors.Join(e, err)
}

func fineWrapped(e *mapping.Error, err error) error {
	err = e.Wrap(err)
	return errors.Join(e, err)
}

func fineArgument(e *mapping.Error, err error) error {
	keep(e.WithLog())
	return errors.Join(e, err)
}

func fineLiteral(e *mapping.Error, err error) error {
	func() error { return e.WithLog() }()
	return errors.Join(e, err)
}

func fineRetryDelay(e *mapping.Error, err error) error {
	e.RetryDelay()
	return errors.Join(e, err)
}

func fineReturned(e *mapping.Error) error { return e.WithField("a", "b") }

func keep(error) {}
