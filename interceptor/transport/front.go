// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import "github.com/errpact/errpact/mapping"

// Front is an error that a front, such as a gateway, met in place of its backend's answer, together with its
// classification: package rest cannot classify the errors of gRPC.
type Front struct {
	mapping.Classification
	// Undecided says that the front itself may have written Message, about a request that it could not
	// decode.
	Undecided bool
	// Cause is the error as it came.
	Cause error
}

// Error returns the text of Cause, for reports. Without a Cause, or with a nil pointer in it, it returns
// Message. A nil Front has no text.
func (f *Front) Error() string {
	switch {
	case f == nil:
		return ""
	case isNil(f.Cause):
		return f.Message
	}
	return f.Cause.Error()
}

// Unwrap returns Cause. A nil Front has none.
func (f *Front) Unwrap() error {
	if f == nil {
		return nil
	}
	return f.Cause
}
