// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo

import "google.golang.org/grpc"

// maxHeaderBytes is the limit of interceptor.LimitResponses, too.
const maxHeaderBytes = 64 << 10

// LimitResponses bounds what a hostile server can make a client decode: to 64 KiB each, a response's headers
// and its trailers, in which a status and its details come. A call that gets more fails with code internal, or,
// where a single header is larger than the limit, with code unavailable, since grpc-go then closes the
// connection. errpact takes both for the external service's failure.
//
//	grpc.NewClient(address, append(errpact.DialOptions(), grpcgo.LimitResponses(), credentials)...)
//
// It is grpc.WithMaxHeaderListSize, so the last of the two wins. Messages, plain and compressed, have a bound
// of their own: grpc.MaxCallRecvMsgSize, by default 4 MiB.
func LimitResponses() grpc.DialOption { return grpc.WithMaxHeaderListSize(maxHeaderBytes) }
