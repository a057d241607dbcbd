// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/gateway"
	shelfv1 "github.com/errpact/errpact/interceptor/gateway/internal/shelf/gen/errpact/shelf/v1"
	"github.com/errpact/errpact/interceptor/rest"
)

// library is a service, here called in process.
type library struct {
	shelfv1.UnimplementedShelfServiceServer
}

func (library) GetBook(_ context.Context, req *shelfv1.GetBookRequest) (*shelfv1.GetBookResponse, error) {
	return nil, errpactv1err.NotExist.Errorf("There is no book %d", req.GetNumber())
}

// A handler's error, a request that does not decode, and a method without a route have one form.
func ExampleOptions() {
	mux := runtime.NewServeMux(gateway.Options()...)
	if err := shelfv1.RegisterShelfServiceHandlerServer(context.Background(), mux, library{}); err != nil {
		fmt.Println(err)
		return
	}
	server := rest.Handler(mux)
	for _, r := range []*http.Request{
		httptest.NewRequest(http.MethodGet, "/v1/books/7", nil),
		httptest.NewRequest(http.MethodGet, "/v1/books/seven", nil),
		httptest.NewRequest(http.MethodDelete, "/v1/books/7", nil),
	} {
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 404 {"error_code":10,"error_message":"There is no book 7","details":null}
	// 400 {"error_code":5,"error_message":"Invalid type","details":{"field_violations":[{"field":"number","description":"want a whole number","reason":"WRONG_TYPE"}]}}
	// 405 {"error_code":1,"error_message":"Method is not allowed","details":null}
}
