// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1/interopv1connect"
)

// A road is a way to B on which no answer comes back.
type road struct {
	name      string
	base      string
	transport *http.Transport
}

func roads(t *testing.T) []road {
	t.Helper()
	closed, plain := closedPort(t), serve(t, http.NotFoundHandler()).URL
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that fail
	secure.StartTLS()
	t.Cleanup(secure.Close)
	noNames := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errSecret }}
	over := func(network, address string) *http.Transport {
		return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		}}
	}
	proxy := func(base string) *http.Transport {
		address, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		return &http.Transport{Proxy: http.ProxyURL(address)}
	}
	roads := []road{
		{"refused", closed + "/" + canary, &http.Transport{}},
		{"no name", "http://" + canary + ".example", &http.Transport{DialContext: (&net.Dialer{Resolver: noNames}).DialContext}},
		{"no socket", "http://b/" + canary, over("unix", filepath.Join(t.TempDir(), canary))},
		{"no network", "http://b", over(canary, canary)},
		{"no proxy", "http://" + canary + ".example", proxy(closed)},
		{"no tunnel", "https://" + canary + ".example", proxy(closed)},
		{"not TLS", strings.Replace(plain, "http:", "https:", 1) + "/" + canary, &http.Transport{}},
		{"nobody's certificate", secure.URL + "/" + canary, &http.Transport{TLSClientConfig: &tls.Config{ServerName: canary}}},
		{"a certificate of another", secure.URL, &http.Transport{TLSClientConfig: &tls.Config{
			ServerName: canary + ".example", RootCAs: secure.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs,
		}}},
	}
	for _, r := range roads {
		t.Cleanup(r.transport.CloseIdleConnections)
	}
	return roads
}

// closedPort is an address where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return "http://" + listener.Addr().String()
}

// TestG2NoAddressAndNoReasonOfAFailedConnectionGoesOut: the name of a host, a port, a socket's path and a
// certificate's subject are in such errors.
func TestG2NoAddressAndNoReasonOfAFailedConnectionGoesOut(t *testing.T) {
	t.Parallel()
	b := newUpstreams(t)
	var failures []failure
	for _, r := range roads(t) {
		for _, s := range bothClients {
			client := interopv1connect.NewTroubleServiceClient(&http.Client{Transport: r.transport}, r.base, s.options...)
			failures = append(failures,
				failure{r.name + " by a " + s.name, func(ctx context.Context) error { return callUnary(ctx, client, "x", nil) }, unreachable},
				failure{r.name + ", of a stream by a " + s.name, func(ctx context.Context) error {
					return callServerStream(ctx, client, "x", nil, 0)
				}, unreachable},
				failure{r.name + ", below a local by a " + s.name, func(ctx context.Context) error {
					return everywhere(connect.CodeInvalidArgument, callUnary(ctx, client, "x", nil))
				}, unreachable},
			)
		}
		failures = append(failures, failure{r.name + " by net/http", func(ctx context.Context) error {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base, nil)
			if err != nil {
				return err
			}
			res, err := (&http.Client{Transport: r.transport}).Do(req)
			if err == nil {
				_ = res.Body.Close()
			}
			return err
		}, unreachable})
	}
	// A dialer of one's own says what it likes; only our client knows what it was about.
	own := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, newTyped(errSecret) }}
	client := interopv1connect.NewTroubleServiceClient(&http.Client{Transport: own}, b.base, ourClient.options...)
	failures = append(failures, failure{"a dialer's", func(ctx context.Context) error { return callUnary(ctx, client, "x", nil) }, unreachable})
	checkTable(t, failures, fewWires())
}

// TestG2ARequestThatCannotBeMadeIsNoCallersFault: no byte has left A.
func TestG2ARequestThatCannotBeMadeIsNoCallersFault(t *testing.T) {
	t.Parallel()
	var failures []failure
	for _, base := range []string{"ftp://" + canary, "http://" + canary + ":port", "http://", canary, "http://[" + canary} {
		client := interopv1connect.NewTroubleServiceClient(http.DefaultClient, base, ourClient.options...)
		failures = append(failures, failure{base, func(ctx context.Context) error {
			if err := callUnary(ctx, client, "x", nil); err != nil {
				return err
			}
			return errors.New("the call succeeded")
		}, want{}})
	}
	checkSilent(t, failures, fewWires())
}
