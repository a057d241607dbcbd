// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/mapping"
)

// TestG11AnEntrysCodeIsItsOwn whichever Connect code stood in for another error of that entry before.
func TestG11AnEntrysCodeIsItsOwn(t *testing.T) {
	policy := newPolicy(t)
	fallbacks := map[codes.Code]error{
		codes.InvalidArgument:    errpactv1err.InvalidValue,
		codes.FailedPrecondition: policy.ByConnectCode(9, mapping.ConditionAny),
		codes.OutOfRange:         policy.ByConnectCode(11, mapping.ConditionAny),
	}
	for first, before := range fallbacks {
		for then, after := range fallbacks {
			interceptor := grpcgo.New(grpcgo.WithPolicy(newPolicy(t)))
			answer := func(err error) codes.Code {
				_, err = interceptor.UnaryServer(t.Context(), nil, nil, func(context.Context, any) (any, error) { return nil, err })
				return status.Code(err)
			}
			if got := answer(before); got != first {
				t.Errorf("the first answer is %v, want %v", got, first)
			}
			if got := answer(after); got != then {
				t.Errorf("after %v the answer is %v, want %v", first, got, then)
			}
		}
	}
}
