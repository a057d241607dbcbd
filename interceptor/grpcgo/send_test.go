// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// TestG1LoopAfterABadRequestEnds: the search for what the stream gave ends.
func TestG1LoopAfterABadRequestEnds(t *testing.T) {
	reported := make(chan mapping.Report, 1)
	i := grpcgo.New(grpcgo.WithPolicy(newPolicy(t, mapping.WithReport(func(_ context.Context, r mapping.Report) { reported <- r }))))
	loops := grpc.ChainStreamInterceptor(func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		if handler(srv, stream) == nil {
			return nil
		}
		return opaque.NewLoop()
	})
	address := serve(t, answers(nil), append(i.ServerOptions(), loops)...)
	for _, procedure := range procedures[1:] {
		_ = post(t, address, procedure, frame(0xff, 0xff, 0xff))
		if r := <-reported; r.Sent == nil || r.Sent.Code().Number() != 0 && !r.CallerGone {
			t.Errorf("%s: report of %v", procedure, r.Sent)
		}
	}
}

// A doing is what a handler does with its stream.
type doing struct{ do func(grpc.ServerStream) error }

func (h doing) intercept(_ any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, _ grpc.StreamHandler) error {
	return h.do(stream)
}

// sentReport runs what a handler does with its stream, and gives what is reported.
func sentReport(t *testing.T, do func(grpc.ServerStream) error) (mapping.Report, error) {
	t.Helper()
	reported := make(chan mapping.Report, 1)
	i := grpcgo.New(grpcgo.WithPolicy(newPolicy(t, mapping.WithReport(func(_ context.Context, r mapping.Report) { reported <- r }))))
	address := serve(t, answers(nil), grpc.ChainStreamInterceptor(i.StreamServer, doing{do}.intercept), grpc.MaxSendMsgSize(1000))
	err := call(t.Context(), dial(t, address, decoding()...), bidiStream)
	return <-reported, err
}

// TestG3UnsendableMessagesAndHeadersAreOurFault. A message that is too large keeps grpc-go's code.
func TestG3UnsendableMessagesAndHeadersAreOurFault(t *testing.T) {
	for name, unsent := range map[string]struct {
		message any
		code    codes.Code
	}{
		"too large": {wrapperspb.Bytes(make([]byte, 2000)), codes.ResourceExhausted}, "no UTF-8": {wrapperspb.String("\xff"), codes.Internal},
		"no message": {7, codes.Internal},
	} {
		r, err := sentReport(t, func(stream grpc.ServerStream) error { return wrapped(stream.SendMsg(unsent.message)) })
		if r.CallerGone || uint32(r.Sent.ConnectCode()) != uint32(unsent.code) || r.Sent.Code() != errpactv1err.Unknown || !r.Redacted {
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
		if r.CallerGone || uint32(r.Sent.ConnectCode()) != uint32(codes.Internal) || r.Sent.Code() != errpactv1err.Unknown {
			t.Errorf("headers %s after they were sent: report of %v", name, r.Sent)
		}
	}
}

// ends is a stats.Handler that gives the errors with which calls end.
type ends chan error

func (ends) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context   { return ctx }
func (ends) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (ends) HandleConn(context.Context, stats.ConnStats)                       {}
func (e ends) HandleRPC(_ context.Context, s stats.RPCStats) {
	if end, ok := s.(*stats.End); ok {
		e <- end.Error
	}
}

// TestG13UnaryResponsesThatCannotBeSentAreGRPCGos: no interceptor hears of them, as the documentation says. A
// stats.Handler does.
func TestG13UnaryResponsesThatCannotBeSentAreGRPCGos(t *testing.T) {
	for name, c := range map[string]struct {
		response any
		code     codes.Code
	}{
		"too large": {wrapperspb.String(strings.Repeat("x", 2000)), codes.ResourceExhausted}, "no UTF-8": {wrapperspb.String("\xff"), codes.Internal},
	} {
		seen, ended := new(reported.Reports), make(ends, 1)
		i := grpcgo.New(grpcgo.WithPolicy(newPolicy(t, mapping.WithReport(seen.Add))))
		succeeds := func(context.Context, any, *grpc.UnaryServerInfo, grpc.UnaryHandler) (any, error) {
			return c.response, nil
		}
		address := serve(t, answers(nil), grpc.ChainUnaryInterceptor(i.UnaryServer, succeeds), grpc.MaxSendMsgSize(1000), grpc.StatsHandler(ended))
		got := status.Convert(call(t.Context(), dial(t, address), unary))
		if end := <-ended; status.Code(end) != c.code || got.Code() != c.code || got.Message() != status.Convert(end).Message() || len(got.Details()) > 0 {
			t.Errorf("%s: the caller got %v, the stats.Handler %v", name, got, end)
		}
		if all := seen.Take(); len(all) > 0 {
			t.Errorf("%s: reports of %+v: change what the documentation says", name, all)
		}
	}
}
