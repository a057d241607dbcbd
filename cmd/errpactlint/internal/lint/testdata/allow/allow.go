// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package allow has comments that silence findings.
package allow

import (
	"connectrpc.com/connect"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

var (
	errKnown = connect.NewError(connect.CodeAborted, nil) //errpact:allow rawstatus an old client knows the code alone
	//errpact:allow rawstatus an old client knows the code alone
	errNext = connect.NewError(connect.CodeAborted, nil)
	_       = shopv1err.Closed.New("")

	errOther = connect.NewError(connect.CodeAborted, nil) //errpact:allow leak of another id // want `connect.NewError` `errpact:allow leak silences nothing: remove it \[allow\]`
	_        = 1                                          //errpact:allow nothing at all // want `errpact:allow wants one of undeclared, unreturned`
	_        = 2                                          //errpact:allow // want `errpact:allow wants one of`
	_        = 3                                          //errpact:allow allow this // want `errpact:allow wants one of`
	_        = 4                                          //errpact:allow compare there is none // want `errpact:allow compare silences nothing`

	//errpact:allow rawstatus too far away // want `errpact:allow rawstatus silences nothing`

	errFar = connect.NewError(connect.CodeAborted, nil) // want `connect.NewError`
)
