// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package connectcode holds the 16 codes that Connect, gRPC and google.rpc share: the number, the
// name and the HTTP status of each.
package connectcode

import (
	"net/http"
	"strconv"
	"strings"
)

// The codes. https://connectrpc.com/docs/protocol#error-codes
const (
	Canceled           = 1
	Unknown            = 2
	InvalidArgument    = 3
	DeadlineExceeded   = 4
	NotFound           = 5
	AlreadyExists      = 6
	PermissionDenied   = 7
	ResourceExhausted  = 8
	FailedPrecondition = 9
	Aborted            = 10
	OutOfRange         = 11
	Unimplemented      = 12
	Internal           = 13
	Unavailable        = 14
	DataLoss           = 15
	Unauthenticated    = 16

	// Max is the highest code.
	Max = Unauthenticated
)

// StatusClientClosedRequest is nginx's status for a caller who left, and Connect's for canceled.
// Package net/http has no name for it.
const StatusClientClosedRequest = 499

// codes is the table of Connect's protocol, with the names as Connect's JSON spells them.
// https://connectrpc.com/docs/protocol#error-codes
var codes = [Max + 1]struct {
	name   string
	status int
}{
	Canceled:           {"canceled", StatusClientClosedRequest},
	Unknown:            {"unknown", http.StatusInternalServerError},
	InvalidArgument:    {"invalid_argument", http.StatusBadRequest},
	DeadlineExceeded:   {"deadline_exceeded", http.StatusGatewayTimeout},
	NotFound:           {"not_found", http.StatusNotFound},
	AlreadyExists:      {"already_exists", http.StatusConflict},
	PermissionDenied:   {"permission_denied", http.StatusForbidden},
	ResourceExhausted:  {"resource_exhausted", http.StatusTooManyRequests},
	FailedPrecondition: {"failed_precondition", http.StatusBadRequest},
	Aborted:            {"aborted", http.StatusConflict},
	OutOfRange:         {"out_of_range", http.StatusBadRequest},
	Unimplemented:      {"unimplemented", http.StatusNotImplemented},
	Internal:           {"internal", http.StatusInternalServerError},
	Unavailable:        {"unavailable", http.StatusServiceUnavailable},
	DataLoss:           {"data_loss", http.StatusInternalServerError},
	Unauthenticated:    {"unauthenticated", http.StatusUnauthorized},
}

// Valid returns code if it is 1 to 16, and Unknown for any other number. gRPC takes 0 for success.
func Valid[T ~uint32](code T) T {
	if code == 0 || code > Max {
		return Unknown
	}
	return code
}

// Name returns the name that Connect's JSON has for a code, such as "not_found". It returns the number
// in decimal for a code that does not exist.
func Name(code uint32) string {
	if code == 0 || code > Max {
		return strconv.FormatUint(uint64(code), 10)
	}
	return codes[code].name
}

// Named returns the code of a name, and whether there is one.
func Named(name string) (code uint32, ok bool) {
	for code := uint32(Canceled); code <= Max; code++ {
		if codes[code].name == name {
			return code, true
		}
	}
	return 0, false
}

// Spelled returns the code of a name in any library's spelling, and whether there is one: NOT_FOUND, NotFound and
// not_found are one code, and so are CANCELLED and canceled.
func Spelled(name string) (code uint32, ok bool) {
	plain := func(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }
	wanted := plain(name)
	if wanted == "cancelled" {
		return Canceled, true
	}
	for code := uint32(Canceled); code <= Max; code++ {
		if plain(codes[code].name) == wanted {
			return code, true
		}
	}
	return 0, false
}

// HTTPStatus returns the HTTP status of a code in Connect's protocol. It returns 500 for a code that
// does not exist.
func HTTPStatus(code uint32) int { return codes[Valid(code)].status }
