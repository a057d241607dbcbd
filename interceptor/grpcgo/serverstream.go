// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo

import (
	"context"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// serverStream is the handler's own stream.
type serverStream struct {
	grpc.ServerStream
	own transport.Stream
	// unreadable says that grpc-go has ended the request, and so its context, for what the caller sent.
	unreadable atomic.Bool
}

func (s *serverStream) RecvMsg(message any) error {
	err := s.own.Received(s.ServerStream.RecvMsg(message))
	if isUnreadable(err) {
		s.unreadable.Store(true)
	}
	return err
}

func isUnreadable(err error) bool {
	e, ok := err.(coded)
	if !ok {
		return false
	}
	switch e.GRPCStatus().Code() {
	case codes.OK, codes.Canceled, codes.DeadlineExceeded, codes.Unavailable:
		return false
	}
	return true
}

// context is the request's, to judge err by: alive if what the caller sent is all that has ended it.
func (s *serverStream) context(err error) context.Context {
	if s.ServerStream == nil {
		return nil
	}
	ctx := s.Context()
	if !s.unreadable.Load() {
		return ctx
	}
	e, ok := codedIn(err)
	if !ok {
		return ctx
	}
	if received, _ := s.own.Gave(e); received && isUnreadable(e) {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

func (s *serverStream) SendMsg(message any) error {
	return s.own.Sent(s.ServerStream.SendMsg(message))
}

func (s *serverStream) SetHeader(md metadata.MD) error {
	return s.own.Sent(s.ServerStream.SetHeader(md))
}

func (s *serverStream) SendHeader(md metadata.MD) error {
	return s.own.Sent(s.ServerStream.SendHeader(md))
}

// classify knows the stream's own errors. An interceptor outside this one may have wrapped them.
func (s *serverStream) classify(err error) (mapping.Classification, bool) {
	received, sent := s.own.Gave(err)
	if !received && !sent {
		return classify(err)
	}
	st := statusOf(err)
	if st == nil {
		return mapping.Classification{Source: mapping.SourceCaller, ConnectCode: mapping.ConnectCode(codes.Canceled)}, true
	}
	own := transport.StreamError{
		Code: mapping.ConnectCode(st.Code()), Message: st.Message(), Broken: st.Code() == codes.Unavailable, Node: err,
	}
	if received {
		return own.Receive(), true
	}
	return own.Send(), true
}
