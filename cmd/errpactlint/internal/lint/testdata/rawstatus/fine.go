// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rawstatus

import (
	"context"
	"errors"
	"fmt"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

func fineDetail() (*connect.ErrorDetail, error) { return connect.NewErrorDetail(nil) }

func fineWriter() *connect.ErrorWriter { return connect.NewErrorWriter() }

func fineStatusCode(err error) codes.Code { return status.Code(err) }

func fineConvert(err error) string { return status.Convert(err).Message() }

func fineCodeOf(err error) bool { return connect.CodeOf(err) == connect.CodeNotFound }

func fineCodeOfV2(err error) bool { return connectv2.CodeOf(err) == connectv2.CodeNotFound }

func fineFromError(err error) bool {
	_, ok := status.FromError(err)
	return ok
}

func fineAs(err error) *connect.Error {
	var found *connect.Error
	if errors.As(err, &found) {
		return found
	}
	return nil
}

func fineAsType(err error) error {
	if found, ok := errors.AsType[*connect.Error](err); ok {
		return found
	}
	return nil
}

func fineEntry() error { return shopv1err.Closed }

func fineBuilt() error { return shopv1err.Closed.New("x") }

func finePlain(err error) error { return fmt.Errorf("x: %w", errors.Join(err, errors.New("x"))) }

func fineStatic() error { return errStatic }

func fineContext(ctx context.Context) error { return status.FromContextError(ctx.Err()).Err() }

func fineProto() error { return status.FromProto(nil).Err() }

func fineCatalogue() error { return shopv1err.Catalogue.Code(103).New("") }

// NewError has the name alone.
func fineOwn() error {
	type own struct{ NewError func(string) error }
	return own{errors.New}.NewError("x")
}

func fineSwitch(err error) mapping.Code {
	switch connect.CodeOf(err) {
	case connect.CodeNotFound:
		return shopv1err.OutOfStock
	case connect.CodeUnavailable:
		return shopv1err.Closed
	}
	return mapping.CodeOf(err)
}

func fineMethod(s *status.Status) error { return s.Err() }

func fineSuccess() *status.Status { return status.New(codes.OK, "") }

func fineValue() any { return status.New(codes.Aborted, "x").Proto() }
