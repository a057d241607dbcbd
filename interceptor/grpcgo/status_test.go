// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/mapping"
)

// TestG10WhatAClientGetsIsGRPCsErrorToo, also where it is wrapped.
func TestG10WhatAClientGetsIsGRPCsErrorToo(t *testing.T) {
	answered := errpactv1err.NotExist.New("no such folder").WithMetadata("folder_id", "f-1")
	address := serveErrors(t, errorCases(answered))
	everyProcedure(t, func(t *testing.T, procedure string) {
		plain := call(caseOf(t.Context(), 0), dial(t, address), procedure)
		err := call(caseOf(t.Context(), 0), dial(t, address, decoding()...), procedure)
		want, got := status.Convert(plain), status.Convert(err)
		if status.Code(plain) != codes.NotFound || !proto.Equal(want.Proto(), got.Proto()) {
			t.Errorf("status = %v, without errpact it is %v", got, want)
		}
		var own interface{ GRPCStatus() *status.Status }
		if !errors.Is(err, plain) || !errors.As(err, &own) || own.GRPCStatus().Code() != codes.NotFound {
			t.Errorf("grpc's own error is not in %v", err)
		}
		if outer := fmt.Errorf("outer: %w", err); status.Code(outer) != codes.NotFound || !errors.Is(outer, errpactv1err.NotExist) {
			t.Errorf("wrapped: %v", outer)
		}
		found, ok := errors.AsType[*mapping.Error](err)
		if !ok || !found.Remote() || found.Metadata()["folder_id"] != "f-1" || mapping.CodeOf(err) != errpactv1err.NotExist {
			t.Errorf("no *mapping.Error in %v", err)
		}
		if err.Error() != found.Error() || fmt.Sprintf("%+v", err) != fmt.Sprintf("%+v", found) {
			t.Errorf("Error() = %q, %+v", err, err)
		}
		if _, ok := err.(slog.LogValuer); !ok {
			t.Errorf("%T is no LogValuer", err)
		}
	})
}

// TestG10WhatAServerReturnsIsFoundByThoseAround: outside it is a status, and the error that was sent.
func TestG10WhatAServerReturnsIsFoundByThoseAround(t *testing.T) {
	answered := errpactv1err.NotExist.New("no such folder").Wrap(errPlain)
	var seen error
	i := grpcgo.New()
	address := serve(t, errorCases(answered),
		grpc.ChainUnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
			res, err := handle(ctx, req)
			seen = err
			return res, err
		}),
		grpc.ChainStreamInterceptor(func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
			seen = handle(srv, stream)
			return seen
		}),
		i.ServerOptions()[0], i.ServerOptions()[1])
	conn := dial(t, address)
	everyProcedure(t, func(t *testing.T, procedure string) {
		err := call(caseOf(t.Context(), 0), conn, procedure)
		st, ok := status.FromError(seen)
		if !ok || !proto.Equal(st.Proto(), status.Convert(err).Proto()) || st.Code() != codes.NotFound {
			t.Errorf("GRPCStatus() = %v, sent was %v", st, err)
		}
		found, _ := mapping.From(seen)
		if found != answered || !errors.Is(seen, errpactv1err.NotExist) || strings.Contains(seen.Error(), canary) {
			t.Errorf("around it is %v, %v", seen, found)
		}
		if errors.Is(seen, errPlain) {
			t.Error("the cause is found by what is around")
		}
	})
}

// TestG10TwoInterceptorsAreOne, on either side.
func TestG10TwoInterceptorsAreOne(t *testing.T) {
	local := status.Error(codes.NotFound, "public")
	errs := []error{errpactv1err.NotExist.WithMetadata("k", "v"), errPlain, local, status.Error(codes.Internal, canary)}
	two := append(grpcgo.New().ServerOptions(), grpcgo.New(grpcgo.WithPolicy(newPolicy(t))).ServerOptions()...)
	one := dial(t, serveErrors(t, errorCases(errs...)), decoding()...)
	both := dial(t, serve(t, errorCases(errs...), two...), append(decoding(), decoding()...)...)
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	defer slog.SetDefault(before)
	everyProcedure(t, func(t *testing.T, procedure string) {
		for i := range errs {
			want, got := call(caseOf(t.Context(), i), one, procedure), call(caseOf(t.Context(), i), both, procedure)
			if !proto.Equal(status.Convert(want).Proto(), status.Convert(got).Proto()) || mapping.CodeOf(want) != mapping.CodeOf(got) {
				t.Errorf("two made %v of what is %v", got, want)
			}
		}
	})
}

// planted gives an error at one place of a client's stream.
type planted struct {
	grpc.ClientStream
	place string
	err   error
}

func (p *planted) at(place string, err error) error {
	if p.place == place {
		return p.err
	}
	return err
}

func (p *planted) Header() (metadata.MD, error) {
	md, err := p.ClientStream.Header()
	return md, p.at("Header", err)
}

func (p *planted) SendMsg(message any) error { return p.at("SendMsg", p.ClientStream.SendMsg(message)) }
func (p *planted) RecvMsg(message any) error { return p.at("RecvMsg", p.ClientStream.RecvMsg(message)) }
func (p *planted) CloseSend() error          { return p.at("CloseSend", p.ClientStream.CloseSend()) }

// TestG10EveryPlaceGivesTheTypedError where a client's stream gives one.
func TestG10EveryPlaceGivesTheTypedError(t *testing.T) {
	address := serveErrors(t, func(context.Context) error { return nil })
	surfacing := map[error]codes.Code{
		status.Error(codes.NotFound, "words"): codes.NotFound, context.Canceled: codes.Canceled,
		context.DeadlineExceeded: codes.DeadlineExceeded, errPlain: codes.Unknown,
		errpactv1err.NotExist.New("not ours"): codes.NotFound,
	}
	for _, place := range []string{"Header", "SendMsg", "RecvMsg", "CloseSend", "open"} {
		for err, want := range surfacing {
			plant := func(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
				if place == "open" {
					return nil, err
				}
				stream, failed := open(ctx, desc, conn, method, opts...)
				return &planted{stream, place, err}, failed
			}
			conn := dial(t, address, append(decoding(), grpc.WithChainStreamInterceptor(plant))...)
			got := atPlace(t.Context(), conn, place)
			found, ok := errors.AsType[*mapping.Error](got)
			if !ok || !found.Remote() || status.Code(got) != want || !errors.Is(got, err) {
				t.Errorf("%s: %v became %v", place, err, got)
			}
		}
	}
}

func atPlace(ctx context.Context, conn *grpc.ClientConn, place string) error {
	stream, err := conn.NewStream(ctx, &service.Streams[2], bidiStream)
	if err != nil {
		return err
	}
	got := map[string]error{"SendMsg": stream.SendMsg(new(text)), "CloseSend": stream.CloseSend()}
	_, got["Header"] = stream.Header()
	for got["RecvMsg"] == nil {
		got["RecvMsg"] = stream.RecvMsg(new(text))
	}
	if place != "RecvMsg" && got["RecvMsg"] != io.EOF {
		return fmt.Errorf("RecvMsg: %w", got["RecvMsg"])
	}
	return got[place]
}

// TestCredentialsTellUnauthenticatedErrorsApart, where they are in the metadata or the policy knows.
func TestCredentialsTellUnauthenticatedErrorsApart(t *testing.T) {
	address := serve(t, func(context.Context) error { return status.Error(codes.Unauthenticated, "who are you") })
	conn := dial(t, address, decoding()...)
	with := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer x")
	if err := call(t.Context(), conn, unary); !errors.Is(err, errpactv1err.AuthNotProvided) {
		t.Errorf("without a credential: %v", err)
	}
	if err := call(with, conn, unary); errors.Is(err, errpactv1err.AuthNotProvided) {
		t.Errorf("with a credential: %v", err)
	}
	server := dial(t, serveErrors(t, func(context.Context) error { return status.Error(codes.Unauthenticated, "who are you") }), decoding()...)
	if err := call(with, server, unary); errors.Is(err, errpactv1err.AuthNotProvided) {
		t.Errorf("a server, with a credential: %v", err)
	}
}

// TestG10WhatIsDecodedIsNotDecodedAgain by another interceptor outside, as it came or wrapped.
func TestG10WhatIsDecodedIsNotDecodedAgain(t *testing.T) {
	answer := errpactv1err.NotExist.WithDetail(status.New(codes.OK, "").Proto())
	err := call(caseOf(t.Context(), 0), dial(t, serveErrors(t, errorCases(answer)), decoding(grpcgo.WithRelay())...), unary)
	for _, inner := range []error{err, fmt.Errorf("wrapped: %w", err)} {
		got := grpcgo.New().UnaryClient(t.Context(), unary, nil, nil, nil, func(context.Context, string, any, any, *grpc.ClientConn, ...grpc.CallOption) error {
			return inner
		})
		if got != inner {
			t.Errorf("%#v became %#v", inner, got)
		}
	}
}

// severalError has a status of its own, and several errors below it. It cannot be compared.
type severalError struct{ below []error }

func (severalError) Error() string              { return "several" }
func (severalError) GRPCStatus() *status.Status { return status.New(codes.NotFound, "several") }
func (e severalError) Unwrap() []error          { return e.below }

// endError has a status of its own, and says that it is the end of a stream.
type endError struct{ severalError }

func (endError) Is(target error) bool { return target == io.EOF }

// TestG10WhatHasAStatusOfItsOwnIsLookedInto, as what wraps it is: an interceptor inside may give errors of
// other types than package status has.
func TestG10WhatHasAStatusOfItsOwnIsLookedInto(t *testing.T) {
	decode := func(err error) error {
		return grpcgo.New().UnaryClient(t.Context(), unary, nil, nil, nil, func(context.Context, string, any, any, *grpc.ClientConn, ...grpc.CallOption) error {
			return err
		})
	}
	for name, inner := range map[string]error{
		"nothing":           severalError{},
		"the end":           &severalError{[]error{io.EOF}},
		"what is the end":   &endError{},
		"a catalogue's":     severalError{[]error{errpactv1err.AuthForbidden}},
		"a text":            &severalError{[]error{errors.New("text")}},
		"a status":          status.Error(codes.NotFound, "several"),
		"a status, unknown": status.Error(codes.Unknown, "several"),
	} {
		got, wrapped := decode(inner), decode(fmt.Errorf("wrapped: %w", inner))
		if errors.Is(inner, io.EOF) {
			if got != inner {
				t.Errorf("%s: the end of a stream became %v", name, got)
			}
			continue
		}
		if status.Code(got) != status.Code(wrapped) || mapping.CodeOf(got) != mapping.CodeOf(wrapped) || status.Convert(got).Message() != status.Convert(wrapped).Message() {
			t.Errorf("%s: %v, and wrapped it is %v", name, got, wrapped)
		}
		if code := mapping.CodeOf(got); (code == errpactv1err.Unknown) != (status.Code(inner) == codes.Unknown) {
			t.Errorf("%s: the code is %v", name, code)
		}
	}
}
