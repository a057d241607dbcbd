// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"context"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/test/callers"
)

// stackGRPC is grpc-go.
var stackGRPC = goStack{grpcGo, []way{{Protocol: callers.GRPC}}, dialGRPC, readGRPC}

func dialGRPC(t *testing.T, s server, _ way, sd side) callers.Caller {
	t.Helper()
	own := []grpcgo.Option{grpcgo.WithPolicy(newPolicy(t))}
	if sd == relaying {
		own = append(own, grpcgo.WithRelay())
	}
	options := []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
	if sd != plain {
		options = append(options, grpcgo.New(own...).DialOptions()...)
	}
	conn, err := grpc.NewClient("passthrough:///"+s.address, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	call := callers.NewGRPC(conn)
	return func(ctx context.Context, m method, name string) (int, error) {
		return call(metadata.AppendToOutgoingContext(ctx, "x-request-id", requestID), m, name)
	}
}

func readGRPC(err error) outcome {
	s, ok := status.FromError(err)
	if !ok {
		return outcome{Message: err.Error()}
	}
	got := outcome{Code: uint32(s.Code()), Message: s.Message()}
	for _, d := range s.Proto().GetDetails() {
		got.Details = append(got.Details, detail{string(d.MessageName()), string(d.GetValue())})
	}
	return got
}
