// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retries_test

import (
	"errors"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/interceptor/retry"
)

// TestErrorOfAllTriesStaysTheOtherServices has a handler return what its client got: the count changes nothing.
func TestErrorOfAllTriesStaysTheOtherServices(t *testing.T) {
	s := &service{answer: func(string, int, func()) error { return refused() }}
	for stack, call := range callers(t, s.serve(t)) {
		err := call(t.Context(), procedureWork, stack)
		counted, ok := errors.AsType[*retry.Error](err)
		if !ok || counted.Tries() != 4 || !errors.Is(err, refused().Code()) {
			t.Errorf("%s: the error is %v, want that of the limiter, after 4 tries", stack, err)
			continue
		}
		for server, answer := range map[string]func(*testing.T, error) error{"grpc-go": answerOfGRPC, "connect": answerOfConnect} {
			got, want := answer(t, err), answer(t, counted.Unwrap())
			if !errors.Is(got, errpactv1err.ExternalService) || got.Error() != want.Error() {
				t.Errorf("%s: a handler of %s answers %v, and %v without a count", stack, server, got, want)
			}
		}
		if st, ok := status.FromError(err); stack == "grpc-go" && (!ok || st.Code() != codes.ResourceExhausted || st.Message() != "Come back later") {
			t.Errorf("%s: the status is %v, %t", stack, st, ok)
		}
	}
}

// answerOfGRPC returns what a caller gets if a handler returns err.
func answerOfGRPC(t *testing.T, err error) error {
	address, _ := serveGRPC(t, err)
	return newGRPC(t, address, grpcgo.New().DialOptions()...)(t.Context(), procedureWork, "")
}

func answerOfConnect(t *testing.T, err error) error {
	s := &service{answer: func(string, int, func()) error { return err }}
	return newGRPC(t, s.serve(t), grpcgo.New().DialOptions()...)(t.Context(), procedureWork, "")
}
