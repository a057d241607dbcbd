// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"slices"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// TestTheRequestIDIsTheLastOfItsTrailer: grpc-go adds to a trailer that the handler has set. One with the same id has
// it once.
func TestTheRequestIDIsTheLastOfItsTrailer(t *testing.T) {
	reported := make(chan string, 1)
	policy := newPolicy(t, mapping.WithConnectMessages(), mapping.WithReport(func(_ context.Context, r mapping.Report) { reported <- r.RequestID }))
	service := suite.Service{Answer: func(ctx context.Context, header suite.Header) error {
		if own := header.Get("Own"); own != "" {
			_ = grpc.SetTrailer(ctx, metadata.Pairs("x-request-id", own))
		}
		return status.Error(codes.Internal, "lost")
	}}
	conn := dial(t, serve(t, service, grpcgo.New(grpcgo.WithPolicy(policy)).ServerOptions()...))
	for own, want := range map[string][]string{"": {"r-1"}, "r-1": {"r-1"}, "h-1": {"h-1", "r-1"}} {
		everyProcedure(t, func(t *testing.T, procedure string) {
			var trailer metadata.MD
			ctx := metadata.AppendToOutgoingContext(t.Context(), "x-request-id", "r-1", "own", own)
			stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, procedure, grpc.Trailer(&trailer))
			if err != nil {
				t.Fatal(err)
			}
			_, _ = stream.SendMsg(new(text)), stream.CloseSend()
			for err == nil {
				err = stream.RecvMsg(new(text))
			}
			if status.Code(err) != codes.Internal {
				t.Errorf("the answer is %v", err)
			}
			if got := trailer.Get("x-request-id"); !slices.Equal(got, want) {
				t.Errorf("the handler set %q: X-Request-Id = %q, want %q", own, got, want)
			}
			if id := <-reported; id != want[len(want)-1] {
				t.Errorf("the report has %q, want %q", id, want[len(want)-1])
			}
		})
	}
}
