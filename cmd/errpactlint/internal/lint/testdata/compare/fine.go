// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package compare

import (
	"errors"
	"io"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

func fineIs(err error) bool { return errors.Is(err, shopv1err.Closed) }

func fineNil(err error, e *mapping.Error) bool { return err == nil || e == nil || nil == err }

func fineEOF(err error) bool { return err == io.EOF }

func fineCodeOf(err error) bool { return mapping.CodeOf(err) == shopv1err.Closed }

func fineCode(code mapping.Code) bool { return code == shopv1err.Closed }

// fineReason has a code that may have a reason.
func fineReason(code mapping.Code) bool { return code == shopv1err.OutOfStockLastOne }

func fineCodes(code, other mapping.Code) bool { return code == other }

func fineZero(code mapping.Code) bool { return code != (mapping.Code{}) }

func fineOfError(e *mapping.Error) bool { return e.Code() == shopv1err.OutOfStock }

func fineReasonName(e *mapping.Error) bool { return e.Reason() == "LAST_ONE" }

func fineNumber(code mapping.Code) bool { return code.Number() == 3 }

func fineSwitch(err error) bool {
	switch mapping.CodeOf(err) {
	case shopv1err.Closed, shopv1err.Payment:
		return true
	}
	return false
}

func fineSwitchOfCode(code mapping.Code) bool {
	switch code {
	case shopv1err.OutOfStockLastOne:
		return true
	}
	return false
}

func fineSwitchOfEOF(err error) bool {
	switch err {
	case nil, io.EOF:
		return true
	}
	return false
}

func fineFrom(err error) bool {
	found, ok := mapping.From(err)
	return ok && found != nil
}

func fineAsType(err error) bool {
	found, ok := errors.AsType[*mapping.Error](err)
	return ok && found != nil
}

// fineAny is no error yet.
func fineAny(any any) bool {
	_, ok := any.(*mapping.Error)
	return ok
}

func fineAssertion(err error) bool {
	_, ok := err.(interface{ Timeout() bool })
	return ok
}

func fineTypeSwitch(err error) bool {
	switch err.(type) {
	case *pathError:
		return true
	}
	return false
}

type pathError struct{ error }

// finePointers are the same error, or not.
func finePointers(e, other *mapping.Error) bool { return e == other }

func fineMap(seen map[mapping.Code]bool, err error) bool { return seen[mapping.CodeOf(err)] }

func fineGeneric[T comparable](a, b T) bool { return a == b }
