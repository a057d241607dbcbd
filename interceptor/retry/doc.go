// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package retry sends unary requests again that failed, as [mapping.RetryOf] allows it. It is off unless you install
// it. A client of Connect v1 lists it first, outside errpact's own interceptor:
//
//	connect.WithInterceptors(retry.NewInterceptor(), interceptor.New())
//
// Package retryv2 has it for Connect v2, and package retrygrpc for grpc-go. Streams pass untouched.
//
// # Which calls are tried again
//
// RetryOf decides by the error. If it says [mapping.RetryAll], the server never began the work, and every call is tried
// again. If it says [mapping.RetryIdempotent], the call must be one that may be repeated: its method's idempotency_level
// is NO_SIDE_EFFECTS or IDEMPOTENT, or its request has the header Idempotency-Key ([WithIdempotencyKey]) when it comes to
// the interceptor. An error that errpact's interceptor did not decode counts as RetryIdempotent if its code is
// unavailable, and ends the call otherwise; its google.rpc.RetryInfo is not read. A call that was canceled is never tried
// again.
//
// # When
//
// The wait is the longer of a random one and the server's. The random one is up to 100 ms after the first try, and up to
// twice as much after each further one ([WithBackoff]). The server's is the longest of its retry delay,
// grpc-retry-pushback-ms and Retry-After. Of several values of one of these headers, the first counts. A pushback that is
// negative or malformed ends the call, and so does a wait beyond [WithMaxServerDelay].
//
// A call ends at once if the wait would not be over before the context's deadline, and no try begins after
// the deadline, or after the context is done.
//
// # How often
//
// A call is tried 4 times at most ([WithMaxTries]), and an outage is not made worse: all calls of one interceptor share a
// budget of 10 tokens, as [gRPC's retry throttling] has it. An error that may be tried again takes a token, a success
// returns a tenth of one, and with 5 tokens or fewer no call is tried again.
//
// # What a call returns
//
// A call that is given up returns the server's last error. If it was tried more than once, that is in an [*Error], which
// has the count. It has the code, the details and the typed error of the one inside, for errors.Is, [errors.As],
// connect.CodeOf, connect.IsWireError and status.FromError alike.
//
// # The names
//
//   - [NewInterceptor] returns the [Interceptor] of Connect v1. [New] returns a [Retrier], the core of all three, for a
//     transport of your own, which gives it each [Call].
//   - Each [Option]: [WithMaxTries], [WithBackoff], [WithMaxServerDelay] and [WithIdempotencyKey].
//   - [Error] has the count of tries, and [CheckOrder] is for a test.
//
// [gRPC's retry throttling]: https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs
package retry
