// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/jsonfault"
	"github.com/errpact/errpact/mapping"
)

// decodeFailure reports whether text is that of a transcoder or a codec, package strictjson's included, that
// could not decode the request, and what was wrong with the request. A front has more texts than these.
func decodeFailure(text string, front bool) (mapping.Condition, bool) {
	if fault, _ := jsonfault.Parse(strings.ReplaceAll(text, "\u00a0", " ")); fault != nil {
		return fault.Kind.Condition(), true
	}
	if name, value, ok := foreign.MessageParameter(text); ok {
		if own := ownFieldsOf(name); own.wrapper {
			return foreign.WrappedFailure(own.protoType, value), true
		}
	}
	if front {
		return foreign.FrontFailure(text)
	}
	return foreign.DecodeFailure(text)
}

// undecoded returns the field of the request that such a text is about; none where that is not known.
//
// The text may be an upstream's, and so no byte of it goes out: a name is the caller's own, and found in the
// request, or, of a field that is missing or in the path, one of a message of this process. A front's text is the front's own, or
// one of a backend that answers in its name: it is believed.
func (c *capture) undecoded(text string, front bool) []mapping.Field {
	n, ok := foreign.FieldNamed(text)
	if !ok {
		return nil
	}
	condition, _ := decodeFailure(text, front)
	path := ""
	switch {
	case n.Parameter:
		n, path = c.request.parameter(n, text, front)
	case n.What == foreign.Missing:
		path = required(n.Full)
	default:
		path, _ = jsonfault.Locate(c.readBody(), n, ownBodies()...)
	}
	if path == "" {
		return nil
	}
	return jsonfault.Of(n, condition, path).Fields()
}

// brokenJSON reports whether a text tells a place in the request's body, and the body is not JSON. Protojson has the same
// words for a token that breaks JSON as for a value of the wrong type: unexpected token "x". A front reads JSON by
// encoding/json, whose words differ.
func (c *capture) brokenJSON(text string) bool {
	n, ok := foreign.FieldNamed(text)
	return ok && n.Line > 0 && isBroken(c.readBody())
}

// isBroken reports whether the start of a body shows that the body is not one value of JSON.
func isBroken(body []byte) bool {
	d := json.NewDecoder(bytes.NewReader(body))
	err := d.Decode(new(json.RawMessage))
	if err == nil {
		_, err = d.Token()
		return err != io.EOF
	}
	_, broken := errors.AsType[*json.SyntaxError](err)
	return broken
}

// ownBodies returns the messages that a body can be: a request of this process's services, or one of its fields.
func ownBodies() (bodies []protoreflect.MessageDescriptor) {
	for input := range ownInputs() {
		bodies = append(bodies, input)
		for i := range input.Fields().Len() {
			if field := input.Fields().Get(i); field.Message() != nil && field.Cardinality() != protoreflect.Repeated {
				bodies = append(bodies, field.Message())
			}
		}
	}
	return bodies
}

// required returns the JSON name of a field that has to be there, if a message of this process has it.
func required(name string) string {
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
	field, ok := found.(protoreflect.FieldDescriptor)
	if err != nil || !ok || field.Cardinality() != protoreflect.Required {
		return ""
	}
	return field.JSONName()
}

// readBody returns the start of the request's body, inflated within bounds.
func (c *capture) readBody() []byte {
	body := c.body.start()
	if strings.HasPrefix(string(body), "\x1f\x8b") {
		return inflate(body)
	}
	return body
}
