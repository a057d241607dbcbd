// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"net/http"

	"github.com/errpact/errpact/mapping/catalogue"
)

// The codes that Connect, gRPC and google.rpc share.
// https://connectrpc.com/docs/protocol#error-codes
const (
	codeCanceled           = 1
	codeUnknown            = 2
	codeInvalidArgument    = 3
	codeDeadlineExceeded   = 4
	codeNotFound           = 5
	codeAlreadyExists      = 6
	codePermissionDenied   = 7
	codeResourceExhausted  = 8
	codeFailedPrecondition = 9
	codeAborted            = 10
	codeOutOfRange         = 11
	codeUnimplemented      = 12
	codeInternal           = 13
	codeUnavailable        = 14
	codeDataLoss           = 15
	codeUnauthenticated    = 16

	maxConnectCode = codeUnauthenticated
)

// statusClientClosedRequest is nginx's, and Connect's for canceled; net/http has no name for it.
const statusClientClosedRequest = 499

// connectStatuses gives each Connect code the HTTP status of Connect's protocol.
// https://connectrpc.com/docs/protocol#error-codes
var connectStatuses = [maxConnectCode + 1]int{
	codeCanceled:           statusClientClosedRequest,
	codeUnknown:            http.StatusInternalServerError,
	codeInvalidArgument:    http.StatusBadRequest,
	codeDeadlineExceeded:   http.StatusGatewayTimeout,
	codeNotFound:           http.StatusNotFound,
	codeAlreadyExists:      http.StatusConflict,
	codePermissionDenied:   http.StatusForbidden,
	codeResourceExhausted:  http.StatusTooManyRequests,
	codeFailedPrecondition: http.StatusBadRequest,
	codeAborted:            http.StatusConflict,
	codeOutOfRange:         http.StatusBadRequest,
	codeUnimplemented:      http.StatusNotImplemented,
	codeInternal:           http.StatusInternalServerError,
	codeUnavailable:        http.StatusServiceUnavailable,
	codeDataLoss:           http.StatusInternalServerError,
	codeUnauthenticated:    http.StatusUnauthorized,
}

// HTTPStatusOf is the HTTP status that Connect's protocol gives a Connect code: 500 for a number
// that is none. https://connectrpc.com/docs/protocol#error-codes
func HTTPStatusOf(connectCode uint32) int { return connectStatuses[validCode(connectCode)] }

// ConnectCodeNamed is the Connect code of a name as Connect's JSON spells it, such as "not_found".
func ConnectCodeNamed(name string) (uint32, bool) {
	for code := uint32(codeCanceled); code <= maxConnectCode; code++ {
		if catalogue.ConnectCodeName(code) == name {
			return code, true
		}
	}
	return 0, false
}

// ConnectCodeOf is the Connect code that says best what an HTTP status of 400 to 599 says; unknown
// for all others. It follows google.rpc.Code's list of HTTP mappings, which is not the inverse of
// [HTTPStatusOf] only where several codes share a status.
// https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
func ConnectCodeOf(httpStatus int) uint32 {
	switch httpStatus {
	case http.StatusUnauthorized:
		return codeUnauthenticated
	case http.StatusForbidden, http.StatusPaymentRequired, http.StatusUnavailableForLegalReasons:
		return codePermissionDenied
	case http.StatusNotFound, http.StatusGone:
		return codeNotFound
	case http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return codeUnimplemented
	case http.StatusConflict:
		return codeAborted
	case http.StatusPreconditionFailed, http.StatusPreconditionRequired:
		return codeFailedPrecondition
	case http.StatusRequestedRangeNotSatisfiable:
		return codeOutOfRange
	case http.StatusRequestEntityTooLarge, http.StatusTooManyRequests:
		return codeResourceExhausted
	case statusClientClosedRequest:
		return codeCanceled
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return codeDeadlineExceeded
	case http.StatusBadGateway, http.StatusServiceUnavailable:
		return codeUnavailable
	case http.StatusInternalServerError:
		return codeInternal
	}
	if httpStatus >= 400 && httpStatus < 500 {
		return codeInvalidArgument
	}
	return codeUnknown
}

// validCode is code where it is 1 to 16, else unknown: 0 would be a success to gRPC, and 17 and up
// are nothing.
func validCode(code uint32) uint32 {
	if code == 0 || code > maxConnectCode {
		return codeUnknown
	}
	return code
}

// StatusText is the text of an HTTP status, as [net/http.StatusText] but that it has one for every
// status of 400 to 599, and for 499 nginx's.
func StatusText(status int) string {
	if status == statusClientClosedRequest {
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
