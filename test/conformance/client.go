// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/errpact/errpact/mapping"
	conformancev1 "github.com/errpact/errpact/test/gen/connectrpc/conformance/v1"
)

// parallel is how many calls the client has under way at once. Cases have deadlines, which a machine
// of two cores must meet with the race detector.
const parallel = 8

// Call is the client under test. It makes the calls that it reads from in, and writes to out what
// came of each. It returns at the end of in.
func Call(ctx context.Context, in io.Reader, out io.Writer, stack Stack, kind Errors) error {
	policy, err := kind.policy()
	if err != nil {
		return err
	}
	requests := make(chan *conformancev1.ClientCompatRequest)
	responses := make(chan *conformancev1.ClientCompatResponse)
	var workers sync.WaitGroup
	connections := connections{policy: policy, kind: kind}
	call := connections.call
	if stack == ConnectV2 {
		call = connections.callV2
	}
	for range parallel {
		workers.Go(func() {
			for request := range requests {
				responses <- respond(request, func() (*conformancev1.ClientResponseResult, error) {
					return call(ctx, request)
				})
			}
		})
	}
	written := make(chan error, 1)
	go func() { written <- writeAll(out, responses) }()
	err = readAll(in, requests)
	close(requests)
	workers.Wait()
	close(responses)
	return errors.Join(err, <-written)
}

func readAll(in io.Reader, requests chan<- *conformancev1.ClientCompatRequest) error {
	for {
		request := new(conformancev1.ClientCompatRequest)
		if err := readMessage(in, request); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		requests <- request
	}
}

// writeAll reads on after a failure: workers must not wait for it for ever.
func writeAll(out io.Writer, responses <-chan *conformancev1.ClientCompatResponse) error {
	var failure error
	for response := range responses {
		if failure == nil {
			failure = writeMessage(out, response)
		}
	}
	return failure
}

// respond is the runner's form of an outcome. An error here is one of the client's own, not the call's.
func respond(request *conformancev1.ClientCompatRequest, call func() (*conformancev1.ClientResponseResult, error)) *conformancev1.ClientCompatResponse {
	response := &conformancev1.ClientCompatResponse{TestName: request.GetTestName()}
	result, err := call()
	if err != nil {
		response.Result = &conformancev1.ClientCompatResponse_Error{Error: &conformancev1.ClientErrorResult{Message: err.Error()}}
		return response
	}
	response.Result = &conformancev1.ClientCompatResponse_Response{Response: result}
	return response
}

// connections keeps one transport for all calls that can share it.
type connections struct {
	policy *mapping.Policy
	kind   Errors
	byKind sync.Map
}

// base is the URL of the server that a case calls.
func base(request *conformancev1.ClientCompatRequest) string {
	scheme := "http"
	if len(request.GetServerTlsCert()) > 0 {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s:%d", scheme, request.GetHost(), request.GetPort())
}

// newOutcome is that of a call which ends with the context that goes with it, or when the case's time is
// over.
func (c *connections) newOutcome(ctx context.Context, request *conformancev1.ClientCompatRequest) (context.Context, *outcome) {
	cancel := func() {}
	if request.TimeoutMs != nil {
		ctx, cancel = context.WithTimeout(ctx, time.Duration(request.GetTimeoutMs())*time.Millisecond)
	}
	ctx, cut := context.WithCancel(ctx)
	context.AfterFunc(ctx, cancel)
	return ctx, &outcome{request: request, kind: c.kind, cancel: cut}
}

// connection is what makes two calls need different transports.
type connection struct {
	version           conformancev1.HTTPVersion
	server, cert, key string
	// once is for HTTP/1.1 calls that may be canceled: net/http can then close a connection that it
	// has just given to another call.
	once bool
}

func (c *connections) get(request *conformancev1.ClientCompatRequest) (http.RoundTripper, error) {
	version := request.GetHttpVersion()
	key := connection{
		version: version,
		server:  string(request.GetServerTlsCert()),
		cert:    string(request.GetClientTlsCreds().GetCert()),
		key:     string(request.GetClientTlsCreds().GetKey()),
		once:    version == conformancev1.HTTPVersion_HTTP_VERSION_1 && (request.Cancel != nil || request.TimeoutMs != nil),
	}
	if transport, ok := c.byKind.Load(key); ok {
		return transport.(http.RoundTripper), nil
	}
	transport, err := key.transport()
	if err != nil {
		return nil, err
	}
	shared, _ := c.byKind.LoadOrStore(key, transport)
	return shared.(http.RoundTripper), nil
}

func (c connection) transport() (*http.Transport, error) {
	protocols := new(http.Protocols)
	switch c.version {
	case conformancev1.HTTPVersion_HTTP_VERSION_1:
		protocols.SetHTTP1(true)
	case conformancev1.HTTPVersion_HTTP_VERSION_2:
		protocols.SetHTTP2(c.server != "")
		protocols.SetUnencryptedHTTP2(c.server == "")
	default:
		return nil, fmt.Errorf("conformance: call over %v: not supported", c.version)
	}
	transport := &http.Transport{DisableCompression: true, DisableKeepAlives: c.once, Protocols: protocols}
	if c.server == "" {
		return transport, nil
	}
	roots, err := pool([]byte(c.server))
	if err != nil {
		return nil, err
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	if c.cert != "" {
		certificate, err := tls.X509KeyPair([]byte(c.cert), []byte(c.key))
		if err != nil {
			return nil, fmt.Errorf("conformance: read the client's certificate: %w", err)
		}
		transport.TLSClientConfig.Certificates = []tls.Certificate{certificate}
	}
	return transport, nil
}
