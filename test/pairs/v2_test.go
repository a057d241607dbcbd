// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connectinprocess"

	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/test/callers"
)

// stackV2 is Connect v2, which can do without a network, too.
var stackV2 = goStack{v2, append(slices.Clone(connectWays), way{Protocol: inProcess}), dialV2, readV2}

func dialV2(t *testing.T, s server, w way, sd side) callers.Caller {
	t.Helper()
	own := []errpactv2.Option{errpactv2.WithPolicy(newPolicy(t))}
	if sd == relaying {
		own = append(own, errpactv2.WithRelay())
	}
	var interceptors []connect.ClientInterceptor
	if sd != plain {
		interceptors = append(interceptors, errpactv2.NewClientInterceptor(own...))
	}
	call := callers.NewConnectV2(transportV2(t, s, w), interceptors...)
	return func(ctx context.Context, m method, name string) (int, error) {
		ctx, info := connect.NewClientContext(ctx)
		info.RequestHeader().Set("X-Request-Id", requestID)
		return call(ctx, m, name)
	}
}

func transportV2(t *testing.T, s server, w way) connect.Transport {
	t.Helper()
	if s.here != nil {
		return connectinprocess.New(s.here)
	}
	return callers.NewTransportV2(newHTTPClient(t, w.HTTP1, errpactv2.LimitResponses), "http://"+s.address, w)
}

func readV2(err error) outcome {
	e, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return outcome{Message: err.Error()}
	}
	got := outcome{Code: uint32(e.Code()), Message: e.Message()}
	for _, d := range e.Details() {
		got.Details = append(got.Details, detail{d.Type, string(d.Value)})
	}
	return got
}
