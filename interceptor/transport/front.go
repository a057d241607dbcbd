// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import "github.com/errpact/errpact/mapping"

// Front is an error that a front, such as a gateway, met in place of an answer of its backend's, and
// what the front can tell of it: package rest has no gRPC.
type Front struct {
	mapping.Classification
	// Undecided says that the front itself may have written Message, about a request that it could not
	// decode.
	Undecided bool
	// Cause is the error as it came.
	Cause error
}

// Error is the error as it came, for reports.
func (f *Front) Error() string { return f.Cause.Error() }

// Unwrap is the error as it came.
func (f *Front) Unwrap() error { return f.Cause }
