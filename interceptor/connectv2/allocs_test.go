// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

//go:build !race

package connectv2_test

import (
	"context"
	"testing"

	"connectrpc.com/connect/v2"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/internal/testkit/stackv2"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// TestAllocs counts what an error costs on its way to being Connect's, and a success. Each With… of Connect v2
// copies the error, and WithDetail its list, too: five, beside the error itself, the details, their bytes,
// the handler, and the means of asking the stream about an error.
func TestAllocs(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want float64
	}{
		{"a success", nil, 1},
		{"a code", errpactv1err.NotExist, 10},
		// The list of details, the ErrorInfo and its bytes.
		{"metadata", errpactv1err.NotExist.WithMetadata("folder_id", "f-1"), 13},
	} {
		serve := connectv2.NewServerInterceptor()(func(context.Context, connect.Spec, connect.ServerStream) error { return test.err })
		if got := testing.AllocsPerRun(200, func() { _ = serve(t.Context(), connect.Spec{}, nil) }); got != test.want {
			t.Errorf("%s: %v allocations, want %v", test.name, got, test.want)
		}
	}
}

// TestAllocsDecode counts the stream's wrapper, which a success costs, too, the typed error, and the bytes of its
// ErrorDetail, which Connect copies; and what tells an error of this process from a received one.
func TestAllocsDecode(t *testing.T) {
	for _, test := range []struct {
		name            string
		err             error
		want, inProcess float64
	}{
		{"a success", nil, 1, 1},
		{"a code", errpactv1err.NotExist, 3, 5},
		{"metadata", errpactv1err.NotExist.WithMetadata("folder_id", "f-1"), 3, 5},
	} {
		server := stackv2.NewServer(suite.Service{Answer: func(context.Context, suite.Header) error { return test.err }}, intercepted(t))
		everyWay(t, server, func(t *testing.T, spec connect.Spec, transport connect.Transport, w stackv2.Way) {
			received := call(t.Context(), connect.NewClient(transport), spec, nil)
			decode := connectv2.NewClientInterceptor()(func(context.Context, connect.Spec) (connect.ClientStream, error) { return nil, received })
			want := test.want
			if w.InProcess {
				want = test.inProcess
			}
			got := testing.AllocsPerRun(200, func() { _, _ = decode(t.Context(), spec) })
			if got != want || (received == nil) != (test.err == nil) {
				t.Errorf("%s: %v allocations for %v, want %v", test.name, got, received, want)
			}
		})
	}
}
