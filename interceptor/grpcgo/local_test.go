// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"errors"
	"math"
	"strconv"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/mapping"
)

// localCodes are a handler's own statuses: the code that goes out, what stands in for the handler's text
// where that does not go out, and the number that a receiver infers.
var localCodes = []struct {
	made, sent codes.Code
	instead    string
	number     int32
}{
	{codes.Canceled, codes.Canceled, "", 0},
	{codes.Unknown, codes.Unknown, "Unknown server side error occurred", 0},
	{codes.InvalidArgument, codes.InvalidArgument, "", 4},
	{codes.DeadlineExceeded, codes.DeadlineExceeded, "Gateway Timeout", 0},
	{codes.NotFound, codes.NotFound, "", 10},
	{codes.AlreadyExists, codes.AlreadyExists, "", 4},
	{codes.PermissionDenied, codes.PermissionDenied, "", 9},
	{codes.ResourceExhausted, codes.ResourceExhausted, "", 0},
	{codes.FailedPrecondition, codes.FailedPrecondition, "", 4},
	{codes.Aborted, codes.Aborted, "", 4},
	{codes.OutOfRange, codes.OutOfRange, "", 4},
	{codes.Unimplemented, codes.Unimplemented, "", 2},
	{codes.Internal, codes.Internal, "Unknown server side error occurred", 0},
	{codes.Unavailable, codes.Unavailable, "Service Unavailable", 11},
	{codes.DataLoss, codes.DataLoss, "Critical database error", 12},
	{codes.Unauthenticated, codes.Unauthenticated, "", 6},
	{17, codes.Unknown, "Unknown server side error occurred", 0},
	{math.MaxUint32, codes.Unknown, "Unknown server side error occurred", 0},
}

const ownWords = "words of the handler, 100% ünïcode"

// localErrors has one status for each of localCodes, with details.
func localErrors(t *testing.T) []error {
	t.Helper()
	debug, err := anypb.New(&errdetails.DebugInfo{Detail: canary})
	if err != nil {
		t.Fatal(err)
	}
	quota, err := anypb.New(&errdetails.QuotaFailure{})
	if err != nil {
		t.Fatal(err)
	}
	unknown := &anypb.Any{TypeUrl: "elsewhere.example/no.such.Type", Value: []byte{0xff, 1}}
	errs := make([]error, len(localCodes))
	for i, c := range localCodes {
		errs[i] = status.FromProto(&spb.Status{
			Code: int32(c.made), Message: ownWords, Details: []*anypb.Any{debug, quota, {}, unknown},
		}).Err()
	}
	return errs
}

func TestG1LocalStatusesPassWithoutWhatIsNotForTheCaller(t *testing.T) {
	address := serveErrors(t, errorCases(localErrors(t)...))
	conn := dial(t, address, decoding()...)
	everyProcedure(t, func(t *testing.T, procedure string) {
		for i, c := range localCodes {
			message, details := ownWords, 2
			if c.instead != "" {
				message, details = c.instead, 3 // with the request's id
			}
			err := call(caseOf(t.Context(), i), conn, procedure)
			checkLocal(t, err, c.sent, message, details)
			if found, _ := mapping.From(err); !found.Inferred() || found.Code().Number() != c.number {
				t.Errorf("%v was inferred to be %v", c.made, found.Code())
			}
			if raw := post(t, address, procedure, frame(), "Case", strconv.Itoa(i)).bytes(); hasCanary(raw) {
				t.Errorf("DebugInfo went out:\n%q", raw)
			}
		}
	})
}

func TestWithConnectMessagesSendsEveryMessageAsItIs(t *testing.T) {
	conn := dial(t, serveErrors(t, errorCases(localErrors(t)...), mapping.WithConnectMessages()), decoding()...)
	everyProcedure(t, func(t *testing.T, procedure string) {
		for i, c := range localCodes {
			checkLocal(t, call(caseOf(t.Context(), i), conn, procedure), c.sent, ownWords, 2)
		}
	})
}

func checkLocal(t *testing.T, err error, code codes.Code, message string, details int) {
	t.Helper()
	st := status.Convert(err)
	if st.Code() != code || st.Message() != message || len(st.Proto().GetDetails()) != details {
		t.Errorf("the caller got %v, want %v %q with %d details", st.Proto(), code, message, details)
	}
}

// TestErrorsOfConnectAreKnown, of both versions, since a service moves from one to another step by step.
func TestErrorsOfConnectAreKnown(t *testing.T) {
	detail, err := connect.NewErrorDetail(&errdetails.QuotaFailure{})
	if err != nil {
		t.Fatal(err)
	}
	v1 := connect.NewError(connect.CodeNotFound, errors.New(ownWords))
	v1.AddDetail(detail)
	v1.Meta().Set("X-Of-Handler", "one")
	conn := dial(t, serveErrors(t, errorCases(
		v1, connectv2.NewError(connectv2.CodeAborted, ownWords), connect.NewError(connect.CodeInternal, errPlain),
		connect.NewWireError(connect.CodeNotFound, errPlain), connectv2.NewError(connectv2.CodeNotFound, canary).WithRemote(),
	)), decoding()...)
	everyProcedure(t, func(t *testing.T, procedure string) {
		checkLocal(t, call(caseOf(t.Context(), 0), conn, procedure), codes.NotFound, ownWords, 1)
		checkLocal(t, call(caseOf(t.Context(), 1), conn, procedure), codes.Aborted, ownWords, 0)
		checkLocal(t, call(caseOf(t.Context(), 2), conn, procedure), codes.Internal, "Unknown server side error occurred", 1)
		checkLocal(t, call(caseOf(t.Context(), 3), conn, procedure), codes.Internal, "External service failed", 3)
		checkLocal(t, call(caseOf(t.Context(), 4), conn, procedure), codes.Internal, "External service failed", 3)
	})
}

// TestDetailsOfALocalStatusAreNotShared with what the handler keeps.
func TestDetailsOfALocalStatusAreNotShared(t *testing.T) {
	errs := localErrors(t)
	before := proto.Clone(status.Convert(errs[4]).Proto())
	conn := dial(t, serveErrors(t, errorCases(errs...)), decoding()...)
	if err := call(caseOf(t.Context(), 4), conn, unary); err == nil {
		t.Error("a success")
	}
	if !proto.Equal(before, status.Convert(errs[4]).Proto()) {
		t.Error("the handler's status has changed")
	}
}
