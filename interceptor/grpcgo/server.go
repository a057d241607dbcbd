// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo

import (
	"context"
	"net/http"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/errpact/errpact/internal/adapter"
	"github.com/errpact/errpact/mapping"
)

// UnaryServer is a [grpc.UnaryServerInterceptor].
func (i *Interceptor) UnaryServer(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (res any, err error) {
	procedure := ""
	if info != nil {
		procedure = info.FullMethod
	}
	server := adapter.Server{Policy: i.config().policy, NeverAbort: true}
	err = server.Serve(ctx, func() any { return schema(procedure) }, func() error {
		var err error
		res, err = handler(ctx, req)
		return err
	}, func(f adapter.Failure) error {
		if out := static(ctx, &f); out != nil {
			return out
		}
		return fail(f, &mapping.Call{
			Context: ctx, Procedure: procedure, Header: requestHeader(ctx), Classify: classify,
		})
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

// StreamServer is a [grpc.StreamServerInterceptor].
func (i *Interceptor) StreamServer(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	procedure := ""
	if info != nil {
		procedure = info.FullMethod
	}
	own := &serverStream{ServerStream: stream}
	ctx := own.context(nil)
	own.own = adapter.NewStream(ctx)
	server := adapter.Server{Policy: i.config().policy, NeverAbort: true}
	return server.Serve(ctx, func() any { return schema(procedure) }, func() error {
		return handler(srv, own)
	}, func(f adapter.Failure) error {
		if out := static(ctx, &f); out != nil {
			return out
		}
		return fail(f, &mapping.Call{
			Context: own.context(f.Err), Procedure: procedure, Header: requestHeader(ctx), Classify: own.classify,
		})
	})
}

// static makes the error for grpc-go of what needs no deciding; nil of anything else.
func static(ctx context.Context, f *adapter.Failure) error {
	sent, answer := f.Static(func() http.Header { return requestHeader(ctx) })
	if sent == nil {
		return nil
	}
	return &sentError{sharedStatus(answer, sent), sent.Public()}
}

// fail makes the error for grpc-go of what a call failed with.
func fail(f adapter.Failure, call *mapping.Call) error {
	answer := f.Answer(call)
	defer answer.Report(call)
	message, details, _ := f.Wire(call, &answer)
	return &sentError{newStatus(answer.Error().ConnectCode(), message, details), answer.Public(message)}
}

// requestHeader is the request's metadata.
func requestHeader(ctx context.Context) http.Header {
	if ctx == nil {
		return nil
	}
	received, _ := metadata.FromIncomingContext(ctx)
	return header(received)
}

func header(md metadata.MD) http.Header {
	h := make(http.Header, len(md))
	for key, values := range md {
		key = http.CanonicalHeaderKey(key)
		h[key] = append(h[key], values...)
	}
	return h
}

// schema is the method's descriptor; nil where there is none.
func schema(procedure string) any {
	name := strings.ReplaceAll(strings.TrimPrefix(procedure, "/"), "/", ".")
	method, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
	if err != nil {
		return nil
	}
	return method
}
