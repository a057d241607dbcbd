// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retry_test

import (
	"context"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/retry"
	"github.com/errpact/errpact/internal/testkit/loopback"
)

func TestCheckOrder(t *testing.T) {
	nowhere := "http://" + loopback.ClosedAddress(t)
	for _, test := range []struct {
		name         string
		interceptors []connect.Interceptor
		want         string // empty: nothing is wrong
	}{
		{"right", []connect.Interceptor{retry.NewInterceptor(), interceptor.New()}, ""},
		{"right, with others between", []connect.Interceptor{retry.NewInterceptor(), token(), interceptor.New()}, ""},
		{"wrong order", []connect.Interceptor{interceptor.New(), retry.NewInterceptor()}, "interceptor.New is outside"},
		{"no errpact", []connect.Interceptor{retry.NewInterceptor()}, "no interceptor of errpact"},
		{"nothing that tries again", []connect.Interceptor{interceptor.New()}, "no interceptor that tries it again"},
		{"twice", []connect.Interceptor{retry.NewInterceptor(), retry.NewInterceptor(), interceptor.New()}, "2 interceptors"},
	} {
		err := retry.CheckOrder(func(ctx context.Context) error {
			_, err := newClient(t, nowhere, connect.WithInterceptors(test.interceptors...)).CallUnary(ctx, connect.NewRequest(wrapperspb.String("")))
			return err
		})
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: CheckOrder = %v, want %q", test.name, err, test.want)
		}
	}
}
