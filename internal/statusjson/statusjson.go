// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package statusjson reads an error's code, message and details from JSON: Connect's own, that of a
// google.rpc.Status, and that of Google's REST APIs.
package statusjson

import (
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
	var members map[string]json.RawMessage
	if json.Unmarshal(lenientjson.Trim(body), &members) != nil {
		return mapping.ErrorResponse{}, false
	}
	if received, ok := parse(members); ok {
		return received, true
	}
	var inner map[string]json.RawMessage
	if json.Unmarshal(members["error"], &inner) != nil {
		return mapping.ErrorResponse{}, false
	}
	return parse(inner)
}

func parse(members map[string]json.RawMessage) (mapping.ErrorResponse, bool) {
	var details statusDetails
	// What is not as it should be is left out: the code alone is worth having.
	if json.Unmarshal(members["details"], &details) != nil {
		details = nil
	}
	httpStatus, code, ok := googleCode(members)
	if !ok {
		code, ok = namedCode(members["code"])
	}
	if !ok && (details.haveTypes() || isStatusAlone(members)) {
		code, ok = numberedCode(members["code"])
	}
	if !ok {
		return mapping.ErrorResponse{}, false
	}
	received := mapping.ErrorResponse{ConnectCode: mapping.ConnectCode(code), HTTPStatus: httpStatus, Wire: true}
	_ = json.Unmarshal(members["message"], &received.Message)
	// JavaScript's ConnectError has the message without the code here, and is printed as JSON by its loggers.
	_ = json.Unmarshal(members["rawMessage"], &received.Message)
	if len(details) > 0 {
		received.Details = details
	}
	return received, true
}

// googleCode reads a code as Google's REST APIs write it: the HTTP status as "code", and the code's name as "status".
func googleCode(members map[string]json.RawMessage) (httpStatus int, code uint32, ok bool) {
	var number lenientjson.Int32
	var name string
	if json.Unmarshal(members["code"], &number) != nil || number < 400 || number > 599 || json.Unmarshal(members["status"], &name) != nil {
		return 0, 0, false
	}
	code, ok = connectcode.Spelled(name)
	return int(number), code, ok
}

// namedCode reads a code by name, as Connect writes it.
func namedCode(code json.RawMessage) (uint32, bool) {
	var name string
	if json.Unmarshal(code, &name) != nil {
		return 0, false
	}
	return connectcode.Named(name)
}

// numberedCode reads a code by number, as a google.rpc.Status has it.
func numberedCode(code json.RawMessage) (uint32, bool) {
	var number lenientjson.Int32
	if json.Unmarshal(code, &number) != nil {
		return 0, false
	}
	return uint32(number), number >= 1 && number <= connectcode.Max
}

// isStatusAlone reports whether an object has no members but those of a google.rpc.Status, and the "error" that
// grpc-gateway v1 adds. Many APIs and logs count something of their own from 1 under the key "code".
func isStatusAlone(members map[string]json.RawMessage) bool {
	for name := range members {
		switch name {
		case "code", "message", "details", "error":
		default:
			return false
		}
	}
	return true
}

// statusDetails implements [mapping.DetailList].
type statusDetails []statusDetail

// haveTypes reports whether the list is one of messages.
func (s statusDetails) haveTypes() bool {
	return slices.ContainsFunc(s, func(d statusDetail) bool { return d.name != "" })
}

// statusDetail is one detail: its type's name, and its bytes or, in protobuf's JSON, its fields.
type statusDetail struct {
	name   string
	value  json.RawMessage
	fields json.RawMessage
}

// UnmarshalJSON implements [json.Unmarshaler]. It reads a detail of Connect's JSON ("type" and "value"), of protobuf's
// ("@type" and the message's own fields), and of printers that do not know the type: grpcurl has its bytes as
// "@value" and the reason as "@error", others the fields of google.protobuf.Any. A detail that is odd, such as null,
// has no type, and harms no other.
func (d *statusDetail) UnmarshalJSON(b []byte) error {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(b, &members)
	for _, key := range []string{"@type", "typeUrl", "type_url", "type"} {
		var url string
		if json.Unmarshal(members[key], &url) != nil || url == "" {
			continue
		}
		d.name = url[strings.LastIndexByte(url, '/')+1:]
		switch {
		case key != "@type":
			d.value = slices.Clone(members["value"])
		case members["@value"] != nil || members["@error"] != nil:
			d.value = slices.Clone(members["@value"])
		case members["value"] != nil && isErrorType(d.name): // none of these has a field of that name
			d.value = slices.Clone(members["value"])
		default:
			d.fields = slices.Clone(b)
		}
		break
	}
	return nil
}

func (s statusDetails) Len() int { return len(s) }

func (s statusDetails) Type(i int) string { return s[i].name }

// Value is nil for what cannot be decoded, and for the fields of a type that this package has no business with.
func (s statusDetails) Value(i int) []byte {
	if s[i].fields == nil {
		var value lenientjson.Bytes
		if json.Unmarshal(s[i].value, &value) != nil {
			return nil
		}
		return value
	}
	var message anypb.Any
	options := protojson.UnmarshalOptions{DiscardUnknown: true, Resolver: errorTypes{protoregistry.GlobalTypes}}
	if options.Unmarshal(s[i].fields, &message) != nil {
		return nil
	}
	return message.GetValue()
}

// errorTypes knows the messages that may be an error's detail, out of all that the program knows.
type errorTypes struct{ *protoregistry.Types }

func (t errorTypes) FindMessageByURL(url string) (protoreflect.MessageType, error) {
	if !isErrorType(url[strings.LastIndexByte(url, '/')+1:]) {
		return nil, protoregistry.NotFound
	}
	return t.Types.FindMessageByURL(url)
}

func isErrorType(name string) bool {
	return name == "errpact.v1.ErrorDetail" || strings.HasPrefix(name, "google.rpc.")
}
