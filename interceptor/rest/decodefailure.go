// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"encoding/json"
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
		body, _ := c.readBody()
		path, _ = jsonfault.Locate(body, n, ownBodies()...)
	}
	if path == "" {
		return nil
	}
	return jsonfault.Of(n, condition, path).Fields()
}

// brokenJSON reports whether a text tells a place in the request's body, and the body is not JSON. Protojson has the same
// words for a token that breaks JSON as for a value of the wrong type: unexpected token "x". A front reads JSON by
// encoding/json, whose words differ. Further values break nothing unless the text is about them: they may be those of a
// stream, which grpc-gateway decodes one by one.
func (c *capture) brokenJSON(text string) bool {
	n, ok := foreign.FieldNamed(text)
	if !ok || n.Line == 0 {
		return false
	}
	body, whole := c.readBody()
	return isBroken(body, whole) || jsonfault.Follows(body, n)
}

// isBroken reports whether a body has a value that is not JSON. If the body is not whole, its last value may be cut. A
// body that does not begin with a token of JSON, such as a form, is not what the decoder read, so it is not broken.
func isBroken(body []byte, whole bool) bool {
	if _, err := json.NewDecoder(bytes.NewReader(body)).Token(); err != nil {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(body))
	for {
		switch err := d.Decode(new(json.RawMessage)); {
		case err == io.EOF:
			return false
		case err != nil:
			return whole || err != io.ErrUnexpectedEOF
		}
	}
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

// readBody returns the start of the request's body, inflated within bounds, and whether that is the whole body.
func (c *capture) readBody() (body []byte, whole bool) {
	body, whole = c.body.start()
	if strings.HasPrefix(string(body), "\x1f\x8b") {
		body = inflate(body)
		return body, whole && len(body) < maxHeld
	}
	return body, whole
}
