// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

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

// show prints an answer: its status, the headers named, and its body.
func show(handler http.Handler, path string, headers ...string) {
	server := httptest.NewServer(handler)
	defer server.Close()
	res, err := server.Client().Get(server.URL + path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	fmt.Println(res.StatusCode)
	for _, name := range headers {
		fmt.Printf("%s: %s\n", name, res.Header.Get(name))
	}
	if _, err := io.Copy(os.Stdout, res.Body); err != nil {
		fmt.Println(err)
	}
	fmt.Println()
}

// Every error that a REST caller gets is an envelope, also one that no handler of yours has seen.
func ExampleHandler() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /folders/{id}", func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, errpactv1err.NotExist.WithMetadata("folderId", r.PathValue("id")))
	})
	handler := rest.Handler(mux)

	show(handler, "/folders/f-17", "Content-Type")
	show(handler, "/nowhere")
	// Output:
	// 404
	// Content-Type: application/json
	// {"error_code":10,"error_message":"Resource does not exist","details":{"metadata":{"folderId":"f-17"}}}
	// 404
	// {"error_code":10,"error_message":"Resource does not exist","details":null}
}

// A Go caller of a REST API gets the same typed error as an RPC client.
func ExampleCheckResponse() {
	server := httptest.NewServer(rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, errpactv1err.InvalidValue.WithField("name", "is taken"))
	})))
	defer server.Close()
	res, err := http.Get(server.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()

	if err := rest.CheckResponse(res); errors.Is(err, errpactv1err.InvalidValue) {
		e, _ := mapping.From(err)
		fmt.Println(e.Message())
		for _, f := range e.Fields() {
			fmt.Println(f.Path, f.Description)
		}
	}
	// Output:
	// Invalid value
	// name is taken
}

// A 401 has the challenge that the API states.
func ExampleWithChallenge() {
	show(rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, errpactv1err.AuthNotProvided)
	}), rest.WithChallenge(`Bearer realm="acme"`)), "/", "Www-Authenticate")
	// Output:
	// 401
	// Www-Authenticate: Bearer realm="acme"
	// {"error_code":6,"error_message":"Access token is not provided","details":null}
}

// A retry delay is a header, too.
func ExampleError_retry() {
	show(rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, errpactv1err.InvalidValue.New("three a minute").WithRetryDelay(20*time.Second))
	})), "/", "Retry-After")
	// Output:
	// 400
	// Retry-After: 20
	// {"error_code":4,"error_message":"three a minute","details":{"retry_delay":"20s"}}
}
