// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package compare

import (
	"errors"
	"io"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

type reader struct{ err error }

func fine(err error, e *mapping.Error, code, other mapping.Code, any any) bool {
	switch {
	case errors.Is(err, shopv1err.Closed):
	case err == nil, e == nil, nil == err:
	case err == io.EOF:
	case mapping.CodeOf(err) == shopv1err.Closed:
	case code == shopv1err.Closed:
	case code == shopv1err.OutOfStockLastOne:
	case code == other:
	case code != (mapping.Code{}):
	case e.Code() == shopv1err.OutOfStock:
	case e.Reason() == "LAST_ONE":
	case code.Number() == 3:
	}
	switch mapping.CodeOf(err) {
	case shopv1err.Closed, shopv1err.Payment:
	}
	switch code {
	case shopv1err.OutOfStockLastOne:
	}
	switch err {
	case nil, io.EOF:
	}
	if found, ok := mapping.From(err); ok {
		return found != nil
	}
	if found, ok := errors.AsType[*mapping.Error](err); ok {
		return found != nil
	}
	if _, ok := any.(*mapping.Error); ok {
		return true
	}
	_, ok := err.(interface{ Timeout() bool })
	return ok
}
