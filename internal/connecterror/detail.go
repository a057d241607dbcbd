// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connecterror

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/runtime/protoiface"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/mapping"
)

// This file makes Connect's form of an error's details, and twice relies on what Connect does not promise.
//
// Connect's own protocol sends each detail twice: as bytes, and as the JSON of its message ("debug").
// Connect unmarshals a detail to print that JSON, but keeps the JSON of a detail that it has decoded itself
// (render), and the message of one that it has encoded (encodedMessage). If either ends, the answers stay the
// same and only take longer: TestConnectKeepsRenderedJSON and TestConnectKeepsEncodedMessages notice.

// formKey is the key of Connect's form of a detail in an answer.
type formKey struct{}

// connectDetail is Connect's form of the detail at an index. That of one that many answers share is made
// once. Nobody can change it: Connect gives copies of what is in it.
func connectDetail(answer *mapping.Answer, i int, protocol string) *connect.ErrorDetail {
	detail := answer.Details()[i]
	if protocol == connect.ProtocolConnect && detail.GetTypeUrl() == infoType {
		if info := answer.ErrorInfo(); info != nil {
			return newDetail(&encodedMessage{info.ProtoReflect(), detail.GetValue()})
		}
	}
	shared, ok := answer.DetailForm(i, formKey{}, func() any { return render(newDetail(detail)) }).(*connect.ErrorDetail)
	if ok {
		return shared
	}
	return newDetail(detail)
}

// sharedDetails are Connect's form of all details, where many answers share them, else nil.
func sharedDetails(answer *mapping.Answer) []*connect.ErrorDetail {
	shared, _ := answer.Form(formKey{}, func() any {
		var all []*connect.ErrorDetail
		for i := range answer.Details() {
			all = append(all, connectDetail(answer, i, ""))
		}
		return all
	}).([]*connect.ErrorDetail)
	return shared
}

const infoType = "type.googleapis.com/google.rpc.ErrorInfo"

func newDetail(detail proto.Message) *connect.ErrorDetail {
	d, _ := connect.NewErrorDetail(detail) // it was encoded before, and so there is no error
	return d
}

// encodedMessage is a message that was encoded already. Its bytes are the same for the same error, which
// protobuf's of a map are not.
type encodedMessage struct {
	protoreflect.Message
	value []byte
}

var (
	_ protoreflect.ProtoMessage = (*encodedMessage)(nil)

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
	e, ok := message.(*encodedMessage)
	if !ok {
		return nil
	}
	return e.value
}

func (e *encodedMessage) ProtoReflect() protoreflect.Message   { return e }
func (e *encodedMessage) Interface() protoreflect.ProtoMessage { return e }
func (e *encodedMessage) ProtoMethods() *protoiface.Methods    { return &encodedMethods }

// render has Connect's own encoder and decoder handle a detail once. What the decoder gives keeps the
// JSON that it came as, and is encoded by copying that: protojson takes longer than all the rest of an
// answer. Connect promises no such thing. If it ends, only time is lost.
func render(plain *connect.ErrorDetail) *connect.ErrorDetail {
	client := connect.NewClient[anypb.Any, anypb.Any](mirror{plain}, "http://localhost/errpact.Mirror/Look")
	_, err := client.CallUnary(context.Background(), connect.NewRequest(new(anypb.Any)))
	seen, ok := errors.AsType[*connect.Error](err)
	if !ok || len(seen.Details()) != 1 {
		return plain
	}
	same := seen.Details()[0]
	if same == nil || same.Type() != plain.Type() || !bytes.Equal(same.Bytes(), plain.Bytes()) {
		return plain
	}
	return same
}

// mirror is a server that answers every call with an error that has the detail.
type mirror struct{ detail *connect.ErrorDetail }

// Do implements [connect.HTTPClient].
func (m mirror) Do(r *http.Request) (*http.Response, error) {
	e := connect.NewError(connect.CodeUnknown, nil)
	e.AddDetail(m.detail)
	w := &reflection{header: http.Header{}, status: http.StatusOK}
	if err := connect.NewErrorWriter().Write(w, r, e); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: w.status, Header: w.header, Body: io.NopCloser(&w.body), Request: r}, nil
}

// reflection is the answer.
type reflection struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *reflection) Header() http.Header         { return w.header }
func (w *reflection) WriteHeader(status int)      { w.status = status }
func (w *reflection) Write(p []byte) (int, error) { return w.body.Write(p) }
