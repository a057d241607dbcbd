// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"connectrpc.com/connect/v2"
	"github.com/google/go-cmp/cmp"

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

// TestG11DetailsAreTheAnswersOwn: the fields of Connect v2's details are anybody's to set. What an
// interceptor around ours does to an answer's is not seen in the next answer.
func TestG11DetailsAreTheAnswersOwn(t *testing.T) {
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

// TestG15EncodingTwiceGivesEqualBytes though maps have no order.
func TestG15EncodingTwiceGivesEqualBytes(t *testing.T) {
	err := errpactv1err.NotExist.WithPayload(map[string]int{"a": 1, "b": 2, "c": 3})
	for _, key := range []string{"one", "two", "three", "four", "five"} {
		err = err.WithMetadata(key, key)
	}
	want := detailsOf(t, err)
	for range 100 {
		if diff := cmp.Diff(want, detailsOf(t, err)); diff != "" {
			t.Fatalf("encoded again (-first +then):\n%s", diff)
		}
	}
}
