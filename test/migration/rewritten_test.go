// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package migration_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	connectv1 "connectrpc.com/connect"
	"connectrpc.com/connect/v2"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/telemetry/telemetrytest"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
)

// What the page names, and no test here has a use for.
var (
	_ = telemetrytest.CheckOrderV2
	_ = rest.CheckResponse
	_ = grpc.Creds
	_ = grpc.SetTrailer
	_ = func(info *connect.CallInfo) *connect.Header { return info.ResponseTrailer() }
	_ = func(stream *connectv1.BidiStreamForClient[interopv1.BidiStreamRequest, interopv1.BidiStreamResponse]) error {
		stream.RequestHeader().Set("Accept-Language", stream.ResponseHeader().Get("Content-Language"))
		return errors.Join(stream.CloseRequest(), stream.CloseResponse())
	}
	_ = func(ctx context.Context, client interopv1connectv2.TroubleServiceClient) error {
		stream, err := client.BidiStream(ctx)
		return errors.Join(err, stream.CloseSend(), stream.Close())
	}
)

// TestRewrittenErrorsSayTheSame as what they take the place of, to a gRPC client that asks package status,
// as it always did, and package mapping, as it may from now on.
func TestRewrittenErrorsSayTheSame(t *testing.T) {
	quota := &errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{Subject: "folders"}}}
	was := []protoadapt.MessageV1{
		&errdetails.ErrorInfo{Reason: "NOT_EXIST", Domain: "errpact.dev", Metadata: map[string]string{"name": "f-17"}},
		&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "name", Description: "is of no folder"}}},
		&errdetails.RetryInfo{RetryDelay: durationpb.New(3 * time.Second)},
		quota,
	}
	old, err := status.Convert(status.Errorf(codes.NotFound, "no %q", "f-17")).WithDetails(was...)
	if err != nil {
		t.Fatal(err)
	}
	rewritten := errpactv1err.NotExist.Errorf("no %q", "f-17").
		WithMetadata("name", "f-17").WithField("name", "is of no folder").WithRetryDelay(3 * time.Second).WithDetail(quota)
	for stack, url := range stacks(t, quiet(t), rewritten) {
		client, err := clientGRPC(strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Unary(t.Context(), new(interopv1.UnaryRequest))
		got, ok := status.FromError(err)
		if !ok || got.Code() != old.Code() || got.Message() != old.Message() {
			t.Errorf("%s: %v, want %v", stack, err, old)
		}
		for _, want := range old.Details() {
			if !slices.ContainsFunc(got.Details(), func(d any) bool { return proto.Equal(d.(proto.Message), want.(proto.Message)) }) {
				t.Errorf("%s: no %v in %v", stack, want, got.Details())
			}
		}
		e, _ := mapping.From(err)
		found, ok := mapping.Detail[*errdetails.QuotaFailure](err)
		if !errors.Is(err, errpactv1err.NotExist) || e.Message() != old.Message() || !ok || !proto.Equal(found, quota) {
			t.Errorf("%s: %+v", stack, err)
		}
	}
}
