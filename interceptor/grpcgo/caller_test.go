// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/mapping"
)

// badStreams are requests that no client of ours sends, and the number of what is reported. grpc-go
// itself has answered them by then.
var badStreams = []struct {
	name   string
	body   []byte
	number int32
	sent   codes.Code
}{
	{"no prefix", []byte{0, 0}, 3, codes.InvalidArgument},
	{"cut message", frame([]byte("\n\x04text")...)[:8], 3, codes.InvalidArgument},
	{"not protobuf", frame(0xff, 0xff, 0xff), 3, codes.InvalidArgument},
	{"no UTF-8", frame([]byte("\n\x01\xff")...), 3, codes.InvalidArgument},
	{"compressed without", append([]byte{1}, frame('x')[1:]...), 3, codes.InvalidArgument},
	{"too large", []byte{0, 0, 0xff, 0xff, 0xff}, 3, codes.ResourceExhausted},
}

func TestG3BadFramingIsTheCallersWithFixedText(t *testing.T) {
	reported := make(chan mapping.Report, 1) // after the answer
	i := grpcgo.New(grpcgo.WithPolicy(newPolicy(t, mapping.WithReport(func(_ context.Context, r mapping.Report) { reported <- r }))))
	address := serve(t, func(context.Context) error { return nil }, append(i.ServerOptions(), grpc.MaxRecvMsgSize(1000))...)
	for _, procedure := range procedures[1:] {
		for _, bad := range badStreams {
			t.Run(bad.name+procedure, func(t *testing.T) {
				answer := post(t, address, procedure, bad.body)
				r := <-reported
				if r.CallerGone || r.Sent.Code().Number() != bad.number || r.Sent.ConnectCode() != mapping.ConnectCode(bad.sent) {
					t.Errorf("report of %v", r.Sent)
				}
				if raw := r.Sent.Message(); raw != "Invalid structure" && raw != "Request Entity Too Large" {
					t.Errorf("the text is %q", raw)
				}
				if code := answer.status("Grpc-Status"); code == "" || code == "0" {
					t.Errorf("grpc-status = %q", code)
				}
			})
		}
	}
}

// TestG1AnErrorThatWrapsItselfAfterABadRequest: the search for what the stream gave ends.
func TestG1AnErrorThatWrapsItselfAfterABadRequest(t *testing.T) {
	reported := make(chan mapping.Report, 1)
	i := grpcgo.New(grpcgo.WithPolicy(newPolicy(t, mapping.WithReport(func(_ context.Context, r mapping.Report) { reported <- r }))))
	loops := grpc.ChainStreamInterceptor(func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		if handler(srv, stream) == nil {
			return nil
		}
		return newLoop()
	})
	address := serve(t, func(context.Context) error { return nil }, append(i.ServerOptions(), loops)...)
	for _, procedure := range procedures[1:] {
		_ = post(t, address, procedure, frame(0xff, 0xff, 0xff))
		if r := <-reported; r.Sent == nil || r.Sent.Code().Number() != 0 && !r.CallerGone {
			t.Errorf("%s: report of %v", procedure, r.Sent)
		}
	}
}

// TestG3TheCallersOwnEnd: a deadline that the caller gave, and a caller who goes.
func TestG3TheCallersOwnEnd(t *testing.T) {
	for name, fail := range map[string]func(context.Context) error{
		"the context's error": func(ctx context.Context) error { return ctx.Err() },
		"wrapped":             func(ctx context.Context) error { return wrapped(ctx.Err()) },
		"as a status":         func(ctx context.Context) error { return status.FromContextError(ctx.Err()).Err() },
		"a late failure":      func(ctx context.Context) error { return errors.Join(errPlain, ctx.Err()) },
	} {
		t.Run(name, func(t *testing.T) {
			entered := make(chan struct{}, 1)
			expires := endingCall(t, fail, nil, codes.DeadlineExceeded)
			leaves := endingCall(t, fail, entered, codes.Canceled)
			everyProcedure(t, func(t *testing.T, procedure string) {
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				err := call(ctx, expires, procedure)
				cancel()
				if found, _ := mapping.From(err); status.Code(err) != codes.DeadlineExceeded || found.Code() != errpactv1err.Unknown || !found.Remote() {
					t.Errorf("the caller got %v", err)
				}
				ctx, cancel = context.WithCancel(t.Context())
				go func() {
					<-entered
					cancel()
				}()
				if err := call(ctx, leaves, procedure); status.Code(err) != codes.Canceled {
					t.Errorf("the caller got %v", err)
				}
			})
		})
	}
}

// endingCall is a connection to a server whose handler waits for the end of its context, fails then, and
// must be reported as the caller's end. When its deadline is over, a request may also be canceled.
func endingCall(t *testing.T, fail answerer, entered chan<- struct{}, end codes.Code) *grpc.ClientConn {
	t.Helper()
	return dial(t, serveErrors(t, func(ctx context.Context) error {
		if entered != nil {
			entered <- struct{}{}
		}
		<-ctx.Done()
		return fail(ctx)
	}, mapping.WithReport(func(_ context.Context, r mapping.Report) {
		code := codes.Code(r.Sent.ConnectCode())
		if !r.CallerGone || r.Redacted || code != codes.Canceled && code != end {
			t.Errorf("report of %v, %v", r.Sent, code)
		}
	})), decoding()...)
}

// TestG3APropagatedDeadlineIsAlwaysTheCallers: whether B or A notices first is chance.
func TestG3APropagatedDeadlineIsAlwaysTheCallers(t *testing.T) {
	b := serveErrors(t, func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	})
	callB := toB(t, b, unary, decoding()...)
	seen := make(chan mapping.Report, 100)
	a := serveErrors(t, answerer(callB), mapping.WithReport(func(_ context.Context, r mapping.Report) { seen <- r }))
	conn := dial(t, a, decoding()...)
	for range 50 {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		err := call(ctx, conn, unary)
		cancel()
		if status.Code(err) != codes.DeadlineExceeded || mapping.CodeOf(err) != errpactv1err.Unknown {
			t.Fatalf("the caller got %v", err)
		}
	}
	for len(seen) > 0 {
		if r := <-seen; !r.CallerGone {
			t.Errorf("report of %v", r.Sent)
		}
	}
}

// A handlerStream is what a handler does with its stream.
type handlerStream struct{ do func(grpc.ServerStream) error }

func (h handlerStream) intercept(_ any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, _ grpc.StreamHandler) error {
	return h.do(stream)
}

// sentReport runs what a handler does with its stream, and gives what is reported.
func sentReport(t *testing.T, do func(grpc.ServerStream) error) (mapping.Report, error) {
	t.Helper()
	reported := make(chan mapping.Report, 1)
	i := grpcgo.New(grpcgo.WithPolicy(newPolicy(t, mapping.WithReport(func(_ context.Context, r mapping.Report) { reported <- r }))))
	address := serve(t, nil, grpc.ChainStreamInterceptor(i.StreamServer, handlerStream{do}.intercept), grpc.MaxSendMsgSize(1000))
	err := call(t.Context(), dial(t, address, decoding()...), bidiStream)
	return <-reported, err
}

// TestG3AMessageThatCannotBeSentIsNotTheCallersFault, whatever grpc-go calls it.
func TestG3AMessageThatCannotBeSentIsNotTheCallersFault(t *testing.T) {
	for name, message := range map[string]any{
		"too large": wrapperspb.Bytes(make([]byte, 2000)), "no UTF-8": wrapperspb.String("\xff"), "no message": 7,
	} {
		r, err := sentReport(t, func(stream grpc.ServerStream) error { return wrapped(stream.SendMsg(message)) })
		if r.CallerGone || r.Sent.ConnectCode() != mapping.ConnectCode(codes.Internal) || r.Sent.Code() != errpactv1err.Unknown || !r.Redacted {
			t.Errorf("%s: report of %v, %v", name, r.Sent, r.Redacted)
		}
		if err == nil {
			t.Errorf("%s: a success", name)
		}
	}
	some := metadata.Pairs("k", "v")
	for name, do := range map[string]func(grpc.ServerStream) error{
		"sent":            func(stream grpc.ServerStream) error { return stream.SendHeader(some) },
		"set":             func(stream grpc.ServerStream) error { return stream.SetHeader(some) },
		"set by grpc-go":  func(stream grpc.ServerStream) error { return grpc.SetHeader(stream.Context(), some) },
		"sent by grpc-go": func(stream grpc.ServerStream) error { return grpc.SendHeader(stream.Context(), some) },
	} {
		r, _ := sentReport(t, func(stream grpc.ServerStream) error { return errors.Join(stream.SendHeader(nil), do(stream)) })
		if r.CallerGone || r.Sent.ConnectCode() != mapping.ConnectCode(codes.Internal) || r.Sent.Code() != errpactv1err.Unknown {
			t.Errorf("headers %s after they were sent: report of %v", name, r.Sent)
		}
	}
}

// TestCleanEndsStayClean: io.EOF is what it is, on both sides.
func TestCleanEndsStayClean(t *testing.T) {
	i := grpcgo.New()
	last := make(chan error, 1)
	ends := handlerStream{func(stream grpc.ServerStream) error {
		var err error
		for err == nil {
			err = stream.RecvMsg(new(text))
		}
		last <- err
		return nil
	}}
	address := serve(t, nil, grpc.ChainStreamInterceptor(i.StreamServer, ends.intercept))
	stream, err := dial(t, address, decoding()...).NewStream(t.Context(), &service.Streams[2], bidiStream)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(stream.SendMsg(wrapperspb.String("x")), stream.CloseSend()); err != nil {
		t.Error(err)
	}
	if err := stream.RecvMsg(new(text)); err != io.EOF {
		t.Errorf("the client's stream ends with %v", err)
	}
	if err := <-last; err != io.EOF {
		t.Errorf("the handler's stream ends with %v", err)
	}
}
