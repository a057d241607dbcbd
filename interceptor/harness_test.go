// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/mapping"
)

// text is the message of every request and response, so that no generated stubs are needed.
type text = wrapperspb.StringValue

const (
	unary        = "/errpact.test.v1.Test/Unary"
	clientStream = "/errpact.test.v1.Test/ClientStream"
	serverStream = "/errpact.test.v1.Test/ServerStream"
	bidiStream   = "/errpact.test.v1.Test/BidiStream"
)

var procedures = []string{unary, clientStream, serverStream, bidiStream}

// An answerer is what all four procedures of a test service do in the end: nil is a success.
type answerer func(context.Context, http.Header) error

// newMux has the four procedures. Each reads what a caller usually sends; the streams send a message
// before they answer if the request says so.
func newMux(answer answerer, options ...connect.HandlerOption) *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle(unary, connect.NewUnaryHandler(unary,
		func(ctx context.Context, req *connect.Request[text]) (*connect.Response[text], error) {
			if err := answer(ctx, req.Header()); err != nil {
				return nil, err
			}
			return connect.NewResponse(wrapperspb.String("done")), nil
		}, append(options, connect.WithIdempotency(connect.IdempotencyNoSideEffects))...))
	mux.Handle(clientStream, connect.NewClientStreamHandler(clientStream,
		func(ctx context.Context, stream *connect.ClientStream[text]) (*connect.Response[text], error) {
			for stream.Receive() {
			}
			if err := stream.Err(); err != nil {
				return nil, err
			}
			if err := answer(ctx, stream.RequestHeader()); err != nil {
				return nil, err
			}
			return connect.NewResponse(wrapperspb.String("done")), nil
		}, options...))
	mux.Handle(serverStream, connect.NewServerStreamHandler(serverStream,
		func(ctx context.Context, req *connect.Request[text], stream *connect.ServerStream[text]) error {
			if req.Header().Get("Send-First") != "" {
				if err := stream.Send(wrapperspb.String("first")); err != nil {
					return err
				}
			}
			return answer(ctx, req.Header())
		}, options...))
	mux.Handle(bidiStream, connect.NewBidiStreamHandler(bidiStream,
		func(ctx context.Context, stream *connect.BidiStream[text, text]) error {
			for {
				message, err := stream.Receive()
				if errors.Is(err, io.EOF) {
					return answer(ctx, stream.RequestHeader())
				}
				if err != nil {
					return err
				}
				if err := stream.Send(message); err != nil {
					return err
				}
			}
		}, options...))
	return mux
}

// serveErrors starts the four procedures behind an interceptor with the given policy.
func serveErrors(t *testing.T, answer answerer, options ...mapping.Option) *httptest.Server {
	t.Helper()
	return loopback.Serve(t, newMux(answer, intercepted(t, options...)))
}

// intercepted is the interceptor with a policy, silent unless the options say otherwise.
func intercepted(t *testing.T, options ...mapping.Option) connect.Option {
	t.Helper()
	policy, err := mapping.NewPolicy(append([]mapping.Option{mapping.WithReport(nil)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy)))
}

// newTransport is a transport of its own that speaks one version of HTTP.
func newTransport(t *testing.T, http2 bool) *http.Transport {
	t.Helper()
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetHTTP1(!http2)
	transport.Protocols.SetUnencryptedHTTP2(http2)
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// A way is how a call is made: protocol, codec and version of HTTP.
type way struct {
	name    string
	http2   bool
	options []connect.ClientOption
}

var ways = []way{
	{"connect/proto/http1", false, nil},
	{"connect/json/http1", false, []connect.ClientOption{connect.WithProtoJSON()}},
	{"connect/proto/http2", true, nil},
	{"connect/json/http2", true, []connect.ClientOption{connect.WithProtoJSON()}},
	{"grpc/proto/http2", true, []connect.ClientOption{connect.WithGRPC()}},
	{"grpc/json/http2", true, []connect.ClientOption{connect.WithGRPC(), connect.WithProtoJSON()}},
	{"grpcweb/proto/http1", false, []connect.ClientOption{connect.WithGRPCWeb()}},
	{"grpcweb/proto/http2", true, []connect.ClientOption{connect.WithGRPCWeb()}},
	{"grpcweb/json/http2", true, []connect.ClientOption{connect.WithGRPCWeb(), connect.WithProtoJSON()}},
}

// everyWay runs a test for each procedure in each way in which it can be called.
func everyWay(t *testing.T, test func(t *testing.T, procedure string, w way)) {
	t.Helper()
	for _, w := range ways {
		for _, procedure := range procedures {
			if procedure == bidiStream && !w.http2 {
				continue
			}
			t.Run(w.name+procedure[strings.LastIndexByte(procedure, '/'):], func(t *testing.T) { test(t, procedure, w) })
		}
	}
}

// newClient is a client for one procedure that decodes errors. Without compression the recorded bytes
// can be searched.
func newClient(client connect.HTTPClient, base, procedure string, w way, options ...connect.ClientOption) *connect.Client[text, text] {
	all := append([]connect.ClientOption{connect.WithAcceptCompression("gzip", nil, nil)}, w.options...)
	return connect.NewClient[text, text](client, base+procedure, append(all, options...)...)
}

// decoding is a client's side of the interceptor.
func decoding(options ...interceptor.Option) connect.ClientOption {
	return connect.WithInterceptors(interceptor.New(options...))
}

// call makes one call, as such a procedure is usually called, and gives the error where it surfaces.
func call(ctx context.Context, client *connect.Client[text, text], procedure string, header http.Header) error {
	switch procedure {
	case unary:
		req := connect.NewRequest(wrapperspb.String("request"))
		copyHeader(req.Header(), header)
		_, err := client.CallUnary(ctx, req)
		return err
	case clientStream:
		stream := client.CallClientStream(ctx)
		copyHeader(stream.RequestHeader(), header)
		if err := stream.Send(wrapperspb.String("request")); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		_, err := stream.CloseAndReceive()
		return err
	case serverStream:
		req := connect.NewRequest(wrapperspb.String("request"))
		copyHeader(req.Header(), header)
		stream, err := client.CallServerStream(ctx, req)
		if err != nil {
			return err
		}
		defer stream.Close()
		for stream.Receive() {
		}
		return stream.Err()
	}
	return callBidi(client.CallBidiStream(ctx), header)
}

func callBidi(stream *connect.BidiStreamForClient[text, text], header http.Header) error {
	defer func() { _ = stream.CloseResponse() }()
	copyHeader(stream.RequestHeader(), header)
	if err := stream.Send(wrapperspb.String("request")); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := stream.CloseRequest(); err != nil {
		return err
	}
	for {
		if _, err := stream.Receive(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

func copyHeader(to, from http.Header) {
	for key, values := range from {
		to[key] = values
	}
}

// recorder keeps the raw bytes of every answer: headers, body and trailers.
type recorder struct {
	http.RoundTripper
	mu  sync.Mutex
	raw bytes.Buffer
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := r.RoundTripper.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	r.header(res.Header)
	res.Body = &recordedBody{res.Body, res, r}
	return res, nil
}

func (r *recorder) header(h http.Header) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_ = h.Write(&r.raw)
}

func (r *recorder) bytes() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Clone(r.raw.Bytes())
}

type recordedBody struct {
	io.ReadCloser
	res *http.Response
	r   *recorder
}

func (b *recordedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.r.mu.Lock()
	b.r.raw.Write(p[:n])
	b.r.mu.Unlock()
	if err == io.EOF {
		b.r.header(b.res.Trailer)
	}
	return n, err
}

// canary is planted where it must not come out.
const canary = opaque.Canary

var base64Text = regexp.MustCompile(`[A-Za-z0-9+/_-]{8,}`)

// hasCanary looks into what is percent-encoded and into base64, too.
func hasCanary(raw []byte) bool {
	found := func(s string) bool { return strings.Contains(strings.ToLower(s), strings.ToLower(canary)) }
	if decoded, err := url.PathUnescape(string(raw)); err == nil && found(decoded) || found(string(raw)) {
		return true
	}
	for _, token := range base64Text.FindAllString(string(raw), -1) {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if decoded, _ := encoding.DecodeString(token); found(string(decoded)) {
				return true
			}
		}
	}
	return false
}

// TestCanaryIsFound proves the search itself.
func TestCanaryIsFound(t *testing.T) {
	for _, raw := range []string{
		"x" + canary, "%43" + canary[1:], `{"value":"` + base64.RawStdEncoding.EncodeToString([]byte("ab"+canary)) + `"}`,
	} {
		if !hasCanary([]byte(raw)) {
			t.Errorf("hasCanary(%q) = false", raw)
		}
	}
	if hasCanary([]byte("nothing")) {
		t.Errorf("hasCanary(nothing) = true")
	}
}
