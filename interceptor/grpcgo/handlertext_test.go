// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/handlertext"
	"github.com/errpact/errpact/mapping"
)

// TestAHandlersErrorIsItsOwn whatever a library's texts begin with: taken for an upstream's, it would lose its
// code, its message and its details.
func TestAHandlersErrorIsItsOwn(t *testing.T) {
	policy, err := mapping.NewPolicy(mapping.WithConnectMessages(), mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	interceptor := grpcgo.New(grpcgo.WithPolicy(policy))
	for _, text := range handlertext.All {
		for library, own := range map[string]error{
			"grpc-go": status.Error(codes.Code(text.Code), text.Message),
			"Connect": connect.NewError(connect.Code(text.Code), errors.New(text.Message)),
		} {
			_, err := interceptor.UnaryServer(t.Context(), nil, nil, func(context.Context, any) (any, error) { return nil, own })
			got := status.Convert(err)
			if got.Code() != codes.Code(text.Code) || got.Message() != text.Message {
				t.Errorf("%s: %v became %v", library, own, got)
			}
		}
	}
}
