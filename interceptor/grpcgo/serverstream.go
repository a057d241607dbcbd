// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"

	"github.com/errpact/errpact/internal/adapter"
	"github.com/errpact/errpact/mapping"
)

// serverStream is the handler's own stream.
type serverStream struct {
	grpc.ServerStream
	own adapter.Stream
}

func (s *serverStream) RecvMsg(message any) error {
	return s.own.Received(s.ServerStream.RecvMsg(message))
}

func (s *serverStream) SendMsg(message any) error {
	return s.own.Sent(s.ServerStream.SendMsg(message))
}

func (s *serverStream) SendHeader(md metadata.MD) error {
	return s.own.Sent(s.ServerStream.SendHeader(md))
}

// classify knows the stream's own errors. An interceptor outside this one may have wrapped them.
func (s *serverStream) classify(err error) (mapping.Origin, bool) {
	received, sent := s.own.Gave(err)
	if !received && !sent {
		return classify(err)
	}
	st := statusOf(err)
	if st == nil {
		return mapping.Origin{Source: mapping.SourceCaller, ConnectCode: uint32(codes.Canceled)}, true
	}
	own := adapter.StreamError{
		Code: uint32(st.Code()), Message: st.Message(), Broken: st.Code() == codes.Unavailable, Node: err,
	}
	if received {
		return own.Receive(), true
	}
	return own.Send(), true
}
