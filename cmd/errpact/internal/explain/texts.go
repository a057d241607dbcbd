// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/statusjson"
	"github.com/errpact/errpact/mapping"
)

// A textForm is how a library prints an error that has a code and a message. Its pattern has both as groups.
type textForm struct {
	form    string
	pattern *regexp.Regexp
	// code reads what the pattern found as the code. It is nil where that is a name.
	code func(string) (uint32, bool)
	// quoted is true where the message stands in quotes, with escapes.
	quoted bool
}

const quoted = `"((?:[^"\\]|\\.)*)"`

// textForms are in the order in which they are tried: the later ones would find a part of an earlier one's text.
var textForms = []textForm{
	{form: "the text of a grpc-go error", pattern: regexp.MustCompile(`rpc error: code = (\w+(?:\(\d+\))?) desc = ?(.*)`)},
	{form: "the text of a grpc-dotnet error", pattern: regexp.MustCompile(`Status\(StatusCode="?(\w+)"?, Detail=` + quoted), quoted: true},
	{form: "the text of a grpc-python error", pattern: regexp.MustCompile(`status = StatusCode\.(\w+)\s+details = ` + quoted), quoted: true},
	{form: "the text of a tonic error", pattern: regexp.MustCompile(`(?:\bStatus \{ code|\bstatus): (\w+), message: ` + quoted), quoted: true},
	{form: "the text of a tonic error", pattern: regexp.MustCompile(`\bcode: '([^']+)'(?:, message: ` + quoted + `)?`), code: described, quoted: true},
	{form: "the text of a grpc-java error", pattern: regexp.MustCompile(`\bStatus(?:Runtime)?Exception: ([A-Z_]+)\b(?:: (.*))?`)},
	{form: "the text of a grpc-java error", pattern: regexp.MustCompile(`\bStatus\{code=([A-Z_]+), description=(.*?), cause=`)},
	{form: "the text of a grpc-node error", pattern: regexp.MustCompile(`\b(\d{1,2} [A-Z_]+): ?(.*)`), code: numbered},
	{form: "the text of a connect-es error", pattern: regexp.MustCompile(`\[([a-z_]+)\](?: (.*))?`), code: connectcode.Named},
	{form: "the text of a connect-go error", pattern: regexp.MustCompile(`(?:^|: |=)([a-z_]+)(?:: (.*)|$)`), code: connectcode.Named},
}

// described reads the code that tonic prints as a sentence.
func described(text string) (uint32, bool) {
	code, ok := map[string]uint32{
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
	}[text]
	return code, ok
}

// numbered reads a code's number and name, which have to be of one code.
func numbered(text string) (uint32, bool) {
	number, name, _ := strings.Cut(text, " ")
	code, ok := connectcode.Spelled(name)
	return code, ok && number == strconv.FormatUint(uint64(code), 10)
}

// read finds the form in a text.
func (f textForm) read(text string) (found, bool) {
	match := f.pattern.FindStringSubmatch(text)
	if match == nil {
		return found{}, false
	}
	code := f.code
	if code == nil {
		code = connectcode.Spelled
	}
	number, ok := code(match[1])
	if !ok {
		return found{}, false
	}
	message := strings.TrimSpace(match[2])
	if f.quoted {
		message = unquoted(match[2])
	}
	received := mapping.ErrorResponse{ConnectCode: mapping.ConnectCode(number), Message: message, Wire: true}
	return found{form: f.form, rpc: &received, text: true}, true
}

// unquoted returns the text between quotes without its escapes, or as it is if they are not Go's.
func unquoted(text string) string {
	plain, err := strconv.Unquote(`"` + text + `"`)
	if err != nil {
		return text
	}
	return plain
}

var quotedText = regexp.MustCompile(quoted)

// places returns where in a line of a log an error's text may stand: what is quoted, the last one first, since the
// quotes say where the message ends, and then the line itself.
func places(text string) []string {
	all := []string{text}
	for _, match := range quotedText.FindAllStringSubmatch(text, maxCandidates) {
		all = append(all, unquoted(match[1]))
	}
	slices.Reverse(all)
	return all
}

// readText finds the text of an error of a library, by itself or within a line of a log.
func readText(text string) (found, bool) {
	all := places(text)
	for _, form := range textForms {
		for _, place := range all {
			if f, ok := form.read(place); ok {
				return f, true
			}
		}
	}
	return found{}, false
}

var grpcurlOutput = regexp.MustCompile(`(?s)ERROR:\s+Code: (\w+)\s+Message:(.*?)(?:\n\s+Details:\n(.*))?$`)

// readGRPCurl reads what grpcurl prints of an error, with the details as JSON, each behind its number.
func readGRPCurl(text string) (found, bool) {
	match := grpcurlOutput.FindStringSubmatch(strings.ReplaceAll(text, "\r\n", "\n"))
	if match == nil {
		return found{}, false
	}
	code, ok := connectcode.Spelled(match[1])
	if !ok {
		return found{}, false
	}
	status, err := json.Marshal(struct {
		Code    uint32            `json:"code"`
		Message string            `json:"message"`
		Details []json.RawMessage `json:"details,omitempty"`
	}{code, strings.TrimSpace(match[2]), objects(match[3])})
	if err != nil {
		return found{}, false
	}
	received, ok := statusjson.Parse(status)
	return found{form: "grpcurl's output", rpc: &received, details: received.Details}, ok
}

// objects returns the JSON objects of a text, one behind the other.
func objects(text string) (all []json.RawMessage) {
	for range maxDetails {
		start := strings.IndexByte(text, '{')
		if start < 0 {
			break
		}
		text = text[start:]
		decoder := json.NewDecoder(strings.NewReader(text))
		var object json.RawMessage
		if decoder.Decode(&object) != nil {
			break
		}
		all = append(all, bytes.TrimSpace(object))
		text = text[decoder.InputOffset():]
	}
	return all
}
