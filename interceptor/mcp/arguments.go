// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mcp

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/errpact/errpact/mapping"
)

// argumentsPrefix begins the text of the SDK's error for arguments that break the tool's inputSchema. The tool did not
// run, and the text is about what the model sent.
const argumentsPrefix = `validating "arguments": `

const invalidArgument mapping.ConnectCode = 3

// arguments are those of a call, in JSON.
type arguments json.RawMessage

// classify knows the SDK's own refusals of arguments.
func (a arguments) classify(err error) (mapping.Classification, bool) {
	if err == nil || errors.Unwrap(err) != nil {
		return mapping.Classification{}, false
	}
	if strings.HasPrefix(err.Error(), argumentsPrefix) {
		return refused(err, err.Error()), true
	}
	if unfit, ok := err.(*json.UnmarshalTypeError); ok && isOfSDK(unfit) && a.has(unfit.Field) {
		return refused(err, fmt.Sprintf("the argument %q has a value that it cannot take", unfit.Field)), true
	}
	return mapping.Classification{}, false
}

// isOfSDK tells the SDK's decoder, which writes the value, from encoding/json, with which a tool decodes and which
// writes the value's kind. A value that the SDK cannot decode keeps the schema, as "tomorrow" for a time does.
func isOfSDK(err *json.UnmarshalTypeError) bool {
	return strings.HasPrefix(err.Value, `"`) || strings.HasSuffix(err.Value, " overflows")
}

// has reports whether the path of a field begins with one of the arguments.
func (a arguments) has(path string) bool {
	var named map[string]json.RawMessage
	if json.Unmarshal(a, &named) != nil {
		return false
	}
	name, _, _ := strings.Cut(path, ".")
	_, ok := named[name]
	return ok
}

func refused(err error, message string) mapping.Classification {
	return mapping.Classification{Source: mapping.SourceLocal, ConnectCode: invalidArgument, Message: message, Public: true, Node: err}
}
