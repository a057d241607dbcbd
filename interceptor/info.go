// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/runtime/protoiface"
	"google.golang.org/protobuf/types/known/anypb"
)

const infoType = "type.googleapis.com/google.rpc.ErrorInfo"

// infoDetail is newDetail for a google.rpc.ErrorInfo in an answer of Connect's own protocol, which has it
// twice: as bytes, and as the JSON of the message. Connect keeps the message of a detail that it encoded
// itself, and decodes that of any other, which takes a tenth of the time of all the answer. Nil if it is no
// such detail.
func infoDetail(detail *anypb.Any) *connect.ErrorDetail {
	if detail.GetTypeUrl() != infoType {
		return nil
	}
	info, ok := parseInfo(detail.GetValue())
	if !ok {
		return nil
	}
	made, err := connect.NewErrorDetail(&encoded{info.ProtoReflect(), detail.GetValue()})
	if err != nil {
		return nil
	}
	return made
}

// encoded is a message that was encoded already. Its bytes are the same for the same error, which
// protobuf's of a map are not.
type encoded struct {
	protoreflect.Message
	value []byte
}

var (
	_ protoreflect.ProtoMessage = (*encoded)(nil)

	encodedMethods = protoiface.Methods{
		Size: func(in protoiface.SizeInput) protoiface.SizeOutput {
			return protoiface.SizeOutput{Size: len(valueOf(in.Message))}
		},
		Marshal: func(in protoiface.MarshalInput) (protoiface.MarshalOutput, error) {
			return protoiface.MarshalOutput{Buf: append(in.Buf, valueOf(in.Message)...)}, nil
		},
		CheckInitialized: func(protoiface.CheckInitializedInput) (protoiface.CheckInitializedOutput, error) {
			return protoiface.CheckInitializedOutput{}, nil // none of its fields is required
		},
		Flags: protoiface.SupportMarshalDeterministic,
	}
)

func valueOf(message protoreflect.Message) []byte {
	e, ok := message.(*encoded)
	if !ok {
		return nil
	}
	return e.value
}

func (e *encoded) ProtoReflect() protoreflect.Message   { return e }
func (e *encoded) Interface() protoreflect.ProtoMessage { return e }
func (e *encoded) ProtoMethods() *protoiface.Methods    { return &encodedMethods }

// parseInfo decodes what package mapping encodes, and nothing else.
func parseInfo(b []byte) (info *errdetails.ErrorInfo, ok bool) {
	info = new(errdetails.ErrorInfo)
	text := string(b)
	for at := 0; at < len(b); {
		number, start, end := textField(b, at)
		switch number {
		case 1:
			info.Reason = text[start:end]
		case 2:
			info.Domain = text[start:end]
		case 3:
			first, key, middle := textField(b[:end], start)
			second, value, last := textField(b[:end], middle)
			if first != 1 || second != 2 || last != end {
				return nil, false
			}
			if info.Metadata == nil {
				info.Metadata = make(map[string]string)
			}
			info.Metadata[text[key:middle]] = text[value:last]
		default:
			return nil, false
		}
		at = end
	}
	return info, true
}

// textField is the field at a place, and where its text starts and ends; 0 if there is none.
func textField(b []byte, at int) (number protowire.Number, start, end int) {
	number, kind, n := protowire.ConsumeTag(b[at:])
	if n < 0 || kind != protowire.BytesType {
		return 0, 0, 0
	}
	start = at + n
	text, n := protowire.ConsumeBytes(b[start:])
	if n < 0 {
		return 0, 0, 0
	}
	end = start + n
	return number, end - len(text), end
}
