// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package guidance has the words in which people and agents read what to do about an error, wherever they read it:
// on a catalogue's page, in an answer, at a terminal. It imports no generated code, so that the protoc plugin can
// use it.
package guidance

import (
	"strconv"
	"time"

	"github.com/errpact/errpact/mapping/catalogue"
)

// The titles of the two texts that everybody looks for.
const (
	WhatHappened = "What happened"
	WhatToDo     = "What to do"
)

// Retry returns whether and when to try again, as a sentence without its full stop. It takes what
// [catalogue.RetryFor] returns, and a delay of 0 where none is known. An error that no program should retry may have
// a resolution by which a person does, such as that of an upstream's timeout.
func Retry(retry catalogue.Retry, delay time.Duration) string {
	again := "Try again"
	if delay > 0 {
		again += " after " + duration(delay)
	}
	switch retry {
	case catalogue.RetryIdempotent:
		return again + " if the call may be repeated"
	case catalogue.RetryAlways:
		return again + ": the work was never begun"
	}
	return "Never try again automatically"
}

// RetryName returns "none", "idempotent" or "all": which calls may be tried again, as mapping.RetryCalls has it.
func RetryName(retry catalogue.Retry) string {
	switch retry {
	case catalogue.RetryIdempotent:
		return "idempotent"
	case catalogue.RetryAlways:
		return "all"
	}
	return "none"
}

// FaultName returns "caller", "server" or "upstream". An unknown fault is the server's.
func FaultName(fault catalogue.Fault) string {
	switch fault {
	case catalogue.FaultCaller:
		return "caller"
	case catalogue.FaultUpstream:
		return "upstream"
	}
	return "server"
}

// duration returns a duration in the largest unit that divides it: "90 s", "2 min".
func duration(d time.Duration) string {
	for _, unit := range []struct {
		is   time.Duration
		name string
	}{{time.Hour, " h"}, {time.Minute, " min"}, {time.Second, " s"}, {time.Millisecond, " ms"}} {
		if d%unit.is == 0 {
			return strconv.FormatInt(int64(d/unit.is), 10) + unit.name
		}
	}
	return d.String()
}
