// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package hostile_test lets servers answer anything, and measures what that costs a client.
package hostile_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"connectrpc.com/connect"

	interopv1 "github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1"
	"github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1/interopv1connect"
)

// serveVariable makes the test's own program the hostile server: in a process of its own it leaves the
// heap to the client.
const serveVariable = "ERRPACT_HOSTILE_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(serveVariable) == "" {
		os.Exit(m.Run())
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(attackClient))
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetHTTP1(true)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	fmt.Println(server.URL)
	_, _ = io.Copy(io.Discard, os.Stdin) // until the test has ended, however it ends
}

// startServer gives the URL of the hostile server.
func startServer(t *testing.T) string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program)
	command.Env = append(os.Environ(), serveVariable+"=1")
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = command.Wait()
	})
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(url)
}

// A way is a protocol and the version of HTTP below it.
type way struct {
	name    string
	http2   bool
	options []connect.ClientOption
}

var ways = []way{
	{"connect/http1", false, nil},
	{"connect/http2", true, nil},
	{"grpc/http2", true, []connect.ClientOption{connect.WithGRPC()}},
	{"grpcweb/http1", false, []connect.ClientOption{connect.WithGRPCWeb()}},
	{"grpcweb/http2", true, []connect.ClientOption{connect.WithGRPCWeb()}},
}

var methods = []string{"Unary", "ClientStream", "ServerStream", "BidiStream"}

// everyWay runs a test for each method, as far as it can be called.
func everyWay(t *testing.T, test func(t *testing.T, w way, method string)) {
	t.Helper()
	for _, w := range ways {
		for _, method := range methods {
			if method != "BidiStream" || w.http2 {
				t.Run(w.name+"/"+method, func(t *testing.T) { test(t, w, method) })
			}
		}
	}
}

// newTransport reads no more headers than [interceptor.Transport] lets pass, as that one's doc says.
func newTransport(t *testing.T, http2 bool) *http.Transport {
	t.Helper()
	transport := &http.Transport{Protocols: new(http.Protocols), MaxResponseHeaderBytes: 64 << 10}
	transport.Protocols.SetHTTP1(!http2)
	transport.Protocols.SetUnencryptedHTTP2(http2)
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

func newClient(transport http.RoundTripper, url, attack string, options ...connect.ClientOption) interopv1connect.TroubleServiceClient {
	return interopv1connect.NewTroubleServiceClient(&http.Client{Transport: transport}, url+"/"+attack, options...)
}

// maxReceived bounds what is taken of a stream that has no end.
const maxReceived = 10_000

// errEndless is what a caller does about such a stream.
var errEndless = errors.New("the stream has no end")

// call makes one call, and gives its error where it surfaces.
func call(ctx context.Context, client interopv1connect.TroubleServiceClient, method string) error {
	switch method {
	case "Unary":
		_, err := client.Unary(ctx, connect.NewRequest(&interopv1.UnaryRequest{Name: "x"}))
		return err
	case "ClientStream":
		stream := client.ClientStream(ctx)
		if err := stream.Send(&interopv1.ClientStreamRequest{Name: "x"}); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		_, err := stream.CloseAndReceive()
		return err
	case "ServerStream":
		stream, err := client.ServerStream(ctx, connect.NewRequest(&interopv1.ServerStreamRequest{Name: "x"}))
		if err != nil {
			return err
		}
		defer stream.Close()
		for range maxReceived {
			if !stream.Receive() {
				return stream.Err()
			}
		}
		return errEndless
	}
	return callBidi(client.BidiStream(ctx))
}

func callBidi(stream *connect.BidiStreamForClient[interopv1.BidiStreamRequest, interopv1.BidiStreamResponse]) error {
	defer func() { _ = stream.CloseResponse() }()
	if err := stream.Send(&interopv1.BidiStreamRequest{Name: "x"}); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := stream.CloseRequest(); err != nil {
		return err
	}
	for range maxReceived {
		if _, err := stream.Receive(); err != nil {
			return err
		}
	}
	return errEndless
}
