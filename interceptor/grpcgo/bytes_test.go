// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// TestG15BytesAreThoseOfConnect for the same error, and the same every time.
func TestG15BytesAreThoseOfConnect(t *testing.T) {
	all := suite.Errors()
	address := serveErrors(t, cases(all...))
	mux := http.NewServeMux()
	mux.Handle(unary, connect.NewUnaryHandler(unary, func(_ context.Context, req *connect.Request[text]) (*connect.Response[text], error) {
		i, err := strconv.Atoi(req.Header().Get("Case"))
		if err != nil {
			return nil, err
		}
		return nil, all[i]
	}, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(newPolicy(t))))))
	server := loopback.Serve(t, mux)
	for i, sent := range all {
		theirs := post(t, server.Listener.Addr().String(), unary, frame(), "Case", strconv.Itoa(i), "X-Request-Id", "one")
		for range 2 {
			ours := post(t, address, unary, frame(), "Case", strconv.Itoa(i), "X-Request-Id", "one")
			for _, key := range []string{"Grpc-Status", "Grpc-Message", "Grpc-Status-Details-Bin"} {
				if got, want := ours.status(key), theirs.status(key); !strings.EqualFold(got, want) || key == "Grpc-Status-Details-Bin" && got != want {
					t.Errorf("%v: %s = %q, Connect's is %q", sent, key, got, want)
				}
			}
		}
		if opaque.Found(theirs.bytes()) || bytes.Contains(theirs.bytes(), []byte("find: ")) {
			t.Errorf("%v: a cause went out", sent)
		}
	}
}
