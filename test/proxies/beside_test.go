// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package proxies_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
)

// megabyte is what each of the errors below has too much of.
const megabyte = 1 << 20

// hugeErrors are of each kind that a handler can make: typed, Connect's own, and neither.
func hugeErrors(t *testing.T) map[string]error {
	t.Helper()
	text := strings.Repeat("x", megabyte)
	fields := errpactv1err.InvalidValue.New("")
	for i := range 64 {
		fields = fields.WithField(fmt.Sprint("field", i), text[:megabyte/64])
	}
	detailed := connect.NewError(connect.CodeNotFound, errors.New(text))
	detailed.Meta().Set("X-Large", text)
	d, err := connect.NewErrorDetail(wrapperspb.String(text))
	if err != nil {
		t.Fatal(err)
	}
	detailed.AddDetail(d)
	return map[string]error{
		"message":   errpactv1err.NotExist.New(text),
		"accents":   errpactv1err.NotExist.New(strings.Repeat("é", megabyte/2)),
		"metadata":  errpactv1err.NotExist.WithMetadata("key", text),
		"payload":   errpactv1err.NotExist.WithPayload(text),
		"fields":    fields,
		"detail":    errpactv1err.NotExist.WithDetail(wrapperspb.String(text)),
		"localized": errpactv1err.NotExist.WithDetail(&errdetails.LocalizedMessage{Locale: "de", Message: text}),
		"connect":   detailed,
		"unmapped":  errors.New(text),
	}
}

// A stream is one slow call: turn by turn, until it ends.
type stream interface {
	turn() error
	end() error
}

// besides are the clients that put several calls on one connection.
func besides(t *testing.T, base string) map[string]func(context.Context) (client, func() (stream, error)) {
	t.Helper()
	all := map[string]func(context.Context) (client, func() (stream, error)){
		"grpc-go": func(ctx context.Context) (client, func() (stream, error)) {
			c := newGRPCClient(t, base)
			return c, func() (stream, error) {
				s, err := c.BidiStream(ctx)
				return grpcStream{s}, err
			}
		},
	}
	for name, options := range map[string][]connect.ClientOption{
		"connect-go/connect": nil, "connect-go/grpc": {connect.WithGRPC()}, "connect-go/grpc-web": {connect.WithGRPCWeb()},
	} {
		all[name] = func(ctx context.Context) (client, func() (stream, error)) {
			c := newConnectClient(t, base, true, options...)
			return c, func() (stream, error) { return connectStream{c.BidiStream(ctx)}, nil }
		}
	}
	return all
}

type grpcStream struct {
	interopv1.TroubleService_BidiStreamClient
}

func (s grpcStream) turn() error {
	if err := s.Send(&interopv1.BidiStreamRequest{}); err != nil {
		return err
	}
	_, err := s.Recv()
	return err
}

func (s grpcStream) end() error {
	if err := s.CloseSend(); err != nil {
		return err
	}
	_, err := s.Recv()
	return err
}

type connectStream struct {
	*connect.BidiStreamForClient[interopv1.BidiStreamRequest, interopv1.BidiStreamResponse]
}

func (s connectStream) turn() error {
	if err := s.Send(&interopv1.BidiStreamRequest{}); err != nil {
		return err
	}
	_, err := s.Receive()
	return err
}

func (s connectStream) end() error {
	if err := s.CloseRequest(); err != nil {
		return err
	}
	_, err := s.Receive()
	return errors.Join(err, s.CloseResponse())
}

func TestG4AHugeErrorHarmsNoCallBesideIt(t *testing.T) {
	huge := hugeErrors(t)
	for name := range besides(t, "") {
		t.Run(name, func(t *testing.T) {
			upstream := serve(t, answers(huge), false)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			c, open := besides(t, "http://"+upstream.address)[name](ctx)
			streams := openStreams(t, open)
			for problem, want := range huge {
				for _, m := range methods {
					checkHuge(ctx, t, c, m, problem, want)
				}
				takeTurns(t, streams, "after "+problem)
			}
			for _, s := range streams {
				if err := s.end(); !errors.Is(err, io.EOF) {
					t.Errorf("a stream ended with %v, want io.EOF", err)
				}
			}
			if n := upstream.connections.Load(); n != 1 {
				t.Errorf("%d connections, want all calls on 1", n)
			}
		})
	}
}

// openStreams opens five calls, and takes one turn of each, so that each is under way.
func openStreams(t *testing.T, open func() (stream, error)) []stream {
	t.Helper()
	streams := make([]stream, 5)
	for i := range streams {
		s, err := open()
		if err != nil {
			t.Fatal(err)
		}
		streams[i] = s
	}
	takeTurns(t, streams, "at first")
	return streams
}

func takeTurns(t *testing.T, streams []stream, when string) {
	t.Helper()
	for i, s := range streams {
		if err := s.turn(); err != nil {
			t.Fatalf("stream %d, %s: %v", i, when, err)
		}
	}
}

// checkHuge: the error that is too large arrives too, with its code and its number.
func checkHuge(ctx context.Context, t *testing.T, c client, m method, name string, want error) {
	t.Helper()
	got, err := c.call(ctx, m, name)
	wantCode := uint32(mapping.CodeOf(want).ConnectCode())
	if connectErr, ok := errors.AsType[*connect.Error](want); ok {
		wantCode = uint32(connectErr.Code())
	}
	if got.Code != wantCode || got.Messages != m.messages {
		t.Errorf("%s of %s: code %d after %d messages, want %d after %d: %.200v", m.name, name, got.Code, got.Messages, wantCode, m.messages, err)
	}
	if typed, ok := mapping.From(want); ok && (len(got.Details) == 0 || got.Details[0].Type != "errpact.v1.ErrorDetail") {
		t.Errorf("%s of %s: details %v, want those of %v", m.name, name, got.Details, typed.Code())
	}
}

// TestG4WithoutABudgetAHugeErrorHarmsCallsBesideIt is the other test's proof: what errpact keeps from
// happening does happen.
func TestG4WithoutABudgetAHugeErrorHarmsCallsBesideIt(t *testing.T) {
	const over = 11 * megabyte // a Go client takes 10 MiB of headers
	text := connect.NewError(connect.CodeNotFound, errors.New(strings.Repeat("x", over)))
	upstream := serve(t, answers(map[string]error{"message": text}), true)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, open := besides(t, "http://"+upstream.address)["connect-go/grpc"](ctx)
	streams := openStreams(t, open)
	if _, err := c.call(ctx, methods[0], "message"); err == nil {
		t.Fatal("a success")
	}
	for _, s := range streams {
		if err := s.turn(); err != nil {
			return
		}
	}
	t.Errorf("no stream was harmed by a message of %d bytes: the other test proves nothing", over)
}
