// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"regexp"
	"strings"

	"github.com/errpact/errpact/internal/connectcode"
)

// The texts of Connect's libraries have the code as a plain word: "unavailable: connection refused" in Go, and
// "[unavailable] connection refused" in JavaScript. Of the 16 codes nine are names that prose does not have, such as
// not_found. The other seven are English words, and logs are full of them: "the host is unavailable: try later",
// "[internal] load build definition", "container create failed: unknown". So these rules hold:
//
//   - A name with an underscore counts wherever a message follows it.
//   - A word counts with a message behind it, at the start of an error's text: of a line, of what stands between
//     quotes, or behind a colon, as fmt.Errorf puts it, behind "err=" or "error=", or behind what a logger writes
//     first. In brackets it counts at the start of a text, and behind a colon.
//   - Without a message either is taken for an error only if nothing else was pasted, or behind "err=" or "error=".
//     A name also counts at the end of a line behind a colon. A JSON member such as {"error":"not_found"} is not
//     enough: APIs without Connect answer so.
//
// What is left to chance is the text of another program that has the very form, such as Docker's "Error response from
// daemon: unknown: Not Found".
var connectHeads = []connectHead{
	{formConnectGo, regexp.MustCompile(`(?m)(?:^|[^\w./-])([a-z]+(?:_[a-z]+)+): \S`), false},
	{formConnectGo, regexp.MustCompile(`(?m)` + errorStart + `([a-z]+): \S`), false},
	{formConnectGo, regexp.MustCompile(`(?m): ([a-z]+(?:_[a-z]+)+)$`), true},
	{formConnectGo, regexp.MustCompile(`(?m)\berr(?:or)?=([a-z_]+)(?:\s|$)`), true},
	{formConnectES, regexp.MustCompile(`(?m)(?:^|[^\w./-])\[([a-z]+(?:_[a-z]+)+)\](?: |$)`), false},
	{formConnectES, regexp.MustCompile(`(?:^|: )\[([a-z]+)\](?: |$)`), false},
}

// errorStart matches the place where an error's text can begin: the start of the text, or behind a colon, a key, a
// tab, the bracket or bar that closes a logger's prefix, the time, the level, or the stream of a container.
const errorStart = `(?:^|: |[\]|] |\t|\berr(?:or)?=|\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)? |\b(?:INFO|WARN|WARNING|ERROR|FATAL|PANIC) |\bstd(?:out|err) [FP] )`

type connectHead struct {
	form string
	// pattern has the code as its group, and goes on to the start of the message.
	pattern *regexp.Regexp
	// alone is true if no message follows.
	alone bool
}

// readConnect finds the text of an error of one of Connect's libraries.
func readConnect(p piece) (found, int, bool) {
	if code, ok := connectcode.Named(strings.TrimSpace(p.text)); ok && !p.quoted {
		return textOf(formConnectGo, code, ""), 0, true
	}
	var readers []reader
	for _, head := range connectHeads {
		readers = append(readers, head.read)
	}
	return earliest(readers...)(p)
}

func (h connectHead) read(p piece) (found, int, bool) {
	// A match takes the colon that the next one needs before its code, so that each starts where the last code ended.
	at := 0
	for range maxCandidates {
		match := h.pattern.FindStringSubmatchIndex(p.text[at:])
		if match == nil {
			break
		}
		start, end := at+match[2], at+match[3]
		if code, ok := connectcode.Named(p.text[start:end]); ok {
			message := ""
			if !h.alone {
				message = p.message(end + 1)
			}
			return textOf(h.form, code, message), start, true
		}
		at = end
	}
	return found{}, 0, false
}
