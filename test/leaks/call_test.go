// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// caller calls one server, of a stack, on one wire.
type caller struct {
	stack  string
	wire   wire
	base   string
	record *recorder
	client suite.Client
}

func newCaller(t testing.TB, to suite.Server, w wire) *caller {
	t.Helper()
	c := &caller{wire: w, base: to.URL, record: &recorder{RoundTripper: loopback.NewTransport(t, w.http2)}}
	if !w.isREST() {
		c.client = w.way.Dial(t, to, suite.Calling{HTTP: &http.Client{Transport: c.record}, Get: w.get, Gzip: w.gzip})
	}
	return c
}

// answer is what a caller got.
type answer struct {
	// ok is a success. err is that there was no answer, or one that cannot be read.
	ok  bool
	err error

	number          int32
	reason, message string
	connectCode     uint32 // of RPC
	status          int    // of REST

	// got is the error of an RPC client; header and details are those of a REST answer.
	got           error
	header        http.Header
	details       []byte
	rest, ownText bool
	raw           []byte
}

// call makes one call for a name.
func (c *caller) call(ctx context.Context, name string) answer { return c.callWith(ctx, name, nil) }

func (c *caller) callWith(ctx context.Context, name string, header http.Header) answer {
	var a answer
	if c.wire.isREST() {
		a = c.callREST(ctx, name, header)
	} else {
		a = newAnswer(c.wire.method.call(ctx, c.client, name, header))
	}
	a.rest, a.ownText, a.raw = c.wire.isREST(), c.wire.ownText, c.record.take()
	return a
}

func newAnswer(err error) answer {
	if err == nil {
		return answer{ok: true}
	}
	found, ok := mapping.From(err)
	if !ok {
		return answer{got: err, err: fmt.Errorf("an error that is not typed: %w", err)}
	}
	a := answer{
		number: found.Code().Number(), reason: found.Reason(), message: found.Message(),
		connectCode: uint32(found.ConnectCode()), got: err,
	}
	if !connect.IsWireError(err) {
		a.err = err
	}
	return a
}

func (c *caller) callREST(ctx context.Context, name string, header http.Header) answer {
	req, err := c.wire.rest(c.base, name)
	if err != nil {
		return answer{err: err}
	}
	maps.Copy(req.Header, header)
	if c.wire.gzip {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	res, err := c.record.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return answer{err: err}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.Header.Get("Content-Encoding") == "gzip" {
		body, err = inflate(body)
	}
	switch {
	case err != nil:
		return answer{err: err}
	case res.StatusCode == http.StatusOK:
		return answer{ok: true}
	}
	envelope, err := mapping.ParseEnvelope(body)
	return answer{
		number: envelope.Code, message: envelope.Message, details: envelope.Details,
		status: res.StatusCode, header: res.Header, err: err,
	}
}

func inflate(body []byte) ([]byte, error) {
	zr, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(zr)
}

// restRequests are those that REST callers make: of vanguard's three bindings, and of net/http.
var restRequests = []struct {
	name    string
	http2   bool
	request func(base, name string) (*http.Request, error)
}{
	{"get", false, func(base, name string) (*http.Request, error) {
		return http.NewRequest(http.MethodGet, base+"/v1/trouble/"+name, nil)
	}},
	{"post", true, func(base, name string) (*http.Request, error) {
		return jsonRequest(http.MethodPost, base+"/v1/trouble", `{"name":"`+name+`"}`)
	}},
	{"put", false, func(base, name string) (*http.Request, error) {
		return jsonRequest(http.MethodPut, base+"/v1/trouble/"+name+"/inner", `{"label":"x"}`)
	}},
	{"own", true, func(base, name string) (*http.Request, error) {
		return http.NewRequest(http.MethodGet, base+"/own/"+name, nil)
	}},
	{"text", false, func(base, name string) (*http.Request, error) {
		return http.NewRequest(http.MethodGet, base+"/text/"+name, nil)
	}},
}

func jsonRequest(method, url, body string) (*http.Request, error) {
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err == nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, err
}
