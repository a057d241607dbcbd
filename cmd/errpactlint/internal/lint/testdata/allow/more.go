// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package allow

import (
	"errors"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

func unused(err error) error {
	//errpact:allow undeclared nothing is undeclared // want `errpact:allow undeclared silences nothing: remove it`
	if err == nil {
		return nil //errpact:allow unreturned no handler // want `errpact:allow unreturned silences nothing`
	}
	//errpact:allow opaque no handler // want `errpact:allow opaque silences nothing`

	if errors.Is(err, shopv1err.Closed) { //errpact:allow compare it is right // want `errpact:allow compare silences nothing`
		return err //errpact:allow relay no handler // want `errpact:allow relay silences nothing`
	}
	f := func() error {
		//errpact:allow nilerror the cause is tested // want `errpact:allow nilerror silences nothing`
		return shopv1err.Closed.Wrap(err)
	}
	switch { //errpact:allow exhaustive it has a default // want `errpact:allow exhaustive silences nothing`
	default:
		return f() //errpact:allow wiring nothing is wired // want `errpact:allow wiring silences nothing`
	}
}

// want +1 `errpact:allow wants one of`
//errpact:allow

//errpact:allow Leak is no id // want `errpact:allow wants one of`

// reasonless has a comment without a reason.
func reasonless(err error) error {
	// want +1 `errpact:allow wants a reason after leak`
	//errpact:allow leak
	return shopv1err.Closed.Wrap(err)
}

func twice(err error) error {
	//errpact:allow leak the text is public // want `errpact:allow leak silences nothing`
	other := err

	return shopv1err.Closed.New(other.Error()) // want `New shows callers`
}

func fineOwnLine(err error) error {
	return shopv1err.Closed.New(err.Error()) //errpact:allow leak the text is public
}

func fineLineBefore(err error) error {
	//errpact:allow leak the text is public
	return shopv1err.Closed.New(err.Error())
}

func fineTwoIDs(err error) error {
	//errpact:allow leak the text is public
	//errpact:allow rawstatus an old client knows the code alone
	return connect.NewError(connect.CodeAborted, shopv1err.Closed.New(err.Error()))
}

func fineBoth(err error) error {
	//errpact:allow leak the text is public
	return connect.NewError(connect.CodeAborted, shopv1err.Closed.New(err.Error())) //errpact:allow rawstatus an old client
}

func fineMore(err error) error {
	//errpact:allow leak the text is public,
	// as the operators of the shop have agreed.
	return shopv1err.Closed.New(err.Error())
}

func fineInList(err error) []error {
	return []error{
		shopv1err.Closed.New(err.Error()), //errpact:allow leak the text is public
		shopv1err.Payment,
	}
}

func fineCompare(err error) bool {
	return err == shopv1err.Closed //errpact:allow compare nobody wraps it here
}

func fineSwitch(err error) bool {
	switch err {
	//errpact:allow compare nobody wraps it here
	case shopv1err.Closed:
		return true
	}
	return false
}

func fineLiteral() func(error) error {
	return func(err error) error {
		return shopv1err.Closed.New(err.Error()) //errpact:allow leak the text is public
	}
}

func fineDeferred() (err error) {
	defer func() {
		//errpact:allow nilerror the defer is always an error
		err = shopv1err.Closed.Wrap(maybe())
	}()
	return nil
}

func maybe() error {
	if len(fineVariable) > 0 {
		return errors.New("maybe")
	}
	return nil
}

//errpact:allow rawstatus an old client knows the code alone
var fineVariable = []error{connect.NewError(connect.CodeAborted, nil)}

var fineGroup = []error{
	//errpact:allow rawstatus an old client knows the code alone
	connect.NewError(connect.CodeAborted, nil),
	//errpact:allow rawstatus another one does, too
	connect.NewError(connect.CodeAborted, nil),
}

// fineSpace is a comment, and no directive.
// errpact:allow leak is what one would write
func fineSpace() error { return shopv1err.Closed }

/*errpact:allow leak in a comment of another kind*/
func fineBlock() error { return shopv1err.Closed }

//errpact:allowed is another word
func fineOtherWord() error { return shopv1err.Closed }

func fineGeneric[T error](err T) error {
	return connect.NewError(connect.CodeAborted, err) //errpact:allow rawstatus an old client knows the code alone
}

type fineMethod struct{}

func (fineMethod) fail() error {
	return connect.NewError(connect.CodeAborted, nil) //errpact:allow rawstatus an old client knows the code alone
}
