// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package errpact is where the documentation starts; it holds no code. errpact is a catalogue of
// API errors, written once in protobuf, that holds for everyone who meets an error: the handler
// that returns it, the Connect or gRPC client that receives it, the REST caller who reads JSON and
// the person on call who reads the log.
//
// # Which package to import
//
//   - [github.com/errpact/errpact/gen/errpact/v1/errpactv1err] has the errors themselves, one
//     variable for each entry of the built-in catalogue and for each of its reasons. Handlers
//     return them, clients compare with them by [errors.Is].
//
//   - [github.com/errpact/errpact/interceptor] puts them on the wire and takes them off it, in a
//     Connect server or client, as [github.com/errpact/errpact/interceptor/connectv2] does for Connect
//     v2, and github.com/errpact/errpact/interceptor/grpcgo, a module of its own, for grpc-go.
//     https://github.com/errpact/errpact/blob/main/docs/migration.md has the way from one to another.
//
//   - github.com/errpact/errpact/interceptor/telemetry, a module of its own, tells OpenTelemetry's spans
//     and counters of errors.
//
//   - github.com/errpact/errpact/interceptor/retry, a module of its own, tries calls of clients again.
//
//   - github.com/errpact/errpact/interceptor/mcp, a module of its own, answers the errors of an MCP server's tools.
//
//   - [github.com/errpact/errpact/interceptor/rest] gives REST callers of the same port the JSON
//     envelope, and decodes it for Go programs that call such a port.
//
//   - [github.com/errpact/errpact/interceptor/strictjson] is a JSON codec that refuses unknown fields
//     and unknown names of enums, and names the field.
//
//   - [github.com/errpact/errpact/interceptor/rest/errorpage] serves a catalogue as a page for those
//     who met an error.
//
//   - [github.com/errpact/errpact/mapping] is what these stand on: codes, errors, catalogues, and
//     the order of rules that decides what an error becomes when it leaves a server. It knows no
//     transport.
//
//   - [github.com/errpact/errpact/gen/errpact/v1] is the generated protobuf package: the
//     annotations, the built-in enum and the detail that travels in each error.
//
//   - [github.com/errpact/errpact/cmd/protoc-gen-errpact-go] is the protoc plugin that writes a
//     package like errpactv1err from an annotated enum, ours or another team's.
//
//   - [github.com/errpact/errpact/mapping/errpacttest] compares errors in tests.
//
//   - [github.com/errpact/errpact/cmd/errpact] explains errors that were seen, and starts, renders and
//     checks catalogues.
//
// # A server and its client
//
// The same interceptor stands on both sides:
//
//	connect.WithInterceptors(interceptor.New())
//
// A handler returns an entry, with what the caller may know and a cause that the caller never sees:
//
//	return nil, errpactv1err.NotExist.WithMetadata("folderId", id).Wrap(err)
//
// A client asks for it by name, whichever protocol carried it:
//
//	errors.Is(err, errpactv1err.NotExist)
//
// An error that no entry was chosen for leaves the server as the catalogue's entry for unmapped
// errors, with a fixed text and nothing of its own.
package errpact
