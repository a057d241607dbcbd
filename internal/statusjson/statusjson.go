// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package statusjson reads an error's code, message and details from JSON: Connect's own, and that of
// google.rpc.Status.
package statusjson

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping"
)

// Parse reads Connect's JSON, or a google.rpc.Status in protobuf's. What has no code of 1 to 16
// is neither: many an API has a "code" of its own.
// https://connectrpc.com/docs/protocol#error-end-stream
func Parse(body []byte) (mapping.ErrorResponse, bool) {
	var status struct {
		Code    json.RawMessage `json:"code"`
		Message json.RawMessage `json:"message"`
		Details json.RawMessage `json:"details"`
	}
	if json.Unmarshal(body, &status) != nil {
		return mapping.ErrorResponse{}, false
	}
	code, ok := connectCode(status.Code)
	if !ok {
		return mapping.ErrorResponse{}, false
	}
	received := mapping.ErrorResponse{ConnectCode: mapping.ConnectCode(code), Wire: true}
	var details statusDetails
	// What is not as it should be is left out: the code alone is worth having.
	_ = json.Unmarshal(status.Message, &received.Message)
	if json.Unmarshal(status.Details, &details) == nil && len(details) > 0 {
		received.Details = details
	}
	return received, true
}

// connectCode reads a code by name, as Connect writes it, or by number.
func connectCode(code json.RawMessage) (uint32, bool) {
	var name string
	if json.Unmarshal(code, &name) == nil {
		return connectcode.Named(name)
	}
	var number uint32
	if json.Unmarshal(code, &number) != nil {
		return 0, false
	}
	return number, number >= 1 && number <= connectcode.Max
}

// statusDetails implements [mapping.DetailList].
type statusDetails []statusDetail

// statusDetail is one detail of Connect's JSON ("type" and "value"), or of a google.rpc.Status in
// protobuf's ("@type" and the message's own fields). A null is one of no type.
type statusDetail struct {
	name, value string
	raw         json.RawMessage
}

// UnmarshalJSON implements [json.Unmarshaler]. A detail that is odd has no type, and harms no other.
func (d *statusDetail) UnmarshalJSON(b []byte) error {
	var known struct {
		URL   string `json:"@type"`
		Type  string `json:"type"`
		Value string `json:"value"`
	}
	if json.Unmarshal(b, &known) != nil {
		known.Type = ""
	}
	if known.URL != "" {
		known.Type = known.URL
		d.raw = append(json.RawMessage(nil), b...)
	}
	d.name = known.Type[strings.LastIndexByte(known.Type, '/')+1:]
	d.value = known.Value
	return nil
}

func (s statusDetails) Len() int { return len(s) }

func (s statusDetails) Type(i int) string { return s[i].name }

// Value takes base64 with and without padding, as Connect's clients do. It is nil for what cannot be
// decoded, and for messages of types that this package has no business with.
func (s statusDetails) Value(i int) []byte {
	if s[i].raw == nil {
		value, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s[i].value, "="))
		if err != nil {
			return nil
		}
		return value
	}
	var message anypb.Any
	options := protojson.UnmarshalOptions{DiscardUnknown: true, Resolver: errorTypes{protoregistry.GlobalTypes}}
	if options.Unmarshal(s[i].raw, &message) != nil {
		return nil
	}
	return message.GetValue()
}

// errorTypes knows the messages that may be an error's detail, out of all that the program knows.
type errorTypes struct{ *protoregistry.Types }

func (t errorTypes) FindMessageByURL(url string) (protoreflect.MessageType, error) {
	name := url[strings.LastIndexByte(url, '/')+1:]
	if name != "errpact.v1.ErrorDetail" && !strings.HasPrefix(name, "google.rpc.") {
		return nil, protoregistry.NotFound
	}
	return t.Types.FindMessageByURL(url)
}
