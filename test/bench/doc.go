// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package bench measures errpact beside what is used in its place: Connect's errors written by hand,
// grpc-go's status, kratos, cockroachdb/errors, gax, grpc-gateway, vanguard and encoding/json. Every row
// of a group has the same error, which TestRowsAreTheSameError proves.
//
// A row's name is made of key=value pairs. "by" says whose it is, and what stands before it is the
// group, so that a program finds by=hand for each. "stack" is what the error travels on.
//
//	go test -run '^$' -bench 'Answer/stack=connect/protocol=grpc' .
//
// Command report, in the folder below, makes BENCHMARKS.md of all of them.
package bench
