// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package page

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/mapping"
)

// JSON is an example's text, indented.
type JSON = json.RawMessage

// exampleID is the request id of examples.
const exampleID = "4bf92f3577b34da6a3ce929d0e0e4736"

// envelope is what a REST caller reads. The example of details is the entry's own, if it has one.
func envelope(code mapping.Code, details string) JSON {
	e := mapping.EnvelopeOf(code)
	if details != "" {
		e.Details = json.RawMessage(details)
	}
	return indent(e.AppendJSON(nil))
}

// connectJSON is what a Connect caller reads: the same policy makes it that servers have.
// https://connectrpc.com/docs/protocol#error-end-stream
func connectJSON(code mapping.Code) JSON {
	answer := new(mapping.Policy).Translate(&mapping.Call{RequestID: exampleID}, code)
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
