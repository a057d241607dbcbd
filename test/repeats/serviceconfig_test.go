// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package repeats_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/serviceconfig"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
)

// TestGRPCKeepsToTheWrittenServiceConfig: grpc-go's client reads what errpact docs -format service-config writes. It
// repeats a method without side effects until it has made all attempts, and runs a stream once.
func TestGRPCKeepsToTheWrittenServiceConfig(t *testing.T) {
	config, err := serviceconfig.New(methodsOf(interopv1.File_errpact_interop_v1_trouble_service_proto), nil)
	if err != nil {
		t.Fatal(err)
	}
	var written strings.Builder
	if err := config.Write(&written); err != nil {
		t.Fatal(err)
	}
	front := fronts(t)["grpc-go"]
	conn, err := grpc.NewClient(front.conn.Target(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultServiceConfig(written.String()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	client := interopv1.NewTroubleServiceClient(conn)
	unavailable := errpactv1err.DatabaseTemporarilyUnavailable.WithRetryDelay(time.Millisecond)
	for _, test := range []struct {
		name string
		err  error
		call func(context.Context) error
		want int32
	}{
		{"unary", unavailable, func(ctx context.Context) error {
			_, err := client.Unary(ctx, &interopv1.UnaryRequest{})
			return err
		}, attempts},
		{"unary, another error", errpactv1err.NotExist, func(ctx context.Context) error {
			_, err := client.Unary(ctx, &interopv1.UnaryRequest{})
			return err
		}, 1},
		{"stream", unavailable, func(ctx context.Context) error {
			stream, err := client.ServerStream(ctx, &interopv1.ServerStreamRequest{})
			if err == nil {
				_, err = stream.Recv()
			}
			return err
		}, 1},
	} {
		front.ran.Store(0)
		front.call = func(context.Context) error { return test.err }
		if err := test.call(t.Context()); err == nil {
			t.Errorf("%s: the call succeeds", test.name)
		}
		if ran := front.ran.Load(); ran != test.want {
			t.Errorf("%s: the handler ran %d times, want %d", test.name, ran, test.want)
		}
	}
}

func methodsOf(file protoreflect.FileDescriptor) []protoreflect.MethodDescriptor {
	var methods []protoreflect.MethodDescriptor
	for i := range file.Services().Len() {
		all := file.Services().Get(i).Methods()
		for j := range all.Len() {
			methods = append(methods, all.Get(j))
		}
	}
	return methods
}
