// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/mapping"
)

// getFolder is the method of the examples, as generated code would describe it.
var getFolder = connect.Spec{Procedure: "/acme.v1.FolderService/GetFolder", StreamType: connect.StreamTypeUnary}

// serveFolders starts a service of one method that fails.
func serveFolders(fail func(id string) error, errpact connect.ServerInterceptor) *httptest.Server {
	server := connect.NewServer(errpact)
	server.Register(connect.Method{Spec: getFolder, Handler: func(_ context.Context, _ connect.Spec, stream connect.ServerStream) error {
		id := new(wrapperspb.StringValue)
		if err := stream.Receive(id); err != nil {
			return err
		}
		return fail(id.GetValue())
	}})
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server)
	return httptest.NewServer(mux)
}

// callFolders calls the method.
func callFolders(url string, errpact connect.ClientInterceptor) error {
	client := connect.NewClient(connecthttp.NewTransport(http.DefaultClient, url), errpact)
	return client.CallUnary(context.Background(), getFolder, wrapperspb.String("f-17"), new(wrapperspb.StringValue))
}

// Handlers return entries, and clients receive them.
func ExampleNewServerInterceptor() {
	server := serveFolders(func(id string) error {
		return errpactv1err.NotExist.WithMetadata("folderId", id)
	}, connectv2.NewServerInterceptor())
	defer server.Close()

	err := callFolders(server.URL, connectv2.NewClientInterceptor())
	if errors.Is(err, errpactv1err.NotExist) {
		e, _ := mapping.From(err)
		fmt.Println(e.Message(), e.Metadata()["folderId"])
	}
	// Output: Resource does not exist f-17
}

// A client with WithRelay passes another service's errors on to the caller.
func ExampleWithRelay() {
	backend := serveFolders(func(string) error {
		return errpactv1err.NotExist.New("folder f-17 was archived")
	}, connectv2.NewServerInterceptor())
	defer backend.Close()
	front := serveFolders(func(string) error {
		return callFolders(backend.URL, connectv2.NewClientInterceptor(connectv2.WithRelay()))
	}, connectv2.NewServerInterceptor())
	defer front.Close()

	e, _ := mapping.From(callFolders(front.URL, connectv2.NewClientInterceptor()))
	fmt.Println(e)
	// Output: ERROR_CODE_NOT_EXIST: folder f-17 was archived
}
