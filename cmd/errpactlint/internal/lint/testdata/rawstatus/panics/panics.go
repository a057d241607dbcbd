// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package panics returns what it has panicked with.
package panics

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

// Find returns an error.
func Find(id string) (err error) {
	defer func() { err, _ = recover().(error) }()
	if id == "" {
		panic(status.Error(codes.InvalidArgument, "x")) // want `status.Error makes`
	}
	return shopv1err.Closed
}
