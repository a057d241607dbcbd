// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package fix

import (
	"errors"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

func local(err error) (bool, error) {
	if err != shopv1err.Closed { // want `!= misses`
		return false, errors.New("x")
	}
	errors := []error{err}
	return errors[0] == shopv1err.Closed, nil // want `== misses`
}

func parameter(errors []error) bool {
	return errors[0] == shopv1err.Closed // want `== misses`
}

func commented(err error) bool {
	return err == /* the one of the shop */ shopv1err.Closed // want `== misses`
}
