// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/mapping"
)

func TestG11FiftyGoroutinesShareErrors(t *testing.T) {
	shared := errpactv1err.NotExist.WithMetadata("shared", "yes").WithField("f", "d").
		WithDetail(&errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{Subject: "s"}}})
	local, err := status.New(codes.Aborted, "shared").WithDetails(&errdetails.ResourceInfo{ResourceName: "r"})
	if err != nil {
		t.Fatal(err)
	}
	fails := func(ctx context.Context) error {
		own := strings.Join(metadata.ValueFromIncomingContext(ctx, "own"), "")
		return cases(give(shared.WithMetadata("own", own)), give(local.Err()), give(mapping.Code{}))(ctx)
	}
	address := serveErrors(t, fails)
	conns := []*grpc.ClientConn{dial(t, address, decoding()...), dial(t, address, decoding(grpcgo.WithRelay())...)}
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			own := fmt.Sprint(i)
			for j := range 12 {
				ctx := metadata.AppendToOutgoingContext(caseOf(t.Context(), j%3), "own", own)
				err := call(ctx, conns[i%2], procedures[(i+j)%4])
				found, ok := mapping.From(err)
				if !ok || err == nil {
					t.Errorf("got %v", err)
					continue
				}
				if diff := cmp.Diff(map[string]string{"shared": "yes", "own": own}, found.Metadata()); j%3 == 0 && diff != "" {
					t.Errorf("another's metadata (-want +got):\n%s", diff)
				}
				if j%3 < 2 && len(found.Details()) != 1 {
					t.Errorf("details are %v", found.Details())
				}
			}
		})
	}
	group.Wait()
	if len(local.Details()) != 1 {
		t.Errorf("the shared status has %d details", len(local.Details()))
	}
}

// TestG11AReceiverThatOutlivesItsHandler is no race: a handler may leave one behind.
func TestG11AReceiverThatOutlivesItsHandler(t *testing.T) {
	var left sync.WaitGroup
	leaves := handlerStream{func(stream grpc.ServerStream) error {
		left.Go(func() {
			for {
				if stream.RecvMsg(new(text)) != nil {
					return
				}
			}
		})
		return errpactv1err.AuthForbidden
	}}
	i := grpcgo.New(grpcgo.WithPolicy(newPolicy(t)))
	conn := dial(t, serve(t, nil, grpc.ChainStreamInterceptor(i.StreamServer, leaves.intercept)), decoding()...)
	for range 50 {
		if err := call(t.Context(), conn, bidiStream); !errors.Is(err, errpactv1err.AuthForbidden) {
			t.Errorf("got %v", err)
		}
	}
	left.Wait()
}
