// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo

import (
	"errors"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// constructor is how users make the interceptor of either side.
const constructor = "grpcgo.New"

// probed returns a request that no procedure takes: generated code asserts the type of its own message, and panics
// without running the procedure. An interceptor inside still finds a message in it.
func probed(req any) any {
	message, _ := req.(proto.Message)
	return struct{ proto.Message }{message}
}

// probedStream is a stream that gives no message.
type probedStream struct{ grpc.ServerStream }

var errProbed = errors.New("grpcgo: the request has a Probe")

func (probedStream) RecvMsg(any) error { return errProbed }
func (probedStream) SendMsg(any) error { return errProbed }
