// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package transport is the seam between package mapping, which knows what an error is, and the packages
// that bring errors to a wire: those for Connect v1 and v2, grpc-go, grpc-gateway and net/http stand on
// it, and so can one for a message queue or a protocol of your own.
//
// It is v0: its names may change in a minor version, while those of package mapping do not. Code that
// only serves or calls needs none of it.
//
// A server has a [Server] for each procedure and hands it each [Call]. Serve runs the handler, asks the
// policy once what the caller gets, reports it, and gives the transport the whole answer to encode:
//
//	server := &transport.Server{Policy: policy}
//	err := server.Serve(ctx, transport.Call{
//		Handle:   func() error { return handler(ctx, request) },
//		Describe: func(error) mapping.Call { return mapping.Call{Context: ctx, Procedure: procedure} },
//		Encode:   func(answer mapping.Answer) error { return encode(&answer) },
//	})
//
// A client has a [Client], whose Decode makes the typed error of whatever a call gave:
//
//	client := &transport.Client[rpc.ServerError]{Policy: policy}
//	err = client.Decode(err, func(sent rpc.ServerError) mapping.ErrorResponse { … })
//
// The folder examples/netrpc has both, whole, for net/rpc. What answers a request outside Serve, such as a
// middleware, uses [Decide].
//
// A stream that can fail on its own, apart from the handler, keeps a [Stream] to tell the caller's
// failures from the handler's. An [Exchange] ties the middleware that answers a REST caller to the
// interceptor inside.
//
//   - A server: [Server], [Call], [Failure], [Decide], [Skips].
//   - A client: [Client], [Front] for one that stands in front of a backend, [WithoutExchange].
//   - Streams: [Stream], [Streamer], [StreamError], [FailStream].
//   - REST: [Exchange], [Record], [RESTError].
//   - Headers and details: [SetHeaders], [HeaderSize], [Metadata], [CopyMetadata], [AnyDetails].
//   - What Connect and grpc-go make by themselves: [ClassifyConnect], [ConnectFailure], [GRPCFailure] and the other
//     functions of these names.
//   - Tests of the wiring: [Probe], [Passage], [Part], [Probed].
package transport
