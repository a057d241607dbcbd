// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errpacttest_test

import (
	"fmt"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping/errpacttest"
)

// Diff compares errors as callers see them, line by line.
func ExampleDiff() {
	want := errpactv1err.InvalidValue.WithField("name", "is taken")
	got := errpactv1err.InvalidValue.WithField("name", "is too long")

	fmt.Print(errpacttest.Diff(want, got))
	// Output:
	// - fields[0]: name: "is taken"
	// + fields[0]: name: "is too long"
	// (causes, log attributes, Help, RequestInfo and LocalizedMessage are left out: %+v prints the first two, and mapping.Detail returns the others)
}
