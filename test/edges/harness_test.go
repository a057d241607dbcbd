// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package edges_test proves what callers get of failures before and after the interceptors.
package edges_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
	"testing"

	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/callers"
)

// canary stands in texts that no REST caller may see.
const canary = "CanaryThatNobodyMaySee"

// reports collects what a policy reports.
type reports chan mapping.Report

func newReports() reports { return make(reports, 100) }

func (r reports) policy(t *testing.T) *mapping.Policy {
	t.Helper()
	var once sync.Once
	policy, err := mapping.NewPolicy(mapping.WithReport(func(_ context.Context, report mapping.Report) {
		select {
		case r <- report:
		default:
			once.Do(func() { t.Error("too many reports") })
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// A request is one as it stands on the wire of HTTP/1.1.
type request struct {
	method, path string
	header       []string
	body         string
}

var (
	date      = regexp.MustCompile(`(?m)^Date: .*\r\n`)
	announced = regexp.MustCompile(`(?m)^Trailer: .*\r\n`)
)

// raw gives every byte of the answer but the date.
func (r request) raw(t *testing.T, server *httptest.Server) string {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n", r.method, r.path, len(r.body))
	for i := 0; i < len(r.header); i += 2 {
		fmt.Fprintf(&b, "%s: %s\r\n", r.header[i], r.header[i+1])
	}
	fmt.Fprintf(&b, "\r\n%s", r.body)
	if _, err := conn.Write(b.Bytes()); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(conn)
	if err != nil && len(all) == 0 {
		t.Fatal(err) // a reset after the answer is that of a body that nobody read
	}
	// net/http announces trailers in no order.
	return announced.ReplaceAllString(date.ReplaceAllString(string(all), ""), "Trailer: (…)\r\n")
}

// ways are the protocols, with the versions of HTTP below them.
var ways = []callers.Way{
	{Protocol: callers.Connect, HTTP1: true},
	{Protocol: callers.Connect, JSON: true},
	{Protocol: callers.GRPC},
	{Protocol: callers.GRPCWeb, HTTP1: true},
	{Protocol: callers.GRPCWeb},
}

// newTransport changes each request before it is sent.
func newTransport(t *testing.T, http1 bool, change func(*http.Request)) http.RoundTripper {
	t.Helper()
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetHTTP1(http1)
	transport.Protocols.SetUnencryptedHTTP2(!http1)
	t.Cleanup(transport.CloseIdleConnections)
	return changing{transport, change}
}

type changing struct {
	http.RoundTripper
	change func(*http.Request)
}

func (c changing) RoundTrip(r *http.Request) (*http.Response, error) {
	if c.change != nil {
		r = r.Clone(r.Context())
		c.change(r)
	}
	return c.RoundTripper.RoundTrip(r)
}
