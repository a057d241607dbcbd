// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
)

// callers is how many of them call at once, end to end.
const callers = 64

// serve listens on loopback, without TLS, until the benchmark or test is over.
func serve(tb testing.TB, handler http.Handler) *httptest.Server {
	tb.Helper()
	s := httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Config.Protocols = versions(true, true)
	s.Start()
	tb.Cleanup(s.Close)
	return s
}

func versions(http1, http2 bool) *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(http1)
	p.SetUnencryptedHTTP2(http2)
	return p
}

// httpClient speaks one version of HTTP, and keeps a connection for each caller.
func httpClient(tb testing.TB, http2 bool) *http.Client {
	tb.Helper()
	transport := &http.Transport{Protocols: versions(!http2, http2), MaxIdleConnsPerHost: callers}
	tb.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// caller calls the method once, and gives its error.
func (p protocol) caller(tb testing.TB, url string, options ...connect.ClientOption) func() error {
	tb.Helper()
	return p.callerBy(httpClient(tb, p.http2), url, options...)
}

// callerBy is caller by an HTTP client that others use, too: which of two connections is the faster one is
// no matter of what they carry.
func (p protocol) callerBy(over *http.Client, url string, options ...connect.ClientOption) func() error {
	client := interopv1connect.NewTroubleServiceClient(over, url, append(options, p.client...)...)
	ctx := context.Background()
	return func() error {
		_, err := client.Unary(ctx, connect.NewRequest(new(interopv1.UnaryRequest)))
		return err
	}
}

// grpcCaller is the same with grpc-go's client.
func grpcCaller(tb testing.TB, s *httptest.Server) func() error {
	tb.Helper()
	conn, err := grpc.NewClient(s.Listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	client := interopv1.NewTroubleServiceClient(conn)
	ctx := context.Background()
	return func() error {
		_, err := client.Unary(ctx, new(interopv1.UnaryRequest))
		return err
	}
}
