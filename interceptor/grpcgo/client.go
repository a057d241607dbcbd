// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo

import (
	"context"
	"errors"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// errNothingToCall is for a client interceptor that is called with nothing inside.
var errNothingToCall = errors.New("grpcgo: nothing to call")

// UnaryClient implements [grpc.UnaryClientInterceptor].
func (i *Interceptor) UnaryClient(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	call := i.newCall(ctx)
	if invoke == nil {
		return call.decode(errNothingToCall)
	}
	if err := invoke(call.ctx, method, req, reply, conn, opts...); err != nil {
		return call.decode(err)
	}
	return nil
}

// StreamClient implements [grpc.StreamClientInterceptor].
func (i *Interceptor) StreamClient(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	call := i.newCall(ctx)
	if open == nil {
		return nil, call.decode(errNothingToCall)
	}
	stream, err := open(call.ctx, desc, conn, method, opts...)
	if err != nil {
		return nil, call.decode(err)
	}
	if stream == nil {
		return nil, nil
	}
	return &clientStream{ClientStream: stream, call: call}, nil
}

// clientCall is one call of a client.
type clientCall struct {
	client  transport.Client[coded]
	ctx     context.Context
	watched *watch
}

func (i *Interceptor) newCall(ctx context.Context) clientCall {
	config := i.config()
	call := clientCall{client: transport.Client[coded]{Policy: config.policy, Name: constructor, Relay: config.relay, IsOwn: isStatus}}
	call.ctx = call.client.Context(ctx)
	if config.relay && ctx != nil {
		call.ctx, call.watched = watching(call.ctx)
	}
	return call
}

// decode makes the typed error of whatever a call gave.
func (c clientCall) decode(err error) error {
	lost := transport.GRPCLost(err)
	if lost {
		err = status.Error(codes.Unavailable, err.Error())
	}
	var st *status.Status
	var words string
	decoded := c.client.Decode(err, func(e coded) mapping.ErrorResponse {
		if _, ok := e.(*receivedError); ok {
			return mapping.ErrorResponse{} // decoded already, and taken as it is
		}
		st = e.GRPCStatus()
		response := c.response(st)
		if lost { // what became of the request is not known
			response.Wire, response.Failure = false, mapping.CallBroken
		}
		if words = exhausted(err); words != "" {
			st = status.Convert(err) // as without errpact
		}
		return response
	})
	typed, ok := decoded.(*mapping.Error)
	if !ok {
		return decoded
	}
	if st == nil {
		st = status.New(codes.Code(typed.ConnectCode()), typed.Message())
	}
	return &receivedError{typed, st, words}
}

// exhausted returns what grpc-go wrote about its attempts. An interceptor inside may have wrapped the error.
func exhausted(err error) string {
	for n := 0; err != nil && !isStatus(err) && n < maxNodes; n++ {
		if words := transport.GRPCExhausted(err); words != "" {
			return words
		}
		err = errors.Unwrap(err)
	}
	return ""
}

func (c clientCall) response(st *status.Status) mapping.ErrorResponse {
	details := st.Proto().GetDetails()
	response := mapping.ErrorResponse{
		ConnectCode: mapping.ConnectCode(st.Code()), Message: st.Message(), Details: transport.AnyDetails(details),
		Wire: len(details) > 0 || c.isAnswer(st),
	}
	if !response.Wire {
		response.Failure = transport.GRPCFailure(response.ConnectCode, response.Message)
	}
	if transport.GRPCClosed(st.Message()) {
		response.ConnectCode = mapping.ConnectCode(codes.Unavailable)
	}
	if st.Code() == codes.Unauthenticated && c.ctx != nil {
		sent, _ := metadata.FromOutgoingContext(c.ctx)
		response.RequestHeader = header(sent)
	}
	return response
}

// clientStream decodes at every place where a stream gives an error.
type clientStream struct {
	grpc.ClientStream
	call clientCall
}

func (s *clientStream) Header() (metadata.MD, error) {
	md, err := s.ClientStream.Header()
	return md, s.decode(err)
}

func (s *clientStream) SendMsg(message any) error { return s.decode(s.ClientStream.SendMsg(message)) }

func (s *clientStream) RecvMsg(message any) error { return s.decode(s.ClientStream.RecvMsg(message)) }

func (s *clientStream) CloseSend() error { return s.decode(s.ClientStream.CloseSend()) }

func (s *clientStream) decode(err error) error {
	if err == nil {
		return nil
	}
	return s.call.decode(err)
}
