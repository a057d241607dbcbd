// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package without knows no entries.
package without

import (
	"connectrpc.com/connect"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func fine() []error {
	return []error{connect.NewError(connect.CodeNotFound, nil), status.Error(codes.NotFound, "x")}
}
