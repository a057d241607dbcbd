// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"net/http"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// A RESTError is an error of which a front, such as a gateway, knows more about the answer to a REST caller than
// the error says. Package rest looks for it in what rest.Error is given, and there alone.
type RESTError struct {
	// HTTPStatus is the status of the answer, 400 to 599. 0 is that of the error.
	HTTPStatus int
	// Trailer has the trailers of the answer, under canonical names. It may be nil.
	Trailer http.Header
	// Input describes the message that the request became, by which the envelope names its fields. It may be nil.
	Input protoreflect.MessageDescriptor
	// Err is the error itself.
	Err error
}

// Error returns the text of Err, which is empty without one.
func (e *RESTError) Error() string {
	if e == nil || isNil(e.Err) {
		return ""
	}
	return e.Err.Error()
}

// Unwrap returns Err. A nil RESTError has none.
func (e *RESTError) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}
