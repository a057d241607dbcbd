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
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// A road is a way to B on which no answer comes back.
type road struct {
	name      string
	base      string
	transport *http.Transport
}

// sides are the clients that can take the road: grpc-go knows a proxy from its environment alone.
func (r road) sides(sp speech) []side {
	return slices.DeleteFunc(sidesOf(sp, suite.Plain, suite.Decoding), func(s side) bool {
		return s.stack.name == onGRPC && r.transport.Proxy != nil
	})
}

func roads(t *testing.T) []road {
	t.Helper()
	closed, plain := "http://"+loopback.ClosedAddress(t), loopback.Serve(t, http.NotFoundHandler()).URL
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

// TestG2FailedConnectionsRevealNoAddressOrReason: the name of a host, a port, a socket's path and a
// certificate's subject are in such errors.
func TestG2FailedConnectionsRevealNoAddressOrReason(t *testing.T) {
	t.Parallel()
	b := newUpstreams(t)
	var failures []failure
	for _, r := range roads(t) {
		for _, sp := range []speech{speeches[0], speeches[4]} {
			for _, s := range r.sides(sp) {
				call := s.calling(t, r.base, &http.Client{Transport: r.transport}, sp)
				failures = append(failures, s.ends(r.name, func(ctx context.Context) error { return call(ctx, "x") }, unreachable)...)
				if s.isMute() {
					continue
				}
				failures = append(failures, failure{r.name + ", below a local by " + s.name, func(ctx context.Context) error {
					return everywhere(connect.CodeInvalidArgument, call(ctx, "x"))
				}, unreachable})
			}
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
	// A user's own dialer says what it likes, and Connect does not tell whether anything was sent; grpc-go does.
	own := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, newTyped(errSecret) }}
	for _, s := range sidesOf(speeches[3], suite.Decoding) {
		call := s.calling(t, b.base, &http.Client{Transport: own}, speeches[3])
		want := broken
		if s.stack.name == onGRPC {
			want = unreachable
		}
		failures = append(failures, failure{"a dialer's by " + s.name, func(ctx context.Context) error { return call(ctx, "x") }, want})
	}
	checkTable(t, failures, fewWires())
}

// TestG2RequestsThatCannotBeSentRevealNothing: no byte has left A.
func TestG2RequestsThatCannotBeSentRevealNothing(t *testing.T) {
	t.Parallel()
	var failures []failure
	for _, base := range []string{"ftp://" + canary, "http://" + canary + ":port", "http://", canary, "http://[" + canary} {
		for _, s := range sidesOf(speeches[0], suite.Decoding) {
			call := s.calling(t, base, http.DefaultClient, speeches[0])
			failures = append(failures, failure{base + " by " + s.name, func(ctx context.Context) error {
				if err := call(ctx, "x"); err != nil {
					return err
				}
				return errors.New("the call succeeded")
			}, want{}})
		}
	}
	checkSilent(t, failures, fewWires())
}
