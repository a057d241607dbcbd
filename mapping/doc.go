// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package mapping holds what an API error is, wherever it travels: its [Code] in a [Catalogue],
// the immutable [Error] made of it, the [Policy] that decides what a caller may see of any error,
// the [Envelope] that REST callers read, and the error details that RPC callers receive.
//
// It is pure: no I/O, no goroutine, no server, no transport. The packages under interceptor adapt
// it to Connect, gRPC and net/http. A handler needs only the codes that protoc-gen-errpact-go
// generated for it, which are values of this package's types:
//
//	return nil, errpactv1err.NotExist.WithMetadata("folder_id", id).Wrap(err)
//
// Everything here may be used by several goroutines at once. Nothing here panics on a nil or zero
// value: a nil *Error, a zero Error and a zero [Code] are the built-in catalogue's
// ERROR_CODE_UNKNOWN; a nil or zero [Catalogue] is the built-in one; a nil or zero [Policy] is the
// default one.
package mapping
