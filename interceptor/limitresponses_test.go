// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"connectrpc.com/connect"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// fake is a transport that answers anything. Trailers come when the body has ended, as HTTP/2's do.
type fake struct {
	status  int
	header  http.Header
	body    func() io.Reader
	trailer http.Header

	closed int
}

func (f *fake) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_, _ = io.Copy(io.Discard, req.Body)
		_ = req.Body.Close()
	}
	res := &http.Response{
		StatusCode: f.status, Status: http.StatusText(f.status), Header: f.header.Clone(),
		Proto: "HTTP/2.0", ProtoMajor: 2, ContentLength: -1, Request: req,
	}
	body := io.Reader(strings.NewReader(""))
	if f.body != nil {
		body = f.body()
	}
	res.Body = &fakeBody{body, f, res}
	return res, nil
}

type fakeBody struct {
	io.Reader
	f   *fake
	res *http.Response
}

func (b *fakeBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		b.res.Trailer = b.f.trailer.Clone()
	}
	return n, err
}

func (b *fakeBody) Close() error { b.f.closed++; return nil }

// repeated is start, n times part, and end, without holding it.
func repeated(start, part string, n int, end string) func() io.Reader {
	return func() io.Reader {
		return io.MultiReader(strings.NewReader(start), &repeater{part, n * len(part), 0}, strings.NewReader(end))
	}
}

type repeater struct {
	part     string
	left, at int
}

func (r *repeater) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), r.left)], r.part[r.at:])
	r.at = (r.at + n) % len(r.part)
	r.left -= n
	return n, nil
}

func zipped(plain io.Reader) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.Copy(w, plain)
	_ = w.Close()
	return b.Bytes()
}

func reading(b []byte) func() io.Reader { return func() io.Reader { return bytes.NewReader(b) } }

func contentType(value string, more ...string) http.Header {
	h := http.Header{"Content-Type": {value}}
	for i := 0; i < len(more); i += 2 {
		h.Set(more[i], more[i+1])
	}
	return h
}

const million = 1_000_000

// bombs are answers that cost a client without Transport up to hundreds of megabytes.
func bombs(t *testing.T) map[string]struct {
	procedure string
	way       way
	fake      fake
} {
	t.Helper()
	details := func() io.Reader { return repeated(`{"code":"not_found","details":[{}`, ",{}", million, "]}")() }
	end := func() io.Reader {
		return io.MultiReader(strings.NewReader(`{"error":`), details(), strings.NewReader("}"))
	}
	status, err := proto.Marshal(&statuspb.Status{Code: 5, Details: make([]*anypb.Any, 0)})
	if err != nil {
		t.Fatal(err)
	}
	status = append(status, bytes.Repeat([]byte{0x1a, 0}, million)...)
	bin := connect.EncodeBinaryHeader(status)
	trailer := http.Header{"Grpc-Status": {"5"}, "Grpc-Status-Details-Bin": {bin}}
	web := "grpc-status: 5\r\ngrpc-status-details-bin: " + bin + "\r\n"
	plainEnd, err := io.ReadAll(end())
	if err != nil {
		t.Fatal(err)
	}
	const stream, webType = "application/connect+proto", "application/grpc-web+proto"
	type bomb = struct {
		procedure string
		way       way
		fake      fake
	}
	return map[string]bomb{
		"error body":      {unary, ways[2], fake{status: 404, header: contentType("application/json"), body: details}},
		"zipped body":     {unary, ways[2], fake{status: 404, header: contentType("application/json", "Content-Encoding", "gzip"), body: reading(zipped(details()))}},
		"end of stream":   {bidiStream, ways[2], fake{status: 200, header: contentType(stream), body: reading(frame(2, plainEnd))}},
		"zipped end":      {bidiStream, ways[2], fake{status: 200, header: contentType(stream, "Connect-Content-Encoding", "gzip"), body: reading(frame(3, zipped(end())))}},
		"second frame":    {bidiStream, ways[2], fake{status: 200, header: contentType(stream), body: reading(append(frame(0, nil), frame(2, plainEnd)...))}},
		"web trailers":    {bidiStream, ways[7], fake{status: 200, header: contentType(webType), body: reading(frame(0x80, []byte(web)))}},
		"zipped trailers": {bidiStream, ways[7], fake{status: 200, header: contentType(webType, "Grpc-Encoding", "gzip"), body: reading(frame(0x81, zipped(strings.NewReader(web))))}},
		"web headers":     {bidiStream, ways[7], fake{status: 200, header: contentType(webType, "Grpc-Status", "5", "Grpc-Status-Details-Bin", bin)}},
		"trailers":        {bidiStream, ways[4], fake{status: 200, header: contentType("application/grpc+proto"), trailer: trailer}},
		"headers":         {unary, ways[4], fake{status: 200, header: contentType("application/grpc+proto", "Grpc-Status", "5", "Grpc-Status-Details-Bin", bin)}},
		"many headers":    {unary, ways[2], fake{status: 200, header: manyHeaders()}},
		"other encoding":  {unary, ways[2], fake{status: 404, header: contentType("application/json", "Content-Encoding", "br"), body: reading([]byte("x"))}},
		"end, otherwise":  {bidiStream, ways[2], fake{status: 200, header: contentType(stream, "Connect-Content-Encoding", "br"), body: reading(frame(3, []byte("x")))}},
	}
}

func manyHeaders() http.Header {
	h := contentType("application/proto")
	for i := range 10_000 {
		h.Set(fmt.Sprintf("X-%d", i), "v")
	}
	return h
}

func TestG8TransportBoundsWhatIsDecoded(t *testing.T) {
	for name, bomb := range bombs(t) {
		t.Run(name, func(t *testing.T) {
			f := bomb.fake
			options := []connect.ClientOption{decoding(), connect.WithReadMaxBytes(4 << 20)}
			if strings.HasPrefix(name, "other") || strings.HasPrefix(name, "end, ") {
				options = append(options, connect.WithAcceptCompression("br", newBrotli, newBrotliWriter))
			}
			client := connect.NewClient[text, text](&http.Client{Transport: interceptor.LimitResponses(&f)}, "http://hostile.example"+bomb.procedure,
				append(options, bomb.way.Options...)...)
			before := heap()
			err := call(t.Context(), client, bomb.procedure, nil)
			if grown := heap() - before; grown > 8<<20 {
				t.Errorf("the heap grew by %d bytes", grown)
			}
			e, ok := mapping.From(err)
			if !ok || connect.CodeOf(err) != connect.CodeResourceExhausted || connect.IsWireError(err) {
				t.Fatalf("got %v", err)
			}
			if !strings.HasPrefix(e.Message(), "interceptor: ") || len(e.Details()) != 0 {
				t.Errorf("Message = %q", e.Message())
			}
			if f.closed == 0 {
				t.Errorf("the body was not closed")
			}
			// A server whose upstream does that does not tell its callers to try again.
			answer := (*mapping.Policy)(nil).Translate(&mapping.Call{}, err)
			if !errors.Is(answer.Error(), errpactv1err.ExternalServiceRejected) {
				t.Errorf("to our own caller it is %v", answer.Error())
			}
			runtime.KeepAlive(err)
		})
	}
}

// The other encoding is never really read.
func newBrotli() connect.Decompressor     { return new(gzip.Reader) }
func newBrotliWriter() connect.Compressor { return gzip.NewWriter(io.Discard) }

func heap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// TestG8WhatFitsPasses also where it just fits.
func TestG8WhatFitsPasses(t *testing.T) {
	errorOf := func(size int) string {
		const start, end = `{"code":"not_found","message":"`, `"}`
		return start + strings.Repeat("x", size-len(start)-len(end)) + end
	}
	const limit = 64 << 10
	for size, fits := range map[int]bool{100: true, limit: true, limit + 1: false} {
		for name, f := range map[string]fake{
			"plain":  {status: 404, header: contentType("application/json"), body: reading([]byte(errorOf(size)))},
			"zipped": {status: 404, header: contentType("application/json", "Content-Encoding", "gzip"), body: reading(zipped(strings.NewReader(errorOf(size))))},
			"slowly": {status: 404, header: contentType("application/json"), body: func() io.Reader { return iotest.OneByteReader(strings.NewReader(errorOf(size))) }},
		} {
			client := newClient(&http.Client{Transport: interceptor.LimitResponses(&f)}, "http://b.example", unary, ways[2], decoding())
			if err := call(t.Context(), client, unary, nil); errors.Is(err, errpactv1err.NotExist) != fits {
				t.Errorf("%s, %d bytes: %.100v", name, size, err)
			}
		}
		for name, f := range map[string]fake{
			"plain": {status: 200, header: contentType("application/connect+proto"), body: reading(frame(2, []byte(`{"error":`+errorOf(size-10)+`}`)))},
			"zipped": {status: 200, header: contentType("application/connect+proto", "Connect-Content-Encoding", "gzip"),
				body: reading(frame(3, zipped(strings.NewReader(`{"error":`+errorOf(size-10)+`}`))))},
		} {
			client := connect.NewClient[text, text](&http.Client{Transport: interceptor.LimitResponses(&f)}, "http://b.example"+bidiStream, decoding())
			if err := call(t.Context(), client, bidiStream, nil); errors.Is(err, errpactv1err.NotExist) != fits {
				t.Errorf("%s end, %d bytes: %.100v", name, size, err)
			}
		}
	}
}

// TestTransportChangesNothingElse: every way works through it, on real connections, trailers and all.
func TestTransportChangesNothingElse(t *testing.T) {
	errs := []error{errpactv1err.NotExist.WithMetadata("k", "v").WithField("f", "d"), errpactv1err.Database}
	server := serveErrors(t, errs...)
	everyWay(t, func(t *testing.T, procedure string, w way) {
		httpClient := &http.Client{Transport: interceptor.LimitResponses(loopback.NewTransport(t, w.HTTP2))}
		for _, options := range [][]connect.ClientOption{nil, {connect.WithSendGzip()}} { // gzip both ways
			client := connect.NewClient[text, text](httpClient, server.URL+procedure, append(append(options, decoding()), w.Options...)...)
			for i, want := range errs {
				if err := call(t.Context(), client, procedure, caseOf(i)); !errors.Is(mapping.CodeOf(err), mapping.CodeOf(want)) {
					t.Errorf("got %v, want %v", err, want)
				}
			}
			if err := call(t.Context(), client, procedure, nil); err != nil {
				t.Errorf("a success is %v", err)
			}
		}
	})
}

// TestTransportPassesFramesToTheByte, however they are cut.
func TestTransportPassesFramesToTheByte(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var want []byte
		for range random.IntN(5) {
			message := make([]byte, random.IntN(3000))
			for i := range message {
				message[i] = byte(random.Uint32())
			}
			want = append(want, frame([]byte{0, 1, 2, 3, 0x80, 0xff}[random.IntN(6)], message)...)
		}
		want = want[:len(want)-random.IntN(min(len(want), 9)+1)]
		f := fake{status: 200, header: contentType("application/connect+proto", "Connect-Content-Encoding", "gzip"), body: func() io.Reader {
			return iotest.DataErrReader(iotest.HalfReader(bytes.NewReader(want)))
		}}
		res, err := interceptor.LimitResponses(&f).RoundTrip(httptest.NewRequest(http.MethodPost, "http://b.example/", nil))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(iotest.HalfReader(res.Body))
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%d bytes became %d: %v", len(want), len(got), err)
		}
	}
}

// addresses notes where it is asked to read to.
type addresses struct {
	io.Reader
	to []*byte
}

func (a *addresses) Read(p []byte) (int, error) {
	a.to = append(a.to, &p[0])
	return a.Reader.Read(p)
}

func TestTransportDoesNotCopyMessages(t *testing.T) {
	for _, kind := range []string{"application/proto", "application/connect+proto", "application/grpc-web+proto", "application/grpc+proto"} {
		seen := &addresses{Reader: bytes.NewReader(frame(0, make([]byte, 1<<20)))}
		f := fake{status: 200, header: contentType(kind), body: func() io.Reader { return seen }}
		res, err := interceptor.LimitResponses(&f).RoundTrip(httptest.NewRequest(http.MethodPost, "http://b.example/", nil))
		if err != nil {
			t.Fatal(err)
		}
		mine := make([]byte, 1<<20)
		_, _ = io.ReadFull(res.Body, mine[:5])
		seen.to = nil
		if n, err := res.Body.Read(mine); n != 1<<20 || err != nil || len(seen.to) != 1 || seen.to[0] != &mine[0] {
			t.Errorf("%s: read %d bytes, %v, by %d reads, elsewhere", kind, n, err, len(seen.to))
		}
	}
}

func TestTransportOfNil(t *testing.T) {
	server := serveErrors(t, errpactv1err.NotExist)
	transport := interceptor.LimitResponses(nil)
	client := newClient(&http.Client{Transport: transport}, server.URL, unary, ways[0], decoding())
	if err := call(t.Context(), client, unary, caseOf(0)); !errors.Is(err, errpactv1err.NotExist) {
		t.Errorf("got %v", err)
	}
	(&http.Client{Transport: transport}).CloseIdleConnections()
	(&http.Client{Transport: interceptor.LimitResponses(&fake{})}).CloseIdleConnections()
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTransportSurvivesOddTransports(t *testing.T) {
	failure := errors.New("down")
	for _, base := range []roundTripper{
		func(*http.Request) (*http.Response, error) { return nil, failure },
		func(*http.Request) (*http.Response, error) { return nil, nil },
		func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: 404}, nil },
	} {
		want, wantErr := base(nil)
		got, err := interceptor.LimitResponses(base).RoundTrip(httptest.NewRequest(http.MethodPost, "http://b.example/", nil))
		if (got == nil) != (want == nil) || !errors.Is(err, wantErr) {
			t.Errorf("got %v, %v", got, err)
		}
	}
}
