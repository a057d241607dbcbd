// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"connectrpc.com/connect"

	"github.com/errpact/errpact/mapping"
)

// WireOf returns how an error of a call travels, by the name that both versions of Connect have for its protocol,
// and by whether it is unary.
func WireOf(protocol string, unary bool) mapping.Wire {
	switch {
	case protocol == connect.ProtocolGRPC || protocol == connect.ProtocolGRPCWeb:
		return mapping.WireGRPC
	case protocol == connect.ProtocolConnect && unary:
		return mapping.WireConnectUnary
	}
	return mapping.WireOther
}

// Headers are the means to see and set the headers of an answer, or its trailers, under canonical names.
type Headers interface {
	// Has reports whether the handler has set a header or a trailer.
	Has(key string) bool
	// Set sets it, in place of what the handler has set. A transport that cannot replace a value, such as
	// grpc-go, adds it as the last one.
	Set(key, value string)
}

// SetHeaders sets what an answer says in headers beside its own error. The id of the request takes the place of
// one that the handler set, as far as to.Set can replace it, and any other header leaves the handler's as it is.
// It does nothing if to is nil.
func SetHeaders(to Headers, answer *mapping.Answer) {
	if to == nil {
		return
	}
	for key, values := range answer.Headers() {
		if key == mapping.HeaderRequestID || !to.Has(key) {
			to.Set(key, values[0])
		}
	}
}
