// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"net/http"

	cockroach "github.com/cockroachdb/errors"
	"github.com/cockroachdb/errors/extgrpc"
	kratos "github.com/go-kratos/kratos/v3/errors"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// grpcStatus is grpc-go's own way, with the details that Connect's rows have.
func (f failure) grpcStatus() error {
	s, err := status.New(codes.NotFound, message).WithDetails(ownDetail(), f.info())
	if err != nil {
		return err
	}
	return s.Err()
}

// kratos is its error, whose reason and metadata are an ErrorInfo without domain.
func (f failure) kratos() error {
	err := kratos.New(http.StatusNotFound, reason, message)
	if f.pairs == nil {
		return err
	}
	return err.WithMetadata(f.newMetadata())
}

// cockroach has no place for a reason and for metadata: a telemetry key and a detail are the nearest.
func (f failure) cockroach() error {
	err := cockroach.WithTelemetry(cockroach.New(message), reason)
	for _, p := range f.pairs {
		err = cockroach.WithDetail(err, p[0]+"="+p[1])
	}
	return extgrpc.WrapWithGrpcCode(err, codes.NotFound)
}

// encoded is an error of cockroachdb as it would be sent.
type encoded struct{ cockroach.EncodedError }

func (*encoded) Error() string { return message }

func encodeCockroach(ctx context.Context, err error) error {
	return &encoded{cockroach.EncodeError(ctx, err)}
}

// toStatus is what kratos and grpc-go do with an error that has a status.
func toStatus(err error) error {
	if e, ok := err.(interface{ GRPCStatus() *status.Status }); ok {
		return e.GRPCStatus().Err()
	}
	return err
}
