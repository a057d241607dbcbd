// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package wiring_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/validate"

	"github.com/errpact/errpact/interceptor/telemetry/telemetrytest"
)

// suspicious refuses what has a credential that it does not know, and lets in what has none.
var suspicious = connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		if got := req.Header().Get("Authorization"); got != "" && got != token {
			return nil, connect.NewError(connect.CodeUnauthenticated, errors.New("who are you?"))
		}
		return next(ctx, req)
	}
})

func suspiciousV2(next connectv2.ServerFunc) connectv2.ServerFunc {
	return func(ctx context.Context, spec connectv2.Spec, stream connectv2.ServerStream) error {
		info, _ := connectv2.CallInfoForServerContext(ctx)
		if got := info.RequestHeader().Get("Authorization"); got != "" && got != token {
			return connectv2.NewError(connectv2.CodeUnauthenticated, "who are you?")
		}
		return next(ctx, spec, stream)
	}
}

// TestCheckOrderFindsWhatRefusesOutside with the real interceptors that are most often there.
func TestCheckOrderFindsWhatRefusesOutside(t *testing.T) {
	e, valid := errpactV1(nil), validate.NewInterceptor()
	e2, valid2 := errpactV2(nil), validate.NewServerInterceptor()
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"v1, in order", telemetrytest.CheckOrder(otelV1, e, refuser{}, suspicious, valid), ""},
		{"v1, auth outside", telemetrytest.CheckOrder(otelV1, refuser{}, e, valid), "interceptor 1 (wiring_test.refuser) is outside of errpact's, which is interceptor 2, and refuses a call without a credential: put it after"},
		{"v1, auth for those who have a credential outside", telemetrytest.CheckOrder(otelV1, suspicious, e), "refuses a call with a credential that nobody knows: put it after"},
		{"v1, validate outside", telemetrytest.CheckOrder(otelV1, valid, e), "interceptor 1 (*validate.Interceptor) is outside of errpact's, which is interceptor 2, and refuses a call whose message breaks a rule of protovalidate: put it after"},
		{"v1, two", telemetrytest.CheckOrder(otelV1, e, valid, e), "interceptor 3 (*interceptor.Interceptor) is errpact's for the second time, inside of interceptor 1: remove one"},
		{"v2, in order", telemetrytest.CheckOrderV2(otelV2, e2, refuserV2, suspiciousV2, valid2), ""},
		{"v2, auth outside", telemetrytest.CheckOrderV2(otelV2, refuserV2, e2, valid2), "refuses a call without a credential: put it after"},
		{"v2, auth for those who have a credential outside", telemetrytest.CheckOrderV2(otelV2, suspiciousV2, e2), "refuses a call with a credential that nobody knows: put it after"},
		{"v2, validate outside", telemetrytest.CheckOrderV2(otelV2, valid2, e2), "refuses a call whose message breaks a rule of protovalidate: put it after"},
		{"v2, two", telemetrytest.CheckOrderV2(otelV2, e2, e2), "is errpact's for the second time, inside of interceptor 1: remove one"},
	} {
		if (test.err == nil) != (test.want == "") || test.err != nil && !strings.Contains(test.err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.name, test.err, test.want)
		}
	}
}
