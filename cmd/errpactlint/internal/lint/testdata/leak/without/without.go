// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package without shows errors' texts to callers, and knows no entries.
package without

import (
	"errors"
	"fmt"

	"connectrpc.com/connect"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func find(err error) []error {
	return []error{
		connect.NewError(connect.CodeNotFound, fmt.Errorf("load: %v", err)),   // want `NewError shows callers the text of an error: give it to the Wrap of an entry, which keeps it private \[leak\]`
		connect.NewError(connect.CodeNotFound, errors.New("x: "+err.Error())), // want `NewError shows`
		status.Errorf(codes.NotFound, "load: %v", err),                        // want `Errorf shows`
		status.Error(codes.NotFound, err.Error()),                             // want `Error shows`
	}
}

func fine(err error, name string) []error {
	return []error{
		connect.NewError(connect.CodeNotFound, nil), status.Error(codes.NotFound, "x"),
		connect.NewError(connect.CodeNotFound, fmt.Errorf("no %s", name)),
		connect.NewError(connect.CodeInternal, fmt.Errorf("load: %v", err)), // the policy replaces it
		status.Errorf(codes.Unavailable, "load: %v", err),
	}
}
