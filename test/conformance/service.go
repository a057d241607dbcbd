// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
	conformancev1 "github.com/errpact/errpact/test/gen/connectrpc/conformance/v1"
	"github.com/errpact/errpact/test/gen/connectrpc/conformance/v1/conformancev1connect"
)

// service is the suite's service on Connect v1. Unimplemented stays what Connect makes of it.
type service struct {
	conformancev1connect.UnimplementedConformanceServiceHandler
	author
}

func newHandler(request *conformancev1.ServerCompatRequest, kind Errors, policy *mapping.Policy) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(conformancev1connect.NewConformanceServiceHandler(&service{author: author{kind, connectError}},
		connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))),
		connect.WithReadMaxBytes(int(request.GetMessageReceiveLimit())),
	))
	return mux
}

// connectError is the error that a case asks for, as a handler of Connect v1 makes it.
func connectError(requested *conformancev1.Error, details []*anypb.Any) error {
	out := connect.NewError(connect.Code(requested.GetCode()), errors.New(requested.GetMessage()))
	for _, detail := range details {
		packed, err := connect.NewErrorDetail(detail)
		if err != nil {
			return err
		}
		out.AddDetail(packed)
	}
	return out
}

// Unary implements the service.
func (s *service) Unary(ctx context.Context, req *connect.Request[conformancev1.UnaryRequest]) (*connect.Response[conformancev1.UnaryResponse], error) {
	payload, err := s.answer(ctx, req.Msg.GetResponseDefinition(), req.Msg)
	if err != nil {
		return nil, err
	}
	return connect.NewResponse(&conformancev1.UnaryResponse{Payload: payload}), nil
}

// IdempotentUnary implements the service.
func (s *service) IdempotentUnary(ctx context.Context, req *connect.Request[conformancev1.IdempotentUnaryRequest]) (*connect.Response[conformancev1.IdempotentUnaryResponse], error) {
	payload, err := s.answer(ctx, req.Msg.GetResponseDefinition(), req.Msg)
	if err != nil {
		return nil, err
	}
	return connect.NewResponse(&conformancev1.IdempotentUnaryResponse{Payload: payload}), nil
}

// ClientStream implements the service.
func (s *service) ClientStream(ctx context.Context, stream *connect.ClientStream[conformancev1.ClientStreamRequest]) (*connect.Response[conformancev1.ClientStreamResponse], error) {
	var requests []proto.Message
	var definition *conformancev1.UnaryResponseDefinition
	for stream.Receive() {
		if requests == nil {
			definition = stream.Msg().GetResponseDefinition()
		}
		requests = append(requests, proto.Clone(stream.Msg()))
	}
	if err := stream.Err(); err != nil {
		return nil, err
	}
	payload, err := s.answer(ctx, definition, requests...)
	if err != nil {
		return nil, err
	}
	return connect.NewResponse(&conformancev1.ClientStreamResponse{Payload: payload}), nil
}

// ServerStream implements the service.
func (s *service) ServerStream(ctx context.Context, req *connect.Request[conformancev1.ServerStreamRequest], stream *connect.ServerStream[conformancev1.ServerStreamResponse]) error {
	responses := newResponses(ctx, s.author, req.Msg.GetResponseDefinition(), func(payload *conformancev1.ConformancePayload) error {
		if payload == nil {
			return stream.Send(nil)
		}
		return stream.Send(&conformancev1.ServerStreamResponse{Payload: payload})
	})
	responses.requested(req.Msg)
	return responses.finish()
}

// BidiStream implements the service.
func (s *service) BidiStream(ctx context.Context, stream *connect.BidiStream[conformancev1.BidiStreamRequest, conformancev1.BidiStreamResponse]) error {
	return converse(ctx, s.author, stream.Receive, func(payload *conformancev1.ConformancePayload) error {
		if payload == nil {
			return stream.Send(nil)
		}
		return stream.Send(&conformancev1.BidiStreamResponse{Payload: payload})
	})
}
