// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

//go:build !race

package grpcgo_test

import (
	"context"
	"testing"

	"google.golang.org/grpc"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
)

// TestAllocs counts what an error costs on its way to being grpc-go's, and a success. The status of a code is
// made once, and grpc-go copies any other.
func TestAllocs(t *testing.T) {
	info := &grpc.UnaryServerInfo{FullMethod: "/a.B/C"}
	for _, test := range []struct {
		name string
		err  error
		want float64
	}{
		{"a success", nil, 0},
		{"a code", errpactv1err.NotExist, 1},
		{"metadata", errpactv1err.NotExist.WithMetadata("folder_id", "f-1"), 13},
	} {
		i := grpcgo.New()
		got := testing.AllocsPerRun(200, func() {
			_, _ = i.UnaryServer(t.Context(), nil, info, func(context.Context, any) (any, error) { return nil, test.err })
		})
		if got != test.want {
			t.Errorf("%s: %v allocations, want %v", test.name, got, test.want)
		}
	}
}

// TestAllocsDecode counts the typed error and its details, which a status gives as copies alone. A success
// costs nothing.
func TestAllocsDecode(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want float64
	}{
		{"a success", nil, 0},
		{"a code", errpactv1err.NotExist, 10},
		{"metadata", errpactv1err.NotExist.WithMetadata("folder_id", "f-1"), 10},
	} {
		conn := dial(t, serveErrors(t, answers(test.err)))
		received := call(t.Context(), conn, unary)
		invoke := func(context.Context, string, any, any, *grpc.ClientConn, ...grpc.CallOption) error { return received }
		client := grpcgo.New()
		got := testing.AllocsPerRun(200, func() { _ = client.UnaryClient(t.Context(), unary, nil, nil, nil, invoke) })
		if got != test.want || (received == nil) != (test.err == nil) {
			t.Errorf("%s: %v allocations for %v, want %v", test.name, got, received, test.want)
		}
	}
}
