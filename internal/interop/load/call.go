// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"io"

	"connectrpc.com/connect"

	interopv1 "github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1"
	"github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1/interopv1connect"
)

type troubleClient = interopv1connect.TroubleServiceClient

// A method calls one, with the name of what is to happen, and gives the error where it surfaces.
type method struct {
	name string
	bidi bool
	call func(context.Context, troubleClient, string) error
}

var methods = []method{
	{"Unary", false, callUnary},
	{"ClientStream", false, callClientStream},
	{"ServerStream", false, callServerStream},
	{"BidiStream", true, callBidiStream},
}

func callUnary(ctx context.Context, client troubleClient, name string) error {
	_, err := client.Unary(ctx, connect.NewRequest(&interopv1.UnaryRequest{Name: name}))
	return err
}

func callClientStream(ctx context.Context, client troubleClient, name string) error {
	stream := client.ClientStream(ctx)
	if err := stream.Send(&interopv1.ClientStreamRequest{Name: name}); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	_, err := stream.CloseAndReceive()
	return err
}

func callServerStream(ctx context.Context, client troubleClient, name string) error {
	stream, err := client.ServerStream(ctx, connect.NewRequest(&interopv1.ServerStreamRequest{Name: name, Messages: 2}))
	if err != nil {
		return err
	}
	defer stream.Close()
	for stream.Receive() {
	}
	return stream.Err()
}

// callBidiStream has a message answered before it asks for what is to happen.
func callBidiStream(ctx context.Context, client troubleClient, name string) error {
	stream := client.BidiStream(ctx)
	defer func() {
		// Both: when the response comes as ctx ends, nobody else closes what net/http reads the request from.
		_, _ = stream.CloseRequest(), stream.CloseResponse()
	}()
	if err := stream.Send(new(interopv1.BidiStreamRequest)); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if _, err := stream.Receive(); err != nil {
		return err
	}
	if err := stream.Send(&interopv1.BidiStreamRequest{Name: name}); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := stream.CloseRequest(); err != nil {
		return err
	}
	_, err := stream.Receive()
	return err
}
