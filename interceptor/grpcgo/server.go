// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo

import (
	"context"
	"net/http"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// UnaryServer implements [grpc.UnaryServerInterceptor].
func (i *Interceptor) UnaryServer(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (res any, err error) {
	procedure := ""
	if info != nil {
		procedure = info.FullMethod
	}
	config := i.config()
	if transport.Skips(config.skip, procedure) && !transport.Probed(ctx) {
		return handler(ctx, req)
	}
	server := transport.Server{Policy: config.policy, Name: constructor, NeverAbort: true}
	err = server.Serve(ctx, transport.Call{
		Handle: func() error {
			var err error
			res, err = handler(ctx, req)
			return err
		},
		Describe: func(error) mapping.Call { return describe(ctx, procedure, classify) },
		Encode:   func(answer mapping.Answer) error { return encode(ctx, &answer) },
		Probe: func() error {
			_, err := handler(ctx, probed(req))
			return err
		},
		Schema: func() any { return schema(procedure) },
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

// StreamServer implements [grpc.StreamServerInterceptor].
func (i *Interceptor) StreamServer(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	procedure := ""
	if info != nil {
		procedure = info.FullMethod
	}
	config := i.config()
	own := &serverStream{ServerStream: stream}
	ctx := own.context(nil)
	if transport.Skips(config.skip, procedure) && !transport.Probed(ctx) {
		return handler(srv, stream)
	}
	own.own = transport.NewStream(ctx)
	server := transport.Server{Policy: config.policy, Name: constructor, NeverAbort: true}
	return server.Serve(ctx, transport.Call{
		Handle: func() error { return handler(srv, own) },
		Describe: func(err error) mapping.Call {
			call := describe(ctx, procedure, own.classify)
			call.Context = own.context(err)
			return call
		},
		Encode: func(answer mapping.Answer) error { return encode(ctx, &answer) },
		Probe:  func() error { return handler(srv, probedStream{own}) },
		Schema: func() any { return schema(procedure) },
	})
}

func describe(ctx context.Context, procedure string, classify func(error) (mapping.Classification, bool)) mapping.Call {
	return mapping.Call{
		Context: ctx, Procedure: procedure, Classify: classify, LazyHeader: requestHeader, Wire: mapping.WireGRPC,
	}
}

// formKey is the key of grpc-go's form of an answer.
type formKey struct{}

// encode makes the error for grpc-go of an answer. The status of one that many answers share is made once.
// Nobody can change it: grpc-go gives copies of what is in it.
func encode(ctx context.Context, answer *mapping.Answer) error {
	setTrailers(ctx, answer)
	shared, ok := answer.Form(formKey{}, func() any { return newStatus(answer) }).(*status.Status)
	if !ok {
		shared = newStatus(answer)
	}
	return &sentError{shared, answer.Public()}
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

// schema returns the method's descriptor, or nil.
func schema(procedure string) any {
	name := strings.ReplaceAll(strings.TrimPrefix(procedure, "/"), "/", ".")
	method, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
	if err != nil {
		return nil
	}
	return method
}
