// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

//go:build !race

package interceptor_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
)

// TestAllocsTranslate counts what an error costs on its way to being Connect's: connect.NewError is one,
// and two of AddDetail are two.
func TestAllocsTranslate(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want float64
	}{
		{"a code", errpactv1err.NotExist, 3},
		{"a cause", errpactv1err.NotExist.Wrap(errors.New("inner")), 3},
		// The list of details, the ErrorInfo, its bytes and Connect's detail.
		{"metadata", errpactv1err.NotExist.WithMetadata("folder_id", "f-1"), 7},
	} {
		call := interceptor.New().WrapUnary(func(context.Context, connect.AnyRequest) (connect.AnyResponse, error) {
			return nil, test.err
		})
		req := connect.NewRequest(new(emptypb.Empty))
		if got := testing.AllocsPerRun(200, func() { _, _ = call(t.Context(), req) }); got != test.want {
			t.Errorf("%s: %v allocations, want %v", test.name, got, test.want)
		}
	}
}

// TestAllocsAnswer compares whole answers with those of errors made by hand. Without metadata Connect's
// protocol writes what was rendered once: protojson alone would cost more than is allowed here. That is a
// property of Connect which it does not promise.
func TestAllocsAnswer(t *testing.T) {
	for _, protocol := range protocols {
		for _, f := range failures {
			hand := testing.AllocsPerRun(200, caller(handlerOf(f.hand), protocol.contentType, protocol.body))
			errpact := testing.AllocsPerRun(200, caller(handlerOf(f.errpact, connect.WithInterceptors(interceptor.New())), protocol.contentType, protocol.body))
			saved := 12.0 // by what is not made anew
			switch {
			case f.name == "metadata" && protocol.name == "Connect":
				saved = 16 // and what is not looked for in bytes
			case protocol.name == "Connect":
				saved = 37
			}
			if errpact != hand-saved {
				t.Errorf("%s, %s: %v allocations, %v by hand: want %v less", protocol.name, f.name, errpact, hand, saved)
			}
		}
	}
}

// TestAllocsDecode counts the typed error. Connect copies the bytes of its ErrorDetail, but they are few, and the
// copy does not outlive the call.
func TestAllocsDecode(t *testing.T) {
	for _, f := range failures {
		if got := testing.AllocsPerRun(200, func() func() { decode := decoder(received(f.errpact)()); return func() { _ = decode() } }()); got != 1 {
			t.Errorf("%s: %v allocations, want 1", f.name, got)
		}
	}
}

// TestAllocsSuccess: a unary call costs nothing, on either side.
func TestAllocsSuccess(t *testing.T) {
	fine := func() error { return nil }
	want := testing.AllocsPerRun(200, caller(handlerOf(fine), "application/proto", ""))
	for name, options := range map[string][]interceptor.Option{
		"a handler":         nil,
		"asked and served":  {interceptor.WithSkip(func(spec connect.Spec) bool { return spec.Procedure == "/grpc.health.v1.Health/Check" })},
		"asked and skipped": {interceptor.WithSkip(func(connect.Spec) bool { return true })},
	} {
		server := caller(handlerOf(fine, connect.WithInterceptors(interceptor.New(options...))), "application/proto", "")
		if got := testing.AllocsPerRun(200, server); got != want {
			t.Errorf("%s: %v allocations, want the %v without", name, got, want)
		}
	}
	decode := decoder(nil)
	if got := testing.AllocsPerRun(200, func() { _ = decode() }); got != 0 {
		t.Errorf("a client: %v allocations, want none", got)
	}
}

// TestAllocsStream: a stream costs its wrapper, and its messages nothing.
func TestAllocsStream(t *testing.T) {
	handler := func(opts ...connect.HandlerOption) http.Handler {
		return connect.NewServerStreamHandler("/a.B/C", func(_ context.Context, _ *connect.Request[emptypb.Empty], stream *connect.ServerStream[emptypb.Empty]) error {
			for range 100 {
				if err := stream.Send(new(emptypb.Empty)); err != nil {
					return err
				}
			}
			return nil
		}, opts...)
	}
	for _, protocol := range protocols {
		contentType := strings.Replace(protocol.contentType, "application/proto", "application/connect+proto", 1)
		count := func(h http.Handler) float64 {
			return testing.AllocsPerRun(200, caller(h, contentType, "\x00\x00\x00\x00\x00"))
		}
		want := count(handler()) + 1
		if got := count(handler(connect.WithInterceptors(interceptor.New()))); got != want || want < 100 {
			t.Errorf("%s: %v allocations, want %v", protocol.name, got, want)
		}
	}
}
