// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// TestG4EveryAnswerIsWithinTheBudget, as it travels, and what is dropped is reported.
func TestG4EveryAnswerIsWithinTheBudget(t *testing.T) {
	const budget = 3584
	large := errpactv1err.NotExist.New(strings.Repeat("é\n", 2000)).WithRetryDelay(1)
	for i := range 100 {
		large = large.WithMetadata("key-"+strconv.Itoa(i), strings.Repeat("v", 100)).WithField(strings.Repeat("f", 100), "d")
	}
	local, err := status.New(codes.NotFound, strings.Repeat("words ", 500)).WithDetails(&errdetails.Help{Links: []*errdetails.Help_Link{
		{Url: strings.Repeat("u", 5000)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	errs := []error{
		large, large.WithPayload(strings.Repeat("p", 5000)), large.WithDetail(local.Proto()), local.Err(), errors.Join(errPlain, large),
	}
	seen := new(reported.Reports)
	address := serveErrors(t, errorCases(errs...), mapping.WithReport(seen.Add))
	everyProcedure(t, func(t *testing.T, procedure string) {
		for i := range errs {
			answer := post(t, address, procedure, frame(), "Case", strconv.Itoa(i))
			size := len(answer.status("Grpc-Message")) + len(answer.status("Grpc-Status-Details-Bin"))
			if size > budget || answer.status("Grpc-Status") != "5" {
				t.Errorf("case %d: %d bytes of code %s, the budget is %d", i, size, answer.status("Grpc-Status"), budget)
			}
			if all := seen.Take(); len(all) != 1 || len(all[0].Dropped) == 0 {
				t.Errorf("case %d: reports %+v", i, all)
			}
		}
	})
}

// TestG5TextIsCleanAndCostsNothing: the code and the details arrive whatever the message holds.
func TestG5TextIsCleanAndCostsNothing(t *testing.T) {
	texts := []string{"\xff\xfe bad", "a\r\nb\x1b[31m\x00", strings.Repeat("ü", 600), "100% \u2028 ✓"}
	var errs []error
	for _, text := range texts {
		errs = append(errs, errpactv1err.NotExist.New(text).WithMetadata("k", text), status.Error(codes.NotFound, text))
	}
	conn := dial(t, serveErrors(t, errorCases(errs...)), decoding()...)
	everyProcedure(t, func(t *testing.T, procedure string) {
		for i, sent := range errs {
			err := call(caseOf(t.Context(), i), conn, procedure)
			found, _ := mapping.From(err)
			if status.Code(err) != codes.NotFound || found.Code() != errpactv1err.NotExist || found.Inferred() != (i%2 == 1) {
				t.Errorf("%q arrived as %v", sent, err)
			}
			message := status.Convert(err).Message()
			if !utf8.ValidString(message) || strings.ContainsAny(message, "\r\n\x1b\x00") || len(message) > 512 || message == "" {
				t.Errorf("%q arrived with the text %q", sent, message)
			}
		}
	})
}

// TestRequestsMetadataIsRead, for the request's id.
func TestRequestsMetadataIsRead(t *testing.T) {
	seen := new(reported.Reports)
	conn := dial(t, serveErrors(t, errorCases(errPlain), mapping.WithReport(seen.Add)), decoding()...)
	traced := metadata.AppendToOutgoingContext(t.Context(), "case", "0", "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	everyProcedure(t, func(t *testing.T, procedure string) {
		found, _ := mapping.From(call(traced, conn, procedure))
		if all := seen.Take(); len(all) != 1 || all[0].RequestID != "4bf92f3577b34da6a3ce929d0e0e4736" || found.RequestID() != all[0].RequestID {
			t.Errorf("the request's id is %q, in the reports %+v", found.RequestID(), all)
		}
	})
}

// TestASuccessCostsNothing: a unary call has no allocation more than without the interceptors.
func TestASuccessCostsNothing(t *testing.T) {
	i := grpcgo.New()
	ctx, info := t.Context(), &grpc.UnaryServerInfo{FullMethod: unary}
	handle := func(context.Context, any) (any, error) { return nil, nil }
	invoke := func(context.Context, string, any, any, *grpc.ClientConn, ...grpc.CallOption) error { return nil }
	for side, call := range map[string]func() error{
		"server": func() error { _, err := i.UnaryServer(ctx, nil, info, handle); return err },
		"client": func() error { return i.UnaryClient(ctx, unary, nil, nil, nil, invoke) },
	} {
		if n := testing.AllocsPerRun(100, func() {
			if err := call(); err != nil {
				t.Error(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", side, n)
		}
	}
}

// TestRemoteErrorsOfOtherPoliciesKeepTheirNumber, and their text.
func TestRemoteErrorsOfOtherPoliciesKeepTheirNumber(t *testing.T) {
	conn := dial(t, serveErrors(t, errorCases(errpactv1err.Catalogue.Code(4711).New("unknown to all"))), decoding()...)
	everyProcedure(t, func(t *testing.T, procedure string) {
		err := call(caseOf(t.Context(), 0), conn, procedure)
		if found, _ := mapping.From(err); found.Code().Number() != 4711 || found.Message() != "unknown to all" {
			t.Errorf("arrived as %v, %s", err, fmt.Sprint(found.Code().Number()))
		}
	})
}
