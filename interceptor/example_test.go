// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
)

const getFolder = "/acme.v1.FolderService/GetFolder"

// serveFolders starts a service of one method, as generated code would.
func serveFolders(get func(ctx context.Context, id string) (string, error), errpact *interceptor.Interceptor) *httptest.Server {
	mux := http.NewServeMux()
	mux.Handle(getFolder, connect.NewUnaryHandler(getFolder,
		func(ctx context.Context, req *connect.Request[wrapperspb.StringValue]) (*connect.Response[wrapperspb.StringValue], error) {
			name, err := get(ctx, req.Msg.GetValue())
			if err != nil {
				return nil, err
			}
			return connect.NewResponse(wrapperspb.String(name)), nil
		}, connect.WithInterceptors(errpact)))
	return httptest.NewServer(mux)
}

// callFolders returns the service's client, as generated code would.
func callFolders(url string, errpact *interceptor.Interceptor) func(ctx context.Context, id string) (string, error) {
	client := connect.NewClient[wrapperspb.StringValue, wrapperspb.StringValue](http.DefaultClient, url+getFolder, connect.WithInterceptors(errpact))
	return func(ctx context.Context, id string) (string, error) {
		res, err := client.CallUnary(ctx, connect.NewRequest(wrapperspb.String(id)))
		if err != nil {
			return "", err
		}
		return res.Msg.GetValue(), nil
	}
}

// The same interceptor serves a server, whose handlers return entries, and a client, which receives them.
func ExampleNew() {
	server := serveFolders(func(_ context.Context, id string) (string, error) {
		return "", errpactv1err.NotExist.WithMetadata("folderId", id)
	}, interceptor.New())
	defer server.Close()
	getFolder := callFolders(server.URL, interceptor.New())

	_, err := getFolder(context.Background(), "f-17")
	if errors.Is(err, errpactv1err.NotExist) {
		e, _ := mapping.From(err)
		fmt.Println(e.Message(), e.Metadata()["folderId"])
	}
	// Output: Resource does not exist f-17
}

// A policy of your own has rules for the errors that your code returns.
func ExampleWithPolicy() {
	errLocked := errors.New("store: folder is locked by worker 7")
	policy, err := mapping.NewPolicy(
		mapping.WithReport(nil),
		mapping.WithRules(mapping.MapIs(errLocked, errpactv1err.DatabaseTemporarilyUnavailable)),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	server := serveFolders(func(context.Context, string) (string, error) {
		return "", fmt.Errorf("get folder: %w", errLocked)
	}, interceptor.New(interceptor.WithPolicy(policy)))
	defer server.Close()

	_, err = callFolders(server.URL, interceptor.New())(context.Background(), "f-17")
	delay, ok := mustFrom(err).RetryDelay()
	fmt.Println(err)
	fmt.Println(delay, ok)
	// Output:
	// ERROR_CODE_DATABASE: Database is temporarily unavailable
	// 1s true
}

func mustFrom(err error) *mapping.Error {
	e, _ := mapping.From(err)
	return e
}

// Another service's error is not yours: your caller gets a fixed text. A client with WithRelay passes it on.
func ExampleWithRelay() {
	quiet, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		fmt.Println(err)
		return
	}
	backend := serveFolders(func(context.Context, string) (string, error) {
		return "", errpactv1err.NotExist.New("folder f-17 was archived")
	}, interceptor.New(interceptor.WithPolicy(quiet)))
	defer backend.Close()

	for _, client := range []*interceptor.Interceptor{interceptor.New(), interceptor.New(interceptor.WithRelay())} {
		front := serveFolders(callFolders(backend.URL, client), interceptor.New(interceptor.WithPolicy(quiet)))
		_, err := callFolders(front.URL, interceptor.New())(context.Background(), "f-17")
		fmt.Println(mustFrom(err))
		front.Close()
	}
	// Output:
	// ERROR_CODE_EXTERNAL_SERVICE: External service failed
	// ERROR_CODE_NOT_EXIST: folder f-17 was archived
}

// LimitResponses bounds what a hostile server can make a client decode.
func ExampleLimitResponses() {
	client := &http.Client{Transport: interceptor.LimitResponses(http.DefaultTransport)}
	server := serveFolders(func(_ context.Context, id string) (string, error) { return "folder " + id, nil }, interceptor.New())
	defer server.Close()

	res, err := connect.NewClient[wrapperspb.StringValue, wrapperspb.StringValue](client, server.URL+getFolder).
		CallUnary(context.Background(), connect.NewRequest(wrapperspb.String("f-17")))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Msg.GetValue())
	// Output: folder f-17
}

// A report sees every error that a server answers, with the cause that the caller did not see.
func ExampleWithPolicy_report() {
	policy, err := mapping.NewPolicy(mapping.WithReport(func(_ context.Context, r mapping.Report) {
		fmt.Printf("%s answered %v, because %v\n", r.Procedure, r.Sent, r.Err)
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	server := serveFolders(func(context.Context, string) (string, error) {
		return "", errors.New("disk on fire")
	}, interceptor.New(interceptor.WithPolicy(policy)))
	defer server.Close()

	_, err = callFolders(server.URL, interceptor.New())(context.Background(), "f-17")
	fmt.Println(err)
	// Output:
	// /acme.v1.FolderService/GetFolder answered ERROR_CODE_UNKNOWN: Unknown server side error occurred, because disk on fire
	// ERROR_CODE_UNKNOWN: Unknown server side error occurred
}
