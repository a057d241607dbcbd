// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"

	"github.com/errpact/errpact/mapping"
)

// The exit codes of a failed call to a server: what a script has to do next. They are those of sysexits.h that mean
// the same.
const (
	exitCaller   = 65 // EX_DATAERR
	exitServer   = 70 // EX_SOFTWARE
	exitTryAgain = 75 // EX_TEMPFAIL
)

// exitCodes is the table of them, for -h.
const exitCodes = `Exit codes: 0 all went well, 1 something failed, 2 called wrongly, and if a
server answered with an error:
  65  your request was wrong: change it
  70  the server failed, or another one behind it
  75  try again later; this comes before the other two
`

// A failure is an error of a call to a server, for a person at a terminal.
type failure struct {
	cause error
	said  *mapping.Error
}

// failed returns the failure of a call. Other errors stay as they are.
func failed(err error) error {
	if e, ok := mapping.From(err); ok {
		return failure{err, e}
	}
	return err
}

// Error returns the server's message, or, if no server of ours said it, the error's text: "connection refused" says
// more than the entry that comes closest.
func (f failure) Error() string {
	if f.said.Inferred() {
		return f.cause.Error()
	}
	return f.said.Message()
}

// Unwrap returns the error of the call.
func (f failure) Unwrap() error { return f.cause }

// exitCode returns what a script has to do next.
func (f failure) exitCode() int {
	switch {
	case mapping.RetryOf(f.cause).Calls != mapping.RetryNone:
		return exitTryAgain
	case mapping.FaultOf(f.cause) == mapping.FaultCaller:
		return exitCaller
	}
	return exitServer
}

// advice returns what to do, and what to look the error up by, in lines. A server can send any text, so what is its
// own is quoted.
func (f failure) advice() string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-12s %s\n", name, value)
		}
	}
	metadata := f.said.Metadata()
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		line(key, strconv.Quote(metadata[key]))
	}
	for _, field := range f.said.Fields() {
		line("field", fmt.Sprintf("%q %q", field.Path, field.Description))
	}
	if !f.said.Inferred() {
		line("what to do", f.said.Resolution())
	}
	line("retry", mapping.RetryOf(f.cause).String())
	if help, ok := mapping.Detail[*errdetails.Help](f.cause); ok && len(help.GetLinks()) > 0 {
		line("more", strings.Trim(strconv.Quote(help.GetLinks()[0].GetUrl()), `"`))
	}
	if !f.said.Inferred() {
		line("error", strings.TrimSpace(fmt.Sprintf("%d %s %s", f.said.Code().Number(), f.said.Code().Name(), f.said.Reason())))
	}
	line("request id", f.said.RequestID())
	return b.String()
}
