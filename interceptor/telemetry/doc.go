// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package telemetry tells OpenTelemetry of the errors that a server answers: on the server's span, and in
// a counter. It is a report of the policy, so that Connect v1 and v2, grpc-go and REST all have it:
//
//	policy, err := mapping.NewPolicy(mapping.WithReport(telemetry.Reporter(mapping.LogReport)))
//
// # Spans
//
// The span is the one of the request's context, which an observer outside of errpact's interceptor has
// begun: otelconnect, otelgrpc, or, around rest.Handler, otelhttp. The order is
//
//	connect.WithInterceptors(otel, logging, errpact, auth, validate)
//
// so that the observer sees the error that the caller gets. Inside of errpact's interceptor it sees the
// handler's own error, whose text it writes into its span, which has no attributes of errpact's then;
// telemetrytest.CheckOrder finds that. The span gets
//
//   - errpact.code, the entry's name, such as "ERROR_CODE_NOT_EXIST", and errpact.number, which the REST
//     envelope calls error_code
//   - errpact.reason, where the error has one
//   - errpact.catalogue, the full name of the catalogue's enum
//   - errpact.fault, whose fault it is: caller, server or upstream
//   - errpact.origin, what made it, such as panic or unmapped
//   - errpact.request_id, by which the log has the error, too
//   - errpact.caller_gone, where it is the caller who has ended the call
//
// and the status Error with the public message where the answer is of HTTP 500 and up. For a caller's
// error the status is left alone, as OpenTelemetry has it for servers
// (https://opentelemetry.io/docs/specs/semconv/rpc/rpc-spans/). The observer sets the status, too, by the
// RPC code: of the two, Error stays. The attributes error.type and rpc.response.status_code are the
// observer's alone.
//
// # Counter
//
// errpact.errors counts by rpc.method, errpact.code, errpact.reason, errpact.catalogue, errpact.fault,
// errpact.origin and errpact.caller_gone. The rpc.method of a REST request is its method and route, as "GET /folders/{id}",
// where a router has told the route: http.ServeMux does, and for others there is rest.SetRoute. A path
// without a route, an RPC that the program has no generated code for, and a code or reason that its catalogue
// does not declare, as another service may send one to be relayed, are "_OTHER". There are never more than
// 1,999 sets of attributes: what comes after is counted as "_OTHER" altogether. Up to 999 of them start at 0,
// so that an alert sees the first error of a kind as an increase: panics and unmapped errors of each method of a
// service that declares errors, and the declared errors.
//
// # Private parts
//
// Neither has anything of a cause, of WithLog's attributes, of metadata or of a panic: those are the log's.
package telemetry
