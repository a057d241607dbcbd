// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/errpact/errpact/internal/connectcode"
)

var (
	// listed are the lines of a message that goes on as a list, as protovalidate's does.
	listed = regexp.MustCompile(`^[^\n]*(?:\n\s*- [^\n]*)*`)
	// trace is where a stack trace or a list of causes begins behind a message.
	trace = regexp.MustCompile(`\n(?:\s+(?:at|在) |\s*Caused by|\s+File "|goroutine \d|for call at|[^\n]*\n\t\S*\.go:\d)`)
)

// message returns the message that begins there. It goes on to the end of the line, or, between quotes, to the end of
// these or a stack trace.
func (p piece) message(at int) string {
	text := p.text[at:]
	if !p.quoted {
		return strings.TrimSpace(listed.FindString(text))
	}
	if end := trace.FindStringIndex(text); end != nil {
		text = text[:end[0]]
	}
	return strings.TrimSpace(text)
}

// before returns a function that reads a message up to the text that ends it, or to the end of the line.
func before(end string) func(string) string {
	return func(text string) string {
		line, _, _ := strings.Cut(text, "\n")
		message, _, _ := strings.Cut(line, end)
		if message == "null" {
			return "" // Java's description of none
		}
		return message
	}
}

var dotnetEnd = regexp.MustCompile(`"(?:\)|, DebugException=)`)

// dotnetDetail reads the detail of .NET's Status, in whose quotes nothing is escaped.
func dotnetDetail(text string) string {
	text, quoted := strings.CutPrefix(text, `"`)
	if !quoted {
		return before(")")(text)
	}
	if end := dotnetEnd.FindStringIndex(text); end != nil {
		return text[:end[0]]
	}
	return text
}

// pythonSpace is white space, also in the repr of an error, where it is escaped, and what Docker Compose writes before
// each line.
const pythonSpace = `(?:\s|\\[nt]|\n\S+ *\|)`

var pythonEnd = regexp.MustCompile(`"` + pythonSpace + `*(?:debug_error_string = |>|$)`)

// pythonDetails reads the details of Python's errors, in whose quotes nothing is escaped.
func pythonDetails(text string) string {
	if end := pythonEnd.FindStringIndex(text); end != nil {
		return text[:end[0]]
	}
	return text
}

var tonicQuoted = regexp.MustCompile(`^,\s*(?:message|self): ` + quoted)

// tonicMessage reads what follows the code in tonic's errors, which have no message at all if it is empty.
func tonicMessage(text string) string {
	match := tonicQuoted.FindStringSubmatch(text)
	if match == nil {
		return ""
	}
	return unquoted(match[1])
}

// tonicDescriptions has what tonic prints in place of a code's name.
// https://docs.rs/tonic/latest/tonic/enum.Code.html
var tonicDescriptions = map[string]uint32{
	"The operation was cancelled":                                            connectcode.Canceled,
	"Unknown error":                                                          connectcode.Unknown,
	"Client specified an invalid argument":                                   connectcode.InvalidArgument,
	"Deadline expired before operation could complete":                       connectcode.DeadlineExceeded,
	"Some requested entity was not found":                                    connectcode.NotFound,
	"Some entity that we attempted to create already exists":                 connectcode.AlreadyExists,
	"The caller does not have permission to execute the specified operation": connectcode.PermissionDenied,
	"Some resource has been exhausted":                                       connectcode.ResourceExhausted,
	"The system is not in a state required for the operation's execution":    connectcode.FailedPrecondition,
	"The operation was aborted":                                              connectcode.Aborted,
	"Operation was attempted past the valid range":                           connectcode.OutOfRange,
	"Operation is not implemented or not supported":                          connectcode.Unimplemented,
	"Internal error":                                             connectcode.Internal,
	"The service is currently unavailable":                       connectcode.Unavailable,
	"Unrecoverable data loss or corruption":                      connectcode.DataLoss,
	"The request does not have valid authentication credentials": connectcode.Unauthenticated,
}

func tonicCode(text string) (uint32, bool) {
	code, ok := tonicDescriptions[text]
	return code, ok
}

// tonicCodes returns a pattern of the descriptions.
func tonicCodes() string {
	var all []string
	for _, text := range slices.Sorted(maps.Keys(tonicDescriptions)) {
		all = append(all, regexp.QuoteMeta(text))
	}
	return strings.Join(all, "|")
}
