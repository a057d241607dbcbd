// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"connectrpc.com/connect/v2"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/connectv2"
)

// detailsOf are those of an answer.
func detailsOf(t *testing.T, err error) []*connect.ErrorDetail {
	t.Helper()
	call := connectv2.NewServerInterceptor()(func(context.Context, connect.Spec, connect.ServerStream) error { return err })
	e, ok := errors.AsType[*connect.Error](call(t.Context(), connect.Spec{Procedure: "/a.B/C"}, nil))
	if !ok || len(e.Details()) != 2 {
		t.Fatalf("answered %v", e)
	}
	return e.Details()
}

// TestG11DetailsBelongToTheirAnswer: the fields of Connect v2's details are anybody's to set. What an
// interceptor around ours does to an answer's is not seen in the next answer.
func TestG11DetailsBelongToTheirAnswer(t *testing.T) {
	first := detailsOf(t, errpactv1err.NotExist)
	var values [][]byte
	for _, d := range first {
		values = append(values, bytes.Clone(d.Value))
		clear(d.Value)
	}
	for i, d := range detailsOf(t, errpactv1err.NotExist) {
		if !bytes.Equal(d.Value, values[i]) {
			t.Errorf("%s = %x, want %x", d.Type, d.Value, values[i])
		}
	}
}
