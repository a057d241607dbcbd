// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package gateway gives the errors of grpc-gateway the envelope of [mapping.Envelope]: those of the
// backend, of the routes, of a request that cannot be decoded, and of streams.
//
//	mux := runtime.NewServeMux(gateway.Options()...)
//	shopv1.RegisterShopServiceHandlerFromEndpoint(ctx, mux, "shop:9090", dialOptions)
//	http.ListenAndServe(addr, rest.Handler(mux))
//
// A gateway is a front, not a caller: the backend's errors are those that its own callers get, by
// number, reason, message and all that an entry carries, and also where they are about the caller's
// token. An error that names no entry is sent as a handler's own would be: its code as it is, its
// text only where that speaks to the caller. A backend that cannot be reached is the entry of the
// catalogue's upstream role. A backend that is called in process is a handler like any other.
//
// A [runtime.HTTPStatusError] keeps both: the status that it asks for, and the entry or the gRPC status that it
// wraps. The headers of the backend's answer that the mux's outgoing matcher lets through are on errors as on
// successes, and so are the trailers for callers who accept them; but not under Grpc-, the names which the mux
// gives to what no matcher chose, and not those that describe a body, such as ETag.
//
// A stream that fails before its first message is answered with the envelope. After that, a stream
// of JSON ends with a line {"error": ENVELOPE}; one of bytes, of google.api.HttpBody, is cut, since a
// line would be taken for a part of them.
//
// [rest.Handler] around the mux is for what is outside of it, such as authentication; within it the
// options of the Handler hold. Without one the mux answers the same.
//
//   - [Options] returns the options of the mux. Each [Option]: [WithPolicy] and [WithChallenge].
package gateway
