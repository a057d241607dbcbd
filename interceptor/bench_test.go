// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/emptypb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
)

// The same logical error, by hand and by errpact: NOT_EXIST, with and without metadata.

// byHand is what a handler writes without this module.
func byHand(metadata map[string]string) *connect.Error {
	out := connect.NewError(connect.CodeNotFound, errors.New("Resource does not exist"))
	own, err := connect.NewErrorDetail(&errpactv1.ErrorDetail{Code: errpactv1.ErrorCode_ERROR_CODE_NOT_EXIST.Enum()})
	if err == nil {
		out.AddDetail(own)
	}
	info, err := connect.NewErrorDetail(&errdetails.ErrorInfo{Reason: "NOT_EXIST", Domain: "errpact.dev", Metadata: metadata})
	if err == nil {
		out.AddDetail(info)
	}
	return out
}

// failures are what a handler returns.
var failures = []struct {
	name          string
	hand, errpact func() error
}{
	{
		"static",
		func() error { return byHand(nil) },
		func() error { return errpactv1err.NotExist },
	},
	{
		"metadata",
		func() error { return byHand(map[string]string{"folderId": "f-1"}) },
		func() error { return errpactv1err.NotExist.WithMetadata("folderId", "f-1") },
	},
}

func BenchmarkTranslate(b *testing.B) {
	for _, f := range failures {
		b.Run(f.name+"/hand", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = f.hand()
			}
		})
		b.Run(f.name+"/errpact", func(b *testing.B) {
			call := interceptor.New().WrapUnary(func(context.Context, connect.AnyRequest) (connect.AnyResponse, error) {
				return nil, f.errpact()
			})
			req := connect.NewRequest(new(emptypb.Empty))
			b.ReportAllocs()
			for b.Loop() {
				_, _ = call(b.Context(), req)
			}
		})
	}
}

// protocols are the protocols, by content type.
var protocols = []struct{ name, contentType, body string }{
	{"Connect", "application/proto", ""},
	{"gRPC", "application/grpc+proto", "\x00\x00\x00\x00\x00"},
	{"gRPC-Web", "application/grpc-web+proto", "\x00\x00\x00\x00\x00"},
}

// sink is a response writer that costs next to nothing.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header       { return s.header }
func (*sink) Write(p []byte) (int, error) { return len(p), nil }
func (*sink) WriteHeader(int)             {}
func (*sink) Flush()                      {}

func handlerOf(fail func() error, opts ...connect.HandlerOption) http.Handler {
	return connect.NewUnaryHandler("/a.B/C", func(context.Context, *connect.Request[emptypb.Empty]) (*connect.Response[emptypb.Empty], error) {
		if err := fail(); err != nil {
			return nil, err
		}
		return connect.NewResponse(new(emptypb.Empty)), nil
	}, opts...)
}

// caller has a handler answer one call, as a server would.
func caller(h http.Handler, contentType, body string) func() {
	in := strings.NewReader(body)
	r, _ := http.NewRequest(http.MethodPost, "/a.B/C", in)
	r.ProtoMajor, r.ProtoMinor = 2, 0
	r.Header.Set("Content-Type", contentType)
	return func() {
		in.Reset(body)
		h.ServeHTTP(&sink{header: http.Header{}}, r)
	}
}

func BenchmarkAnswer(b *testing.B) {
	for _, wire := range protocols {
		for _, f := range failures {
			for _, side := range []struct {
				name string
				h    http.Handler
			}{
				{"hand", handlerOf(f.hand)},
				{"errpact", handlerOf(f.errpact, connect.WithInterceptors(interceptor.New()))},
			} {
				b.Run(wire.name+"/"+f.name+"/"+side.name, func(b *testing.B) {
					call := caller(side.h, wire.contentType, wire.body)
					b.ReportAllocs()
					for b.Loop() {
						call()
					}
				})
			}
		}
	}
}

func BenchmarkSuccess(b *testing.B) {
	fine := func() error { return nil }
	for _, side := range []struct {
		name string
		h    http.Handler
	}{
		{"hand", handlerOf(fine)},
		{"errpact", handlerOf(fine, connect.WithInterceptors(interceptor.New()))},
	} {
		b.Run(side.name, func(b *testing.B) {
			call := caller(side.h, "application/proto", "")
			b.ReportAllocs()
			for b.Loop() {
				call()
			}
		})
	}
}

// decodeByHand reads the two details, as a client does without this module.
func decodeByHand(err error) (code errpactv1.ErrorCode, reason string) {
	e, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return 0, ""
	}
	for _, d := range e.Details() {
		message, err := d.Value()
		if err != nil {
			continue
		}
		switch m := message.(type) {
		case *errpactv1.ErrorDetail:
			code = m.GetCode()
		case *errdetails.ErrorInfo:
			reason = m.GetReason()
		}
	}
	return code, reason
}

// direct answers a client in the process, without a network between.
type direct struct{ h http.Handler }

type recorded struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorded) Header() http.Header         { return r.header }
func (r *recorded) Write(p []byte) (int, error) { return r.body.Write(p) }
func (r *recorded) WriteHeader(status int)      { r.status = status }
func (*recorded) Flush()                        {}

func (l direct) Do(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.Body = io.NopCloser(r.Body)
	w := &recorded{header: http.Header{}, status: http.StatusOK}
	l.h.ServeHTTP(w, in)
	return &http.Response{
		StatusCode: w.status, Header: w.header, Body: io.NopCloser(&w.body), Request: r,
		Proto: "HTTP/2.0", ProtoMajor: 2, ContentLength: int64(w.body.Len()),
	}, nil
}

// received is the error that a call gives without errpact's client interceptor.
func received(fail func() error, opts ...connect.ClientOption) func() error {
	h := handlerOf(fail, connect.WithInterceptors(interceptor.New()))
	client := connect.NewClient[emptypb.Empty, emptypb.Empty](direct{h}, "http://errpact.test/a.B/C", opts...)
	return func() error {
		_, err := client.CallUnary(context.Background(), connect.NewRequest(new(emptypb.Empty)))
		return err
	}
}

// decoder has the client interceptor decode an error that a call gave.
func decoder(err error) func() error {
	spec := clientSpec{connect.NewRequest(new(emptypb.Empty))}
	call := interceptor.New().WrapUnary(func(context.Context, connect.AnyRequest) (connect.AnyResponse, error) { return nil, err })
	return func() error {
		_, err := call(context.Background(), spec)
		return err
	}
}

// clientSpec is a request of a client's, as Connect gives it to an interceptor.
type clientSpec struct {
	*connect.Request[emptypb.Empty]
}

func (clientSpec) Spec() connect.Spec { return connect.Spec{IsClient: true} }

func BenchmarkDecode(b *testing.B) {
	for _, f := range failures {
		err := received(f.errpact)()
		b.Run(f.name+"/hand", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				decodeByHand(err)
			}
		})
		b.Run(f.name+"/errpact", func(b *testing.B) {
			decode := decoder(err)
			b.ReportAllocs()
			for b.Loop() {
				_ = decode()
			}
		})
		b.Run(f.name+"/call/hand", func(b *testing.B) {
			call := received(f.errpact)
			b.ReportAllocs()
			for b.Loop() {
				decodeByHand(call())
			}
		})
		b.Run(f.name+"/call/errpact", func(b *testing.B) {
			call := received(f.errpact, connect.WithInterceptors(interceptor.New()))
			b.ReportAllocs()
			for b.Loop() {
				_ = errors.Is(call(), errpactv1err.NotExist)
			}
		})
	}
}
