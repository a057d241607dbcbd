// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package loopback starts the servers of tests, and connects to them.
package loopback

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// New is a server on loopback that speaks HTTP/1.1 and, without TLS, HTTP/2 on one port. What it would log
// is dropped. It has not started.
func New(handler http.Handler) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetHTTP1(true)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	return server
}

// Serve starts [New], until the test is over.
func Serve(tb testing.TB, handler http.Handler) *httptest.Server {
	tb.Helper()
	server := New(handler)
	server.Start()
	tb.Cleanup(server.Close)
	return server
}

// NewTransport returns a transport that speaks one version of HTTP and inflates nothing, until the test is over.
func NewTransport(tb testing.TB, http2 bool) *http.Transport {
	tb.Helper()
	transport := &http.Transport{Protocols: new(http.Protocols), DisableCompression: true}
	transport.Protocols.SetHTTP1(!http2)
	transport.Protocols.SetUnencryptedHTTP2(http2)
	tb.Cleanup(transport.CloseIdleConnections)
	return transport
}

// Accept calls serve with each connection to the address that it returns, until the test is over. It closes the
// connection when serve returns.
func Accept(tb testing.TB, serve func(net.Conn)) (address string) {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				serve(conn)
			}()
		}
	}()
	return listener.Addr().String()
}

// ClosedAddress returns an address where nobody listens, until the test is over. It is that of a client's end of a
// connection: the port of a listener that was closed may be another server's in the next moment.
func ClosedAddress(tb testing.TB) string {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		_ = listener.Close()
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _, _ = conn.Close(), listener.Close() })
	return conn.LocalAddr().String()
}
