// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"net/http"

	"github.com/errpact/errpact/internal/connectcode"
)

// A ConnectCode is one of the codes that Connect, gRPC and google.rpc share, 1 to 16. It converts to
// connect.Code and to codes.Code of grpc-go. The zero ConnectCode is not a code.
// https://connectrpc.com/docs/protocol#error-codes
type ConnectCode uint32

// String returns the name as Connect's JSON spells it, such as "not_found". It returns the number for a
// code that does not exist.
func (c ConnectCode) String() string { return connectcode.Name(uint32(c)) }

// HTTPStatus returns the HTTP status that Connect's protocol gives the code: 500 for a number outside
// 1 to 16. https://connectrpc.com/docs/protocol#error-codes
func (c ConnectCode) HTTPStatus() int { return connectcode.HTTPStatus(uint32(c)) }

// ConnectCodeOf returns the Connect code that comes closest to an HTTP status of 400 to 599, and unknown for
// any other. It follows google.rpc.Code's list of HTTP mappings. Where several codes share a status,
// [ConnectCode.HTTPStatus] does not lead back.
// https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
func ConnectCodeOf(httpStatus int) ConnectCode {
	switch httpStatus {
	case http.StatusUnauthorized:
		return connectcode.Unauthenticated
	case http.StatusForbidden, http.StatusPaymentRequired, http.StatusUnavailableForLegalReasons:
		return connectcode.PermissionDenied
	case http.StatusNotFound, http.StatusGone:
		return connectcode.NotFound
	case http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return connectcode.Unimplemented
	case http.StatusConflict:
		return connectcode.Aborted
	case http.StatusPreconditionFailed, http.StatusPreconditionRequired:
		return connectcode.FailedPrecondition
	case http.StatusRequestedRangeNotSatisfiable:
		return connectcode.OutOfRange
	case http.StatusRequestEntityTooLarge, http.StatusTooManyRequests:
		return connectcode.ResourceExhausted
	case connectcode.StatusClientClosedRequest:
		return connectcode.Canceled
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return connectcode.DeadlineExceeded
	case http.StatusBadGateway, http.StatusServiceUnavailable:
		return connectcode.Unavailable
	case http.StatusInternalServerError:
		return connectcode.Internal
	}
	if httpStatus >= 400 && httpStatus < 500 {
		return connectcode.InvalidArgument
	}
	return connectcode.Unknown
}

// StatusText returns the text of an HTTP status. Unlike [net/http.StatusText] it has a text for every status
// of 400 to 599, and nginx's for 499.
func StatusText(status int) string {
	if status == connectcode.StatusClientClosedRequest {
		return "Client Closed Request"
	}
	if text := http.StatusText(status); text != "" {
		return text
	}
	if status >= 400 && status < 500 {
		return "Client Error"
	}
	return "Server Error"
}
