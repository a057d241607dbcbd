// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retries_test

import (
	"context"
	"net/http"
	"testing"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"

	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/retry"
	"github.com/errpact/errpact/interceptor/retry/retryv2"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
)

func newInventoryClientV2(url string) interopv1connectv2.TroubleServiceClient {
	return interopv1connectv2.NewTroubleServiceClient(connect.NewClient(
		connecthttp.NewTransport(http.DefaultClient, url),
		retryv2.NewClientInterceptor(), connectv2.NewClientInterceptor(),
	))
}

func TestInventoryClientV2TriesAgain(t *testing.T) {
	err := retry.CheckOrder(func(ctx context.Context) error {
		_, err := newInventoryClientV2("http://127.0.0.1:1").Unary(ctx, new(interopv1.UnaryRequest))
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
