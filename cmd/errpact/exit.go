// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strconv"

	"github.com/errpact/errpact/cmd/errpact/internal/explain"
	"github.com/errpact/errpact/mapping"
)

// The exit codes of explain -exit-code. They are those of sysexits.h that mean the same.
const (
	exitCaller   = 65 // EX_DATAERR
	exitServer   = 70 // EX_SOFTWARE
	exitTryAgain = 75 // EX_TEMPFAIL
)

// exitCode is an exit without a message, for a command that printed all that there is to say.
type exitCode int

func (c exitCode) Error() string { return "exit with " + strconv.Itoa(int(c)) }

// exitCodeOf tells scripts what to do about an explained error.
func exitCodeOf(x explain.Explanation) exitCode {
	switch {
	case x.Retry != mapping.RetryNone.String():
		return exitTryAgain
	case x.Fault == string(mapping.FaultCaller):
		return exitCaller
	}
	return exitServer
}
