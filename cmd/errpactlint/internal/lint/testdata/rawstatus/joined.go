// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rawstatus

import (
	"log"

	"go.uber.org/multierr"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func joined() (errs error) {
	multierr.AppendInto(&errs, status.Error(codes.NotFound, "x"))  // want `status.Error makes`
	return multierr.Append(errs, status.Error(codes.Aborted, "x")) // want `status.Error makes`
}

func (a *answers) join() {
	multierr.AppendInto(&a.last, status.Error(codes.NotFound, "x")) // want `status.Error makes`
}

func fineJoined() {
	errs := status.Error(codes.NotFound, "x")
	if multierr.AppendInto(&errs, status.Error(codes.NotFound, "y")) {
		log.Print(errs)
	}
}
