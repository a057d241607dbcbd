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
)

// TestAllocs counts what an error costs on its way to being Connect's, and a success. Each With… of Connect v2
// copies the error, and WithDetail its list, too: five, beside the error itself, the details, their bytes and
// the handler.
func TestAllocs(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want float64
	}{
		{"a success", nil, 1},
		{"a code", errpactv1err.NotExist, 9},
		// The list of details, the ErrorInfo, its bytes, and the means of asking the stream about an error.
		{"metadata", errpactv1err.NotExist.WithMetadata("folder_id", "f-1"), 13},
	} {
		serve := connectv2.NewServer()(func(context.Context, connect.Spec, connect.ServerStream) error { return test.err })
		if got := testing.AllocsPerRun(200, func() { _ = serve(t.Context(), connect.Spec{}, nil) }); got != test.want {
			t.Errorf("%s: %v allocations, want %v", test.name, got, test.want)
		}
	}
}
