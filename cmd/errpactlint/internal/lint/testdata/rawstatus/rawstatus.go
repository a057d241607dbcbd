// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package rawstatus has entries, and makes errors without.
package rawstatus

import (
	"errors"
	"fmt"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

var errStatic = connect.NewError(connect.CodeAborted, nil) // want `connect.NewError makes an error without an entry: use a code of shopv1err \[rawstatus\]`

func find(err error, keep func(error)) []error {
	all := []error{
		connect.NewError(connect.CodeNotFound, err),                     // want `connect.NewError makes`
		connect.NewError(connect.CodeNotFound, errors.New("x")),         // want `connect.NewError makes`
		connectv2.NewError(connectv2.CodeNotFound, "x"),                 // want `connect.NewError makes`
		connectv2.Errorf(connectv2.CodeNotFound, "x %d", 1),             // want `connect.Errorf makes`
		connectv2.NewError(connectv2.CodeNotFound, "x").WithDetail(nil), // want `connect.NewError makes`
		connectv2.NewError(connectv2.CodeNotFound, "x").WithCause(err),  // want `connect.NewError makes`
		connectv2.NewError(connectv2.CodeNotFound, "x").WithRemote(),    // want `connect.NewError makes`
		status.Error(codes.NotFound, "x"),                               // want `status.Error makes`
		status.Errorf(codes.NotFound, "x"),                              // want `status.Errorf makes`
		status.New(codes.NotFound, "x").Err(),                           // want `status.New makes`
		status.Newf(codes.NotFound, "%d", 1).Err(),                      // want `status.Newf makes`
		fmt.Errorf("x: %w", status.Error(codes.NotFound, "x")),          // want `status.Error makes`
		errors.Join(err, connect.NewError(connect.CodeUnknown, err)),    // want `connect.NewError makes`
	}
	func() {
		all = append(all, connect.NewError(connect.CodeUnknown, err)) // want `connect.NewError makes`
	}()
	defer keep(connect.NewError(connect.CodeUnknown, err))         // want `connect.NewError makes`
	if e := connect.NewError(connect.CodeUnknown, err); e != nil { // want `connect.NewError makes`
		all = append(all, e)
	}
	make := connect.NewError
	return append(all, make(connect.CodeUnknown, nil), generic(1)) // want `connect.NewError makes`
}

func generic[T any](T) error {
	return connect.NewError(connect.CodeUnknown, nil) // want `connect.NewError makes`
}
