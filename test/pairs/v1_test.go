// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"context"
	"errors"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/test/callers"
)

// stackV1 is Connect v1.
var stackV1 = goStack{v1, connectWays, dialV1, readV1}

// connectWays are those of both versions of Connect.
var connectWays = []way{
	{Protocol: callers.Connect}, {Protocol: callers.Connect, JSON: true}, {Protocol: callers.Connect, GET: true, HTTP1: true},
	{Protocol: callers.GRPC}, {Protocol: callers.GRPC, JSON: true}, {Protocol: callers.GRPCWeb}, {Protocol: callers.GRPCWeb, JSON: true},
}

func dialV1(t *testing.T, s server, w way, sd side) callers.Caller {
	t.Helper()
	own := []interceptor.Option{interceptor.WithPolicy(newPolicy(t))}
	if sd == relaying {
		own = append(own, interceptor.WithRelay())
	}
	var options []connect.ClientOption
	if sd != plain {
		options = append(options, connect.WithInterceptors(interceptor.New(own...)))
	}
	call := callers.NewConnect(newHTTPClient(t, w.HTTP1, interceptor.LimitResponses), "http://"+s.address, w, options...)
	return func(ctx context.Context, m method, name string) (int, error) {
		ctx, info := connect.NewClientContext(ctx)
		info.RequestHeader().Set("X-Request-Id", requestID)
		return call(ctx, m, name)
	}
}

func readV1(err error) outcome {
	e, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return outcome{Message: err.Error()}
	}
	got := outcome{Code: uint32(e.Code()), Message: e.Message()}
	for _, d := range e.Details() {
		got.Details = append(got.Details, detail{d.Type(), string(d.Bytes())})
	}
	return got
}
