// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	cockroach "github.com/cockroachdb/errors"
	"github.com/cockroachdb/errors/extgrpc"
	kratos "github.com/go-kratos/kratos/v3/errors"
	"github.com/googleapis/gax-go/v2/apierror"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping"
)

// seen has what a receiver knows about an error. It is also the error that one decodes by hand into.
type seen struct {
	Code            uint32
	Message, Reason string
	Metadata        map[string]string
	// Number is the catalogue's, where the row's own kind of error has a place for it.
	Number int32

	cause error
}

func (s *seen) Error() string { return s.Message }
func (s *seen) Unwrap() error { return s.cause }

// seen is what every row has to tell.
func (f failure) seen() *seen {
	return &seen{Code: uint32(connect.CodeNotFound), Message: message, Reason: reason, Metadata: f.newMetadata()}
}

// look finds out what a row told, whatever type of error it gave. None of them is wrapped.
func look(told any) (*seen, error) {
	switch e := told.(type) {
	case *seen:
		return e, nil
	case *answered:
		return lookBody(e.body)
	case *encoded:
		return lookCockroach(cockroach.DecodeError(context.Background(), e.EncodedError)), nil
	case *mapping.Error:
		return lookTyped(e), nil
	case *connect.Error:
		return decodeByHand(e), nil
	case *connectv2.Error:
		return decodeV2ByHand(e), nil
	case *kratos.Error:
		return &seen{Code: uint32(e.GRPCStatus().Code()), Message: e.Message, Reason: e.Reason, Metadata: e.Metadata}, nil
	case *apierror.APIError:
		return &seen{Code: uint32(e.GRPCStatus().Code()), Message: e.Message(), Reason: e.Reason(), Metadata: e.Metadata()}, nil
	case interface{ GRPCStatus() *status.Status }:
		return lookStatus(e.GRPCStatus()), nil
	}
	return nil, fmt.Errorf("look at %T: nobody knows how: %v", told, told)
}

func lookTyped(e *mapping.Error) *seen {
	return &seen{
		Code: uint32(e.ConnectCode()), Message: e.Message(), Reason: shortName(e.Code()), Metadata: e.Metadata(), Number: e.Code().Number(),
	}
}

// shortName is the entry's name as ErrorInfo has it.
func shortName(code mapping.Code) string { return strings.TrimPrefix(code.Name(), "ERROR_CODE_") }

func lookStatus(s *status.Status) *seen {
	out := &seen{Code: uint32(s.Code()), Message: s.Message()}
	for _, detail := range s.Details() {
		if m, ok := detail.(proto.Message); ok {
			out.add(m)
		}
	}
	return out
}

func lookCockroach(err error) *seen {
	out := &seen{Code: uint32(extgrpc.GetGrpcCode(err)), Message: err.Error()}
	if keys := cockroach.GetTelemetryKeys(err); len(keys) == 1 {
		out.Reason = keys[0]
	}
	for _, detail := range cockroach.GetAllDetails(err) {
		if key, value, ok := strings.Cut(detail, "="); ok {
			if out.Metadata == nil {
				out.Metadata = make(map[string]string)
			}
			out.Metadata[key] = value
		}
	}
	return out
}

// decodeByHand is what a client writes without errpact: every detail decoded, those it knows kept.
func decodeByHand(err error) *seen {
	e, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return &seen{cause: err}
	}
	out := &seen{Code: uint32(e.Code()), Message: e.Message(), cause: err}
	for _, detail := range e.Details() {
		if m, wrong := detail.Value(); wrong == nil {
			out.add(m)
		}
	}
	return out
}

func (s *seen) add(detail proto.Message) {
	switch d := detail.(type) {
	case *errpactv1.ErrorDetail:
		s.Number = int32(d.GetCode())
		if d.Number != nil { // of another catalogue than the built-in one
			s.Number = d.GetNumber()
		}
	case *errdetails.ErrorInfo:
		s.Reason, s.Metadata = d.GetReason(), d.GetMetadata()
	}
}

// decodeOwn is what a client writes that needs the number alone.
func decodeOwn(err error) *seen {
	e, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return &seen{cause: err}
	}
	out := &seen{Code: uint32(e.Code()), Message: e.Message(), cause: err}
	for _, detail := range e.Details() {
		if detail.Type() != "errpact.v1.ErrorDetail" {
			continue
		}
		if m, wrong := detail.Value(); wrong == nil {
			out.add(m)
		}
	}
	return out
}
