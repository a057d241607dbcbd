// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"

	"connectrpc.com/connect"
	"connectrpc.com/otelconnect"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/telemetry"
	"github.com/errpact/errpact/mapping"
)

// serverInterceptors are the ones of a server, observers first.
func serverInterceptors(provider trace.TracerProvider) ([]connect.Interceptor, error) {
	policy, err := mapping.NewPolicy(mapping.WithReport(telemetry.Reporter(mapping.LogReport)))
	if err != nil {
		return nil, err
	}
	otel, err := otelconnect.NewInterceptor(otelconnect.WithTracerProvider(provider))
	if err != nil {
		return nil, err
	}
	return []connect.Interceptor{otel, interceptor.New(interceptor.WithPolicy(policy))}, nil
}

// routed tells the pattern that a router inside has found.
func routed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { rest.SetRoute(r.Context(), r.Pattern) }()
		next.ServeHTTP(w, r)
	})
}

// findFolder is a handler.
func findFolder(context.Context, *text) (*text, error) {
	return nil, errpactv1err.NotExist.WithMetadata("folderId", "f-1").Wrap(errors.New("no row in table folders"))
}

// A server's spans say which error of the catalogue was answered, and nothing of its cause.
func ExampleReport() {
	spans := tracetest.NewSpanRecorder()
	interceptors, err := serverInterceptors(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(connect.NewUnaryHandlerSimple(unary, findFolder, connect.WithInterceptors(interceptors...)))
	defer server.Close()
	request := connect.NewRequest(new(text))
	request.Header().Set(mapping.HeaderRequestID, "r-1")
	_, err = connect.NewClient[text, text](http.DefaultClient, server.URL+unary).CallUnary(context.Background(), request)
	fmt.Println(err)
	for _, kv := range spans.Ended()[0].Attributes() {
		fmt.Println(kv.Key, "=", kv.Value.String())
	}
	// Unordered output:
	// not_found: Resource does not exist
	// rpc.system.name = connectrpc
	// rpc.method = errpact.telemetry.test.v1.TestService/Unary
	// errpact.code = ERROR_CODE_NOT_EXIST
	// errpact.number = 10
	// errpact.catalogue = errpact.v1.ErrorCode
	// errpact.fault = caller
	// errpact.origin = entry
	// errpact.request_id = r-1
	// rpc.response.status_code = NOT_FOUND
	// error.type = NOT_FOUND
}

// recording goes between a client's observer and errpact's interceptor, so that the observer's span has
// errpact's attributes, too.
var recording = connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		res, err := next(ctx, req)
		trace.SpanFromContext(ctx).SetAttributes(telemetry.Attributes(err)...)
		return res, err
	}
})

// A client's observer sees the code in any order; what the catalogue adds to it, an interceptor between
// the two tells.
func ExampleAttributes() {
	server := httptest.NewServer(connect.NewUnaryHandlerSimple(unary, findFolder, connect.WithInterceptors(interceptor.New())))
	defer server.Close()
	spans := tracetest.NewSpanRecorder()
	otel, err := otelconnect.NewInterceptor(otelconnect.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))))
	if err != nil {
		fmt.Println(err)
		return
	}
	client := connect.NewClient[text, text](http.DefaultClient, server.URL+unary, connect.WithInterceptors(otel, recording, interceptor.New()))
	_, err = client.CallUnary(context.Background(), connect.NewRequest(new(text)))
	fmt.Println(errors.Is(err, errpactv1err.NotExist))
	for _, kv := range spans.Ended()[0].Attributes() {
		if kv.Key == "errpact.code" || kv.Key == "rpc.response.status_code" {
			fmt.Println(kv.Key, "=", kv.Value.String())
		}
	}
	// Unordered output:
	// true
	// errpact.code = ERROR_CODE_NOT_EXIST
	// rpc.response.status_code = NOT_FOUND
}

// logAll logs every error, also a caller's. An error is a group in the log, with all that is private.
func logAll(logger *slog.Logger) mapping.ReportFunc {
	return func(ctx context.Context, r mapping.Report) {
		logger.ErrorContext(ctx, "answered", "procedure", r.Procedure, "error", r.Err)
	}
}

// The log has what spans have not.
func ExampleReport_log() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	policy, err := mapping.NewPolicy(mapping.WithReport(telemetry.Reporter(logAll(logger))))
	if err != nil {
		fmt.Println(err)
		return
	}
	handler := connect.NewUnaryHandlerSimple("/acme.v1.FolderService/Find", findFolder,
		connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))))
	server := httptest.NewServer(handler)
	defer server.Close()
	_, _ = connect.NewClient[text, text](http.DefaultClient, server.URL+"/acme.v1.FolderService/Find").
		CallUnary(context.Background(), connect.NewRequest(new(text)))
	// Output:
	// level=ERROR msg=answered procedure=/acme.v1.FolderService/Find error.code=ERROR_CODE_NOT_EXIST error.message="Resource does not exist" error.metadata.folderId=f-1 error.cause="no row in table folders"
}
