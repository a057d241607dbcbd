// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"strings"
	"testing"

	"connectrpc.com/connect/v2/connecthttp"

	"github.com/errpact/errpact/internal/foreign"
)

// TestConnectV2ClientsCannotReadAnAnswer provokes every text but one, in the order of the list.
func TestConnectV2ClientsCannotReadAnAnswer(t *testing.T) {
	const (
		unary  = "application/proto"
		stream = "application/connect+proto"
		web    = "application/grpc-web+proto"
	)
	small := []connecthttp.Option{connecthttp.WithReadMaxBytes(4)}
	grpc := []connecthttp.Option{connecthttp.WithGRPCWeb()}
	for _, test := range []struct {
		start    string
		response response
		options  []connecthttp.Option
	}{
		{"corrupt response: ", response{200, stream, nil, frame(2, "{}") + "x"}, nil},
		{"gRPC-Web protocol error: ", response{200, web, nil, frame(0x80, "no colon\r\n")}, grpc},
		{"invalid content-type: ", response{200, "text/plain", nil, ""}, nil},
		{"message is larger than configured max ", response{200, unary, nil, strings.Repeat("x", 100)}, small},
		{"message size ", response{200, stream, nil, frame(0, strings.Repeat("x", 100))}, small},
		{"protocol error: ", response{200, stream, nil, ""}, nil},
		{"protocol error: ", response{200, web, nil, frame(0x80, "Grpc-Status: x\r\n")}, grpc},
		{"server returned invalid ", response{200, web, nil, frame(0x80, "Grpc-Status: 5\r\nGrpc-Status-Details-Bin: !\r\n")}, grpc},
		{"server returned invalid ", response{200, web, nil, frame(0x80, "Grpc-Status: 5\r\nGrpc-Status-Details-Bin: /////w\r\n")}, grpc},
		{"unknown encoding ", response{200, unary, []string{"Content-Encoding", "br"}, ""}, nil},
		{"unmarshal end stream message: ", response{200, stream, nil, frame(2, "{")}, nil},
		{"unmarshal message: ", response{200, unary, nil, "\xff"}, nil},
	} {
		got := callV2(t, test.response, test.response.contentType == stream, test.options...)
		if !strings.HasPrefix(got.message, test.start) || got.remote {
			t.Errorf("the call gave %q, want it to start with %q", got.message, test.start)
		}
		if !foreign.ConnectV2Unreadable(got.message) {
			t.Errorf("ConnectV2Unreadable(%q) = false", got.message)
		}
	}
	// The buffer that would have to fail never does.
	if !foreign.ConnectV2Unreadable("unmarshal web trailers: short write") {
		t.Error("ConnectV2Unreadable = false")
	}
	wantInSource(t, "connectrpc.com/connect/v2/connecthttp", "unmarshal web trailers: ")
	if foreign.ConnectV2Unreadable("the folder is not empty") {
		t.Error("a handler's own text is Connect's")
	}
}
