// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"io"
	"net/http"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/connect/v2/connectproto"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/mapping"
	conformancev1 "github.com/errpact/errpact/test/gen/connectrpc/conformance/v1"
	"github.com/errpact/errpact/test/gen/connectrpc/conformance/v1/conformancev1connectv2"
)

// serviceV2 is the suite's service on Connect v2.
type serviceV2 struct{ author }

func newHandlerV2(request *conformancev1.ServerCompatRequest, kind Errors, policy *mapping.Policy) http.Handler {
	server := connect.NewServer(connectv2.NewServerInterceptor(connectv2.WithPolicy(policy)))
	conformancev1connectv2.RegisterConformanceServiceHandler(server, &serviceV2{author{kind, connectErrorV2}})
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server, connecthttp.WithReadMaxBytes(int(request.GetMessageReceiveLimit())))
	return mux
}

// connectErrorV2 is the error that a case asks for, as a handler of Connect v2 makes it.
func connectErrorV2(requested *conformancev1.Error, details []*anypb.Any) error {
	out := connect.NewError(connect.Code(requested.GetCode()), requested.GetMessage())
	for _, detail := range details {
		packed, err := connectproto.NewErrorDetail(detail)
		if err != nil {
			return err
		}
		out = out.WithDetail(packed)
	}
	return out
}

// Unary implements the service.
func (s *serviceV2) Unary(ctx context.Context, req *conformancev1.UnaryRequest) (*conformancev1.UnaryResponse, error) {
	payload, err := s.answer(ctx, req.GetResponseDefinition(), req)
	if err != nil {
		return nil, err
	}
	return &conformancev1.UnaryResponse{Payload: payload}, nil
}

// IdempotentUnary implements the service.
func (s *serviceV2) IdempotentUnary(ctx context.Context, req *conformancev1.IdempotentUnaryRequest) (*conformancev1.IdempotentUnaryResponse, error) {
	payload, err := s.answer(ctx, req.GetResponseDefinition(), req)
	if err != nil {
		return nil, err
	}
	return &conformancev1.IdempotentUnaryResponse{Payload: payload}, nil
}

// Unimplemented implements the service, as generated code of Connect v1 does.
func (s *serviceV2) Unimplemented(context.Context, *conformancev1.UnimplementedRequest) (*conformancev1.UnimplementedResponse, error) {
	return nil, connect.NewError(connect.CodeUnimplemented, conformancev1connectv2.ConformanceServiceUnimplementedProcedure+" is not implemented")
}

// ClientStream implements the service.
func (s *serviceV2) ClientStream(ctx context.Context, stream conformancev1connectv2.ConformanceServiceClientStreamServerStream) (*conformancev1.ClientStreamResponse, error) {
	var requests []proto.Message
	var definition *conformancev1.UnaryResponseDefinition
	for {
		request, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if requests == nil {
			definition = request.GetResponseDefinition()
		}
		requests = append(requests, request)
	}
	payload, err := s.answer(ctx, definition, requests...)
	if err != nil {
		return nil, err
	}
	return &conformancev1.ClientStreamResponse{Payload: payload}, nil
}

// ServerStream implements the service.
func (s *serviceV2) ServerStream(ctx context.Context, req *conformancev1.ServerStreamRequest, stream conformancev1connectv2.ConformanceServiceServerStreamServerStream) error {
	responses := newResponses(ctx, s.author, req.GetResponseDefinition(), func(payload *conformancev1.ConformancePayload) error {
		if payload == nil {
			return stream.SendHeaders()
		}
		return stream.Send(&conformancev1.ServerStreamResponse{Payload: payload})
	})
	responses.requested(req)
	return responses.finish()
}

// BidiStream implements the service.
func (s *serviceV2) BidiStream(ctx context.Context, stream conformancev1connectv2.ConformanceServiceBidiStreamServerStream) error {
	return converse(ctx, s.author, stream.Receive, func(payload *conformancev1.ConformancePayload) error {
		if payload == nil {
			return stream.SendHeaders()
		}
		return stream.Send(&conformancev1.BidiStreamResponse{Payload: payload})
	})
}
