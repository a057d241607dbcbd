// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"errors"
	"net"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/internal/foreign"
)

const retrying = `{"methodConfig": [{"name": [{}], "retryPolicy": {"maxAttempts": 2, "initialBackoff": "0.001s", "maxBackoff": "0.001s",
	"backoffMultiplier": 1, "retryableStatusCodes": ["UNAVAILABLE"]}}]}`

// TestGRPCExhausted has a client of grpc-go try twice.
func TestGRPCExhausted(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		// To a server that answers before it has read the request, the client may say EOF in place of the answer.
		_ = stream.RecvMsg(new(emptypb.Empty))
		return status.Error(codes.Unavailable, "busy")
	}))
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) })
	t.Cleanup(func() { server.Stop(); serving.Wait() })

	err = invoke(t, listener.Addr().String(), "x", grpc.WithDefaultServiceConfig(retrying))
	words := foreign.GRPCExhausted(err)
	if words == "" || words+errors.Unwrap(err).Error() != err.Error() || status.Code(err) != codes.Unavailable {
		t.Errorf("GRPCExhausted(%v) = %q", err, words)
	}
	if words := foreign.GRPCExhausted(invoke(t, listener.Addr().String(), "x")); words != "" {
		t.Errorf("of a client that tries once: %q", words)
	}
}
