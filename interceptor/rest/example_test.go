// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// limiter is a middleware of somebody else's: it refuses everything.
func limiter(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		http.Error(w, "shard 3 is busy", http.StatusTooManyRequests)
	})
}

// callBoth calls a server as an RPC client and as a REST caller, and prints what each gets.
func callBoth(h http.Handler) {
	server := httptest.NewServer(h)
	defer server.Close()
	client := connect.NewClient[emptypb.Empty, emptypb.Empty](server.Client(), server.URL+"/acme.v1.Shop/Buy",
		connect.WithInterceptors(interceptor.New()))
	_, err := client.CallUnary(context.Background(), connect.NewRequest(new(emptypb.Empty)))
	e, _ := mapping.From(err)
	delay, _ := e.RetryDelay()
	fmt.Println("RPC:", e, delay)
	res, err := server.Client().Get(server.URL + "/shop")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	fmt.Println("REST:", res.StatusCode, rest.CheckResponse(res))
}

// An RPC client knows how long to wait, and a REST caller reads the envelope.
func ExampleGate() {
	callBoth(rest.Handler(rest.Gate(limiter)(http.NotFoundHandler())))
	// Output:
	// RPC: ERROR_CODE_UNKNOWN: Too Many Requests 7s
	// REST: 429 ERROR_CODE_UNKNOWN: Too Many Requests
}

// A middleware hands its errors to Error, whoever calls.
func ExampleError() {
	callBoth(rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, errpactv1err.AuthExpired)
	})))
	// Output:
	// RPC: ERROR_CODE_AUTH_EXPIRED: Access token has expired 0s
	// REST: 401 ERROR_CODE_AUTH_EXPIRED: Access token has expired
}
