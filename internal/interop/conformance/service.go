// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"io"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"

	conformancev1 "github.com/errpact/errpact/internal/interop/gen/connectrpc/conformance/v1"
	"github.com/errpact/errpact/internal/interop/gen/connectrpc/conformance/v1/conformancev1connect"
)

// service is the suite's service on Connect v1. Unimplemented stays what Connect makes of it.
type service struct {
	conformancev1connect.UnimplementedConformanceServiceHandler
	kind Errors
}

func newHandler(request *conformancev1.ServerCompatRequest, kind Errors) (http.Handler, error) {
	errpact, err := kind.interceptor()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(conformancev1connect.NewConformanceServiceHandler(&service{kind: kind},
		connect.WithInterceptors(errpact),
		connect.WithReadMaxBytes(int(request.GetMessageReceiveLimit())),
	))
	return mux, nil
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
	responses := newResponses(ctx, s.kind, req.Msg.GetResponseDefinition(), func(payload *conformancev1.ConformancePayload) error {
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
	send := func(payload *conformancev1.ConformancePayload) error {
		if payload == nil {
			return stream.Send(nil)
		}
		return stream.Send(&conformancev1.BidiStreamResponse{Payload: payload})
	}
	var responses *responses
	fullDuplex := false
	for {
		request, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if responses == nil {
			responses = newResponses(ctx, s.kind, request.GetResponseDefinition(), send)
			fullDuplex = request.GetFullDuplex()
		}
		responses.requested(request)
		if !fullDuplex {
			continue
		}
		if responses.done() {
			break // the error, if there is one, does not wait for the requests to end
		}
		if err := responses.next(); err != nil {
			return err
		}
	}
	if responses == nil {
		return nil
	}
	return responses.finish()
}
