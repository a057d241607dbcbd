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
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/mapping"
)

// TestG10OuterInterceptorsFindTheErrorAndTheStatus: outside it is a status, and the error that was sent.
func TestG10OuterInterceptorsFindTheErrorAndTheStatus(t *testing.T) {
	answered := errpactv1err.NotExist.New("no such folder").Wrap(errPlain)
	var seen error
	i := grpcgo.New()
	address := serve(t, cases(answered),
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

// TestG10ErrorsPrintAsErrpacts, and are values of a log.
func TestG10ErrorsPrintAsErrpacts(t *testing.T) {
	conn := dial(t, serveErrors(t, answers(errpactv1err.NotExist.New("no such folder").WithMetadata("folder_id", "f-1"))), decoding()...)
	everyProcedure(t, func(t *testing.T, procedure string) {
		err := call(t.Context(), conn, procedure)
		found, _ := errors.AsType[*mapping.Error](err)
		if fmt.Sprintf("%+v", err) != fmt.Sprintf("%+v", found) {
			t.Errorf("it prints %+v", err)
		}
		if _, ok := err.(slog.LogValuer); !ok {
			t.Errorf("%T is no LogValuer", err)
		}
	})
}

// severalError has a status of its own, and several errors below it. It cannot be compared.
type severalError struct{ below []error }

func (severalError) Error() string              { return "several" }
func (severalError) GRPCStatus() *status.Status { return status.New(codes.NotFound, "several") }
func (e severalError) Unwrap() []error          { return e.below }

// endError has a status of its own, and says that it is the end of a stream.
type endError struct{ severalError }

func (endError) Is(target error) bool { return target == io.EOF }

// TestG10ErrorsWithAStatusOfTheirOwnAreSearched, as what wraps it is: an interceptor inside may give errors of
// other types than package status has.
func TestG10ErrorsWithAStatusOfTheirOwnAreSearched(t *testing.T) {
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
