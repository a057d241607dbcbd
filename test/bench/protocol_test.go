// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"encoding/binary"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"

	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
)

// A protocol is one of those that Connect's handlers speak.
type protocol struct {
	name string
	// contentType has the codec; for streams, that of Connect has another.
	contentType, streamType string
	framed                  bool
	http2                   bool
	client                  []connect.ClientOption
}

var protocols = []protocol{
	{"connect", "application/proto", "application/connect+proto", false, false, nil},
	{"grpc", "application/grpc", "application/grpc", true, true, []connect.ClientOption{connect.WithGRPC()}},
	{"grpcweb", "application/grpc-web", "application/grpc-web", true, false, []connect.ClientOption{connect.WithGRPCWeb()}},
}

// unary asks for whatever the handler answers.
func (p protocol) unary(name string) *request {
	body := encode(&interopv1.UnaryRequest{Name: name})
	if p.framed {
		body = frame(body)
	}
	return newRequest(http.MethodPost, interopv1connect.TroubleServiceUnaryProcedure, body, p.header(p.contentType)...)
}

// stream asks for so many messages.
func (p protocol) stream(messages int32) *request {
	body := frame(encode(&interopv1.ServerStreamRequest{Messages: messages}))
	return newRequest(http.MethodPost, interopv1connect.TroubleServiceServerStreamProcedure, body, p.header(p.streamType)...)
}

func (p protocol) header(contentType string) []string {
	// Connect's handlers would add Host, which httptest has this for.
	header := []string{"Content-Type", contentType, "X-Request-Id", "r-1", "Host", "example.com"}
	switch p.name {
	case "connect":
		return append(header, "Connect-Protocol-Version", "1")
	case "grpc":
		return append(header, "Te", "trailers")
	}
	return header
}

func encode(message proto.Message) []byte {
	b, err := proto.Marshal(message)
	if err != nil {
		panic(err)
	}
	return b
}

// frame puts a message into the envelope that streams, and all of gRPC, have.
func frame(message []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message))), message...)
}
