// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"testing"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/connect/v2/connectproto"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/mapping"
)

// planted is a call whose every method gives the same.
type planted struct{ err error }

func (p planted) SendHeaders() error { return p.err }
func (p planted) Send(any) error     { return p.err }
func (p planted) CloseSend() error   { return p.err }
func (p planted) Receive(any) error  { return p.err }
func (p planted) Close() error       { return p.err }

// places are where Connect gives an error to a caller.
var places = map[string]func(connect.ClientStream) error{
	"SendHeaders": connect.ClientStream.SendHeaders,
	"Send":        func(s connect.ClientStream) error { return s.Send(new(text)) },
	"CloseSend":   connect.ClientStream.CloseSend,
	"Receive":     func(s connect.ClientStream) error { return s.Receive(new(text)) },
	"Close":       connect.ClientStream.Close,
}

// everyPlace has an error come from below the interceptor at each place, the beginning of a call included.
func everyPlace(t *testing.T, test func(t *testing.T, give func(error) error)) {
	t.Helper()
	t.Run("the call", func(t *testing.T) {
		test(t, func(err error) error {
			_, got := connectv2.NewClientInterceptor()(func(context.Context, connect.Spec) (connect.ClientStream, error) { return nil, err })(t.Context(), unary)
			return got
		})
	})
	for name, at := range places {
		t.Run(name, func(t *testing.T) {
			test(t, func(err error) error {
				stream, begin := connectv2.NewClientInterceptor()(func(context.Context, connect.Spec) (connect.ClientStream, error) {
					return planted{err}, nil
				})(t.Context(), unary)
				if begin != nil {
					t.Fatal(begin)
				}
				return at(stream)
			})
		})
	}
}

// remote is what came of a server, with our own detail.
func remote(t *testing.T, code connect.Code, number errpactv1.ErrorCode) *connect.Error {
	t.Helper()
	detail, err := connectproto.NewErrorDetail(&errpactv1.ErrorDetail{Code: &number, Reason: "A_REASON"})
	if err != nil {
		t.Fatal(err)
	}
	return connect.NewError(code, "words").WithDetail(detail).WithRemote()
}

func TestG10AnErrorIsTypedAtEveryPlaceWhereConnectGivesOne(t *testing.T) {
	wire := remote(t, connect.CodeNotFound, errpactv1.ErrorCode_ERROR_CODE_INVALID_VALUE)
	everyPlace(t, func(t *testing.T, give func(error) error) {
		for _, err := range []error{wire, fmt.Errorf("wrapped: %w", wire), errors.Join(wire)} {
			got := give(err)
			e, ok := mapping.From(got)
			if !ok || !e.Remote() || e.Inferred() || e.Reason() != "A_REASON" || e.Message() != "words" || !errors.Is(got, errpactv1err.InvalidValue) {
				t.Errorf("got %v", got)
			}
			// What Connect's own users look at is unchanged.
			if own, ok := errors.AsType[*connect.Error](got); !ok || own != wire || !own.IsRemote() || connect.CodeOf(got) != connect.CodeNotFound {
				t.Errorf("Connect's error in it is %v", own)
			}
			if again := give(got); again != got {
				t.Errorf("decoded twice: %v became %v", got, again)
			}
		}
	})
}

// TestG10ACleanEndIsTheSameAtEveryPlace: neither an end, nor a 304, nor nothing is an error.
func TestG10ACleanEndIsTheSameAtEveryPlace(t *testing.T) {
	everyPlace(t, func(t *testing.T, give func(error) error) {
		for _, end := range []error{
			io.EOF, connect.NewError(connect.CodeUnknown, "end").WithCause(io.EOF), fmt.Errorf("wrapped: %w", io.EOF),
			connecthttp.NewNotModifiedError(),
		} {
			if got := give(end); got != end {
				t.Errorf("%v went in, and %v came out", end, got)
			}
		}
	})
	for name, at := range places {
		stream, err := connectv2.NewClientInterceptor()(func(context.Context, connect.Spec) (connect.ClientStream, error) { return planted{}, nil })(t.Context(), unary)
		if err != nil || at(stream) != nil {
			t.Errorf("%s: a success is an error", name)
		}
	}
}

// codes are all that there are, and some more.
func codes() []connect.Code {
	all := []connect.Code{0, 17, math.MaxUint32}
	for code := connect.CodeCanceled; code <= connect.CodeUnauthenticated; code++ {
		all = append(all, code)
	}
	return all
}

func TestG6WhateverCodeComesInIsAnErrorOfOneThatThereIs(t *testing.T) {
	malformed := &connect.ErrorDetail{Type: "errpact.v1.ErrorDetail", Value: []byte{0xff}}
	everyPlace(t, func(t *testing.T, give func(error) error) {
		for _, code := range codes() {
			for _, err := range []*connect.Error{
				connect.NewError(code, ""), connect.NewError(code, "").WithDetail(nil).WithDetail(malformed).WithDetail(&connect.ErrorDetail{}).WithRemote(),
				remote(t, code, 4711),
			} {
				e, ok := mapping.From(give(err))
				if !ok || e.ConnectCode() < 1 || e.ConnectCode() > 16 || code >= 1 && code <= 16 && e.ConnectCode() != mapping.ConnectCode(code) {
					t.Errorf("%d became %d, %v", code, e.ConnectCode(), ok)
				}
				_, _, _ = e.Details(), e.Metadata(), e.Relay().Details()
			}
		}
	})
}

func TestG6WhateverCodeGoesOutIsAnErrorOfOneThatThereIs(t *testing.T) {
	var fails []func() error
	for _, code := range codes() {
		fails = append(fails, func() error { return connect.NewError(code, "words") })
	}
	everyWay(t, newServer(cases(fails...), intercepted(t)), func(t *testing.T, spec connect.Spec, transport connect.Transport, _ way) {
		client := connect.NewClient(transport, connectv2.NewClientInterceptor())
		for i, code := range codes() {
			want := code
			if code < 1 || code > 16 {
				want = connect.CodeUnknown
			}
			if code == connect.CodeCanceled || code == connect.CodeDeadlineExceeded {
				continue // while the caller is there these are a dependency's
			}
			err := call(caseOf(t.Context(), i), client, spec)
			if e, ok := mapping.From(err); !ok || connect.CodeOf(err) != want || e.ConnectCode() != mapping.ConnectCode(want) {
				t.Errorf("%d: got %v, want %v", code, err, want)
			}
		}
	})
}
