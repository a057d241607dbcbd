// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package page

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/catalogue"
)

// JSON is an example's text, indented.
type JSON = json.RawMessage

// exampleID is the request id of examples.
const exampleID = "4bf92f3577b34da6a3ce929d0e0e4736"

// example returns an error of the code with a value for each placeholder of its message: the one that the
// entry's example of details has under the placeholder's name, or else one of the placeholder's type.
func example(code mapping.Code, params []catalogue.Param, details string) *mapping.Error {
	e := code.Wrap(nil)
	stated := valuesOf(details)
	for _, p := range params {
		value, found := stated[p.Name]
		if !found {
			value = sample(p)
		}
		e = e.WithMetadata(p.Name, value)
	}
	return e
}

// valuesOf returns the texts, numbers and truths of details, and of the metadata in them, by name.
func valuesOf(details string) map[string]string {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(details), &object) != nil {
		return nil
	}
	values := make(map[string]string)
	for name, value := range object {
		var text string
		switch {
		case name == "metadata":
			maps.Copy(values, valuesOf(string(value)))
		case json.Unmarshal(value, &text) == nil:
			values[name] = text
		default:
			values[name] = string(value)
		}
	}
	return values
}

// sample is a value of a placeholder's type, as constructors write it.
func sample(p catalogue.Param) string {
	switch p.Type {
	case "string":
		return p.Name + "-1"
	case "bytes":
		return base64.StdEncoding.EncodeToString([]byte(p.Name))
	case "bool":
		return "true"
	case "double", "float":
		return "1.5"
	}
	return "3"
}

// envelope is what a REST caller reads. The example of details is the entry's own, if it has one.
func envelope(sent *mapping.Error, details string) JSON {
	e := mapping.EnvelopeOf(sent)
	if details != "" {
		e.Details = json.RawMessage(details)
	}
	return indent(e.AppendJSON(nil))
}

// connectJSON is what a Connect caller reads: the same policy makes it that servers have.
// https://connectrpc.com/docs/protocol#error-end-stream
func connectJSON(sent *mapping.Error) JSON {
	answer := new(mapping.Policy).Translate(&mapping.Call{RequestID: exampleID}, sent)
	type detail struct {
		Type  string          `json:"type"`
		Value string          `json:"value"`
		Debug json.RawMessage `json:"debug,omitempty"`
	}
	e := struct {
		Code    string   `json:"code"`
		Message string   `json:"message"`
		Details []detail `json:"details,omitempty"`
	}{Code: answer.Error().ConnectCode().String(), Message: answer.Message()}
	for _, d := range answer.Details() {
		e.Details = append(e.Details, detail{
			Type: string(d.MessageName()), Value: base64.RawStdEncoding.EncodeToString(d.GetValue()), Debug: debug(d),
		})
	}
	text, err := json.Marshal(e)
	if err != nil {
		return JSON("null")
	}
	return indent(text)
}

func debug(d *anypb.Any) json.RawMessage {
	message, err := d.UnmarshalNew()
	if err != nil {
		return nil
	}
	text, err := protojson.Marshal(message)
	if err != nil {
		return nil
	}
	return text
}

func indent(text []byte) JSON {
	var b bytes.Buffer
	if json.Indent(&b, text, "", "  ") != nil {
		return text
	}
	return b.Bytes()
}
