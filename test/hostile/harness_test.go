// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package hostile_test lets servers answer anything, and measures what that costs a client.
package hostile_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"

	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/test/callers"
)

// serveVariable makes the test's own program the hostile server: in a process of its own it leaves the
// heap to the client.
const serveVariable = "ERRPACT_HOSTILE_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(serveVariable) == "" {
		os.Exit(m.Run())
	}
	server := loopback.New(http.HandlerFunc(attackClient))
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

// ways are the protocols, with the versions of HTTP below them.
var ways = []callers.Way{
	{Protocol: callers.Connect, HTTP1: true},
	{Protocol: callers.Connect},
	{Protocol: callers.GRPC},
	{Protocol: callers.GRPCWeb, HTTP1: true},
	{Protocol: callers.GRPCWeb},
}

// A stack is one to call by.
type stack struct {
	name string
	// dial makes a client with errpact's interceptor if it is to decode, and with a limit if messages are
	// to have one.
	dial func(transport http.RoundTripper, url string, w callers.Way, decode bool, limit int) callers.Caller
	// bounded is errpact's transport.
	bounded func(http.RoundTripper) http.RoundTripper
	// methods are those that differ: Connect v2 has one stream for all that are not unary.
	methods []callers.Method
}

var stacks = []stack{
	{"v1", dialV1, interceptor.LimitResponses, callers.Methods},
	{"v2", dialV2, errpactv2.LimitResponses, []callers.Method{{Name: callers.Unary}, {Name: callers.ServerStream}}},
}

func dialV1(transport http.RoundTripper, url string, w callers.Way, decode bool, limit int) callers.Caller {
	options := []connect.ClientOption{connect.WithReadMaxBytes(limit)}
	if decode {
		options = append(options, connect.WithInterceptors(interceptor.New()))
	}
	return callers.NewConnect(&http.Client{Transport: transport}, url, w, options...)
}

func dialV2(transport http.RoundTripper, url string, w callers.Way, decode bool, limit int) callers.Caller {
	var interceptors []connectv2.ClientInterceptor
	if decode {
		interceptors = append(interceptors, errpactv2.NewClientInterceptor())
	}
	return callers.NewConnectV2(callers.NewTransportV2(&http.Client{Transport: transport}, url, w, connecthttp.WithReadMaxBytes(limit)), interceptors...)
}

// everyWay runs a test for each stack and method, as far as it can be called.
func everyWay(t *testing.T, test func(t *testing.T, s stack, w callers.Way, m callers.Method)) {
	t.Helper()
	for _, s := range stacks {
		for _, w := range ways {
			for _, m := range s.methods {
				if w.Carries(m) {
					t.Run(s.name+"/"+w.String()+"/"+m.String(), func(t *testing.T) { test(t, s, w, m) })
				}
			}
		}
	}
}

// newTransport reads no more headers than [interceptor.LimitResponses] lets pass, as that one's doc says.
func newTransport(t *testing.T, http1 bool) *http.Transport {
	t.Helper()
	transport := &http.Transport{Protocols: new(http.Protocols), MaxResponseHeaderBytes: 64 << 10}
	transport.Protocols.SetHTTP1(http1)
	transport.Protocols.SetUnencryptedHTTP2(!http1)
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}
