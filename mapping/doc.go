// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package mapping holds what an API error is, wherever it travels: its [Code] in a [Catalogue], the
// immutable [Error] made from it, the [Policy] that decides what a caller may see of any error, the
// [Envelope] that REST callers read, and the error details that RPC callers receive.
//
// It is pure: no I/O, no goroutine, no server, no transport. The packages under interceptor adapt it to
// Connect, gRPC and net/http. A handler needs only the codes that protoc-gen-errpact-go generated for it,
// which are values of this package's types:
//
//	return nil, errpactv1err.NotExist.WithMetadata("folderId", id).Wrap(err)
//
// Several goroutines may use everything here at once. Nothing here panics on a nil or zero value: a nil
// *Error, a zero Error and a zero [Code] are the built-in catalogue's ERROR_CODE_UNKNOWN; a nil or zero
// [Catalogue] is the built-in one; a nil or zero [Policy] is the default one.
//
// # For handlers and clients
//
//   - Codes: [Code], the sentinel that is compared and returned; [ConnectCode], the code that it has for
//     RPC callers.
//   - Errors: [Error], with [Field]. [From], [CodeOf], [Detail] and [Payload] read one in any error.
//   - Catalogues: [Catalogue], from [NewCatalogue], [MustCatalogue] or [LazyCatalogue].
//   - A policy: [Policy], from [NewPolicy] with each [Option]: [WithCatalogues], [WithRules], [WithReport],
//     [WithHelp], [WithBudget], [WithCredential], [WithRequestID], [WithConnectMessages], [WithCatalogueMessages],
//     [WithDeclared] with its [DeclaredMode].
//   - Rules for errors that are not yours: [Rule], from [MapIs], [MapAs] or [MapFunc]; [SQLRules] with
//     [SQLCodes], [FSRules] with [FSCodes], [NetRules] with [NetCodes].
//   - What a method declares: [Contract], which generated code makes with [NewContract].
//   - What to do about an error: [Fault], from [FaultOf], and [Retry], with [RetryCalls], from [RetryOf].
//   - Reports for operators: [Report], its [Stage] and [Origin], [ReportFunc], [LogReport], [LogReportWith].
//   - The REST body: [Envelope], from [EnvelopeOf] or [ParseEnvelope].
//
// # For transports
//
// Package interceptor/transport needs these, and whoever writes a transport. Handlers and clients do not.
//
//   - A request whose error is to be answered: [Call], with the [Wire] of an RPC, and what a transport knows
//     of an error: [Classification], by [Source] and [Condition].
//   - The [Answer], which [Policy.Translate] and [Policy.Panicked] return. A transport encodes its code,
//     message, details, metadata and headers, and calls [Answer.Report] once. Its Form and DetailForm keep what a
//     transport makes of an answer that many errors share.
//   - A response that a client received: [ErrorResponse], with a [DetailList] of which [MaxDetails]
//     are looked at, for [Policy.Decode] and [Policy.DecodeHTTP]. [CallFailure] says how far a call came that
//     has none, [FailureOfStatus] by what stands in front of a service.
//   - What stands in for an error without an entry: [Policy.ByConnectCode], [Policy.ByHTTPStatus],
//     [Policy.UnauthenticatedCondition], [ConnectCodeOf], [StatusText].
//   - The rest: [Policy.Tell] reports what has no answer any more, [Error.EnvelopeIn], with [EnvelopeOptions], is the body for a
//     REST caller, [RequestIDOf] and [HeaderRequestID] say which request it was.
package mapping
