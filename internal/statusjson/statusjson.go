// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package statusjson reads an error's code, message and details from JSON: Connect's own, that of a
// google.rpc.Status, and that of Google's REST APIs.
package statusjson

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/lenientjson"
	"github.com/errpact/errpact/mapping"
)

// Parse reads Connect's JSON, a google.rpc.Status in protobuf's, or either below the key "error", as Connect's
// end of a stream and Google's REST APIs have it. JSON without a code of 1 to 16 is neither: many APIs have a "code"
// of their own. The HTTPStatus of the result is set if the JSON names one.
// https://connectrpc.com/docs/protocol#error-end-stream, https://google.aip.dev/193#http11json-representation
func Parse(body []byte) (mapping.ErrorResponse, bool) {
	body = lenientjson.Trim(body)
	if received, ok := parse(body); ok {
		return received, true
	}
	var outer struct {
		Error json.RawMessage `json:"error"`
	}
	if json.Unmarshal(body, &outer) != nil {
		return mapping.ErrorResponse{}, false
	}
	return parse(outer.Error)
}

func parse(body []byte) (mapping.ErrorResponse, bool) {
	var status struct {
		Code    json.RawMessage `json:"code"`
		Status  json.RawMessage `json:"status"`
		Message json.RawMessage `json:"message"`
		Details json.RawMessage `json:"details"`
	}
	if json.Unmarshal(body, &status) != nil {
		return mapping.ErrorResponse{}, false
	}
	httpStatus, code, ok := googleCode(status.Code, status.Status)
	if !ok {
		code, ok = connectCode(status.Code)
	}
	if !ok {
		return mapping.ErrorResponse{}, false
	}
	received := mapping.ErrorResponse{ConnectCode: mapping.ConnectCode(code), HTTPStatus: httpStatus, Wire: true}
	var details statusDetails
	// What is not as it should be is left out: the code alone is worth having.
	_ = json.Unmarshal(status.Message, &received.Message)
	if json.Unmarshal(status.Details, &details) == nil && len(details) > 0 {
		received.Details = details
	}
	return received, true
}

// googleCode reads a code as Google's REST APIs write it: the HTTP status as "code", and the code's name as "status".
func googleCode(code, status json.RawMessage) (httpStatus int, connectCode uint32, ok bool) {
	var number lenientjson.Int32
	var name string
	if json.Unmarshal(code, &number) != nil || number < 400 || number > 599 || json.Unmarshal(status, &name) != nil {
		return 0, 0, false
	}
	connectCode, ok = connectcode.Spelled(name)
	return int(number), connectCode, ok
}

// connectCode reads a code by name, as Connect writes it, or by number.
func connectCode(code json.RawMessage) (uint32, bool) {
	var name string
	if json.Unmarshal(code, &name) == nil {
		return connectcode.Named(name)
	}
	var number lenientjson.Int32
	if json.Unmarshal(code, &number) != nil {
		return 0, false
	}
	return uint32(number), number >= 1 && number <= connectcode.Max
}

// statusDetails implements [mapping.DetailList].
type statusDetails []statusDetail

// statusDetail is one detail of Connect's JSON ("type" and "value"), or of a google.rpc.Status in
// protobuf's ("@type" and the message's own fields). grpcurl, which knows no types of a server without
// reflection, prints a detail's bytes as "@value". A null is a detail without a type.
type statusDetail struct {
	name, value string
	raw         json.RawMessage
}

// UnmarshalJSON implements [json.Unmarshaler]. A detail that is odd has no type, and harms no other.
func (d *statusDetail) UnmarshalJSON(b []byte) error {
	var known struct {
		URL   string          `json:"@type"`
		Type  string          `json:"type"`
		Value json.RawMessage `json:"value"`
		Bytes string          `json:"@value"`
	}
	_ = json.Unmarshal(b, &known) // fields of another type are left out
	switch {
	case known.URL != "":
		d.name, d.value, d.raw = known.URL, known.Bytes, slices.Clone(b)
	case known.Value == nil || json.Unmarshal(known.Value, &d.value) == nil:
		d.name = known.Type
	}
	d.name = d.name[strings.LastIndexByte(d.name, '/')+1:]
	return nil
}

func (s statusDetails) Len() int { return len(s) }

func (s statusDetails) Type(i int) string { return s[i].name }

// Value takes base64 with and without padding, as Connect's clients do. It is nil for what cannot be
// decoded, and for messages of types that this package has no business with.
func (s statusDetails) Value(i int) []byte {
	if s[i].raw == nil || s[i].value != "" {
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
