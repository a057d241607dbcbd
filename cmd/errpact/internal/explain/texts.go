// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/statusjson"
	"github.com/errpact/errpact/mapping"
)

// A textForm is how a library prints an error that has a code and a message.
type textForm struct {
	form string
	// head is what stands before the message. Its group is the code.
	head *regexp.Regexp
	// code reads the group. It is nil if that is a name, in any spelling.
	code func(string) (uint32, bool)
	// message reads the message from what stands behind the head. It is nil if the message goes on to the end.
	message func(string) string
}

const (
	formGRPCGo     = "the text of a grpc-go error"
	formGRPCDotnet = "the text of a grpc-dotnet error"
	formGRPCPython = "the text of a grpc-python error"
	formGRPCJava   = "the text of a grpc-java error"
	formGRPCNode   = "the text of a grpc-node error"
	formTonic      = "the text of a tonic error"
	formConnectES  = "the text of a connect-es error"
	formConnectGo  = "the text of a connect-go error"
)

// textForms has the forms that are found by words which nobody writes by chance. Two of them that start at the same
// place do not occur.
var textForms = []textForm{
	{form: formGRPCGo, head: regexp.MustCompile(`(?i)\brpc error: code = (\w+) desc =`)},
	{form: formGRPCDotnet, head: regexp.MustCompile(`\bStatus\(StatusCode="?(\w+)"?, Detail=`), message: dotnetDetail},
	{form: formGRPCPython, head: regexp.MustCompile(`(?:\b|\\t)status = StatusCode\.(\w+)` + pythonSpace + `+details = "`), message: pythonDetails},
	{form: formGRPCPython, head: regexp.MustCompile(`\bRPC that terminated with \(StatusCode\.(\w+), `), message: before(")>")},
	{form: formTonic, head: regexp.MustCompile(`\b(?:Status \{\s*code|status): (\w+)`), message: tonicMessage},
	{form: formTonic, head: regexp.MustCompile(`\b(?:code|status): '(` + tonicCodes() + `)'`), code: tonicCode, message: tonicMessage},
	{form: formGRPCJava, head: regexp.MustCompile(`\bStatus(?:Runtime)?Exception: ([A-Z_]+)\b:?`)},
	{form: formGRPCJava, head: regexp.MustCompile(`\bStatus\{code=([A-Z_]+), description=`), message: before(", cause=")},
	{form: formGRPCNode, head: regexp.MustCompile(`(?m)\b([1-9][0-9]? [A-Z_]+)(?::|[ \t]*$)`), code: numbered},
	{form: formConnectES, head: regexp.MustCompile(`\bConnectError: \[([a-z_]+)\]`), code: connectcode.Named},
}

// read finds the form in a piece.
func (t textForm) read(p piece) (found, int, bool) {
	for _, match := range t.head.FindAllStringSubmatchIndex(p.text, maxCandidates) {
		code := t.code
		if code == nil {
			code = connectcode.Spelled
		}
		number, ok := code(p.text[match[2]:match[3]])
		if !ok {
			continue
		}
		message := ""
		if t.message != nil {
			message = t.message(p.text[match[1]:])
		} else {
			message = p.message(match[1])
		}
		return textOf(t.form, number, message), match[0], true
	}
	return found{}, 0, false
}

func textOf(form string, code uint32, message string) found {
	received := mapping.ErrorResponse{ConnectCode: mapping.ConnectCode(code), Message: message, Wire: true}
	return found{form: form, rpc: &received, text: true}
}

// readText finds the text of an error of a library.
func readText(p piece) (found, int, bool) {
	readers := []reader{readConnect}
	for _, form := range textForms {
		readers = append(readers, form.read)
	}
	return earliest(readers...)(p)
}

// numbered reads a code's number and name, which have to be those of one code: "5 GOLDEN_RINGS" is no error.
func numbered(text string) (uint32, bool) {
	number, name, _ := strings.Cut(text, " ")
	code, ok := connectcode.Spelled(name)
	return code, ok && number == strconv.FormatUint(uint64(code), 10)
}

var (
	grpcurlHead    = regexp.MustCompile(`\bERROR:\n  Code: (\w+)\n  Message:`)
	grpcurlDetails = regexp.MustCompile(`\n  Details:\n`)
)

// readGRPCurl finds what grpcurl prints of an error, with the details as JSON, each behind its number.
func readGRPCurl(p piece) (found, int, bool) {
	match := grpcurlHead.FindStringSubmatchIndex(p.text)
	if match == nil {
		return found{}, 0, false
	}
	code, ok := connectcode.Spelled(p.text[match[2]:match[3]])
	if !ok {
		return found{}, 0, false
	}
	message, details := p.text[match[1]:], ""
	if split := grpcurlDetails.FindStringIndex(message); split != nil {
		message, details = message[:split[0]], message[split[1]:]
	}
	status, err := json.Marshal(struct {
		Code    uint32            `json:"code"`
		Message string            `json:"message"`
		Details []json.RawMessage `json:"details,omitempty"`
	}{code, strings.TrimSpace(message), objects(details)})
	if err != nil {
		return found{}, 0, false
	}
	received, ok := statusjson.Parse(status)
	return found{form: formGRPCurl, rpc: &received, details: received.Details}, match[0], ok
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
		all = append(all, object)
		text = text[decoder.InputOffset():]
	}
	return all
}
