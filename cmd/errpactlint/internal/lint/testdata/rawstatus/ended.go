// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rawstatus

import (
	"context"
	"errors"

	"connectrpc.com/connect"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func endOf(ctx context.Context, wait chan int) error {
	if ctx.Err() != nil {
		return status.Error(codes.Canceled, "gone") // want `status.Error makes the caller's own end by hand: return the context's error, which errpact knows`
	}
	select {
	case <-ctx.Done():
		return connect.NewError(connect.CodeDeadlineExceeded, errors.New("too late")) // want `makes the caller's own end`
	case <-wait:
		return status.Errorf(codes.Canceled, "x: %v", ctx.Err()) // want `makes the caller's own end`
	}
}

func endOfError(err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return status.Error(codes.Canceled, err.Error()) // want `makes the caller's own end`
	case err == context.DeadlineExceeded:
		return connect.NewError(connect.CodeDeadlineExceeded, err) // want `makes the caller's own end`
	case errors.Is(err, errStatic):
		return status.Error(codes.Canceled, err.Error()) // want `makes an error without an entry`
	}
	return status.FromContextError(err).Err()
}

func afterEnd(ctx context.Context) error {
	<-ctx.Done()
	return connect.NewError(connect.CodeCanceled, nil) // want `makes the caller's own end`
}

type stoppable struct{ ctx context.Context }

func (s stoppable) stopped(ctx context.Context) error {
	select {
	case <-s.ctx.Done():
		return status.Error(codes.Canceled, "the server stops") // want `makes an error without an entry`
	default:
	}
	if ctx.Err() == nil {
		return status.Error(codes.Canceled, "x") // want `makes an error without an entry`
	}
	return status.Error(codes.Aborted, ctx.Err().Error()) // want `makes an error without an entry`
}
