// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connectproto"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// localV2 is an error of Connect v2, whose message was written for the caller. Its cause was not.
func localV2(code connectv2.Code, message string, details ...proto.Message) error {
	e := connectv2.NewError(code, message).WithCause(newTyped(errSecret))
	for _, each := range details {
		d, err := connectproto.NewErrorDetail(each)
		if err != nil {
			panic(err)
		}
		e = e.WithDetail(d)
	}
	return e
}

// localErrorsV2 are Connect v2's, as a handler makes them.
var localErrorsV2 = []failure{
	{"v2's", give(localV2(connectv2.CodeNotFound, errPublic.Error())), notExist},
	{"v2's, wrapped", give(fmt.Errorf("%s: %w", canary, localV2(connectv2.CodeNotFound, errPublic.Error()))), notExist},
	{"v2's, joined", give(errors.Join(errSecret, localV2(connectv2.CodeNotFound, errPublic.Error()), errSecret)), notExist},
	{"v2's below an entry", give(errpactv1err.NotExist.Wrap(localV2(connectv2.CodeInternal, canary))), notExist},
	{"v2's beside a rule's", give(errors.Join(localV2(connectv2.CodeInternal, canary), errFolder)), notExist},
	{"v2's DebugInfo", give(localV2(connectv2.CodeNotFound, errPublic.Error(), debugInfo, packed(debugInfo))), notExist},
	{"v2's nil detail", give(connectv2.NewError(connectv2.CodeNotFound, errPublic.Error()).WithDetail(nil)), notExist},
	{"v2's typed nil", give((*connectv2.Error)(nil)), unknown},
	{"v2's of internal", give(localV2(connectv2.CodeInternal, unknown.Message())), want{Code: errpactv1err.Unknown, connectCode: connect.CodeInternal}},
	{"v2's of unavailable", give(localV2(connectv2.CodeUnavailable, "words for the caller")), want{
		Code: errpactv1err.ExternalService, connectCode: connect.CodeUnavailable, status: http.StatusServiceUnavailable, message: "words for the caller",
	}},
	{"v2's without words", give(localV2(connectv2.CodeUnavailable, "")), want{
		Code: errpactv1err.ExternalService, connectCode: connect.CodeUnavailable, status: http.StatusServiceUnavailable, message: "Service Unavailable",
	}},
	{"v2's 0", give(localV2(0, unknown.Message())), unknown},
	{"v2's 17", give(localV2(17, unknown.Message())), unknown},
	{"v2's -1", give(localV2(math.MaxUint32, unknown.Message())), unknown},
	{"v2's of an upstream", give(connectv2.NewError(connectv2.CodeNotFound, canary).WithRemote()), rejected},
}

func withDetails(code codes.Code, message string, details ...proto.Message) error {
	s := status.New(code, message)
	for _, each := range details {
		full, err := s.WithDetails(protoadapt.MessageV1Of(each))
		if err != nil {
			panic(err)
		}
		s = full
	}
	return s.Err()
}

// localStatuses are errors of grpc-go, which are a handler's own on its stack, and nobody's on others.
func localStatuses() (all []failure) {
	all = []failure{
		{"status not_found", give(status.Error(codes.NotFound, errPublic.Error())), notExist},
		{"status, wrapped", give(fmt.Errorf("%s: %w", canary, status.Error(codes.NotFound, errPublic.Error()))), notExist},
		{"status, joined", give(errors.Join(errSecret, status.Error(codes.NotFound, errPublic.Error()), errSecret)), notExist},
		{"status with DebugInfo", give(withDetails(codes.NotFound, errPublic.Error(), debugInfo)), notExist},
		{"status unknown", give(status.Error(codes.Unknown, canary)), unknown},
		{"status internal", give(withDetails(codes.Internal, canary, debugInfo)), want{Code: errpactv1err.Unknown, connectCode: connect.CodeInternal}},
		{"status data_loss", give(status.Error(codes.DataLoss, canary)), want{Code: errpactv1err.Database, connectCode: connect.CodeDataLoss}},
		{"status unavailable", give(status.Error(codes.Unavailable, canary)), want{Code: errpactv1err.ExternalService, connectCode: connect.CodeUnavailable, message: "Service Unavailable"}},
		{"status deadline_exceeded", give(status.Error(codes.DeadlineExceeded, canary)), expired},
		{"status 17", give(status.Error(17, canary)), unknown},
		{"status -1", give(status.Error(math.MaxUint32, canary)), unknown},
		{"status of protobuf's text", func(context.Context) error {
			return status.Error(codes.Internal, fmt.Sprintf("%s: %v", canary, proto.Unmarshal([]byte(canary), new(structpb.Struct))))
		}, want{Code: errpactv1err.Unknown, connectCode: connect.CodeInternal}},
	}
	for _, f := range slices.Clone(all) {
		all = append(all, failure{f.name + ", of a foreign stack", f.fail, unknown.on(onV1, onV2)})
	}
	for i := range len(all) / 2 {
		all[i].want = all[i].want.on(onGRPC)
	}
	return all
}
