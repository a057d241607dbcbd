// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectcode_test

import (
	"math"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/connectcode"
)

// TestTheTableIsConnects: the names are those of the real library, and what is no code is unknown.
func TestTheTableIsConnects(t *testing.T) {
	for _, test := range []struct {
		code   uint32
		name   string
		status int
	}{
		{0, "0", 500}, {connectcode.Canceled, "canceled", 499}, {connectcode.Unknown, "unknown", 500},
		{connectcode.InvalidArgument, "invalid_argument", 400}, {connectcode.DeadlineExceeded, "deadline_exceeded", 504},
		{connectcode.NotFound, "not_found", 404}, {connectcode.AlreadyExists, "already_exists", 409},
		{connectcode.PermissionDenied, "permission_denied", 403}, {connectcode.ResourceExhausted, "resource_exhausted", 429},
		{connectcode.FailedPrecondition, "failed_precondition", 400}, {connectcode.Aborted, "aborted", 409},
		{connectcode.OutOfRange, "out_of_range", 400}, {connectcode.Unimplemented, "unimplemented", 501},
		{connectcode.Internal, "internal", 500}, {connectcode.Unavailable, "unavailable", 503},
		{connectcode.DataLoss, "data_loss", 500}, {connectcode.Unauthenticated, "unauthenticated", 401},
		{17, "17", 500}, {math.MaxUint32, "4294967295", 500},
	} {
		if name, status := connectcode.Name(test.code), connectcode.HTTPStatus(test.code); name != test.name || status != test.status {
			t.Errorf("%d is %q, %d; want %q, %d", test.code, name, status, test.name, test.status)
		}
		valid := test.code >= 1 && test.code <= connectcode.Max
		if got := connectcode.Valid(test.code); valid && got != test.code || !valid && got != connectcode.Unknown {
			t.Errorf("Valid(%d) = %d", test.code, got)
		}
		named, ok := connectcode.Named(test.name)
		if ok != valid || ok && named != test.code {
			t.Errorf("Named(%q) = %d, %t", test.name, named, ok)
		}
		if valid && connect.Code(test.code).String() != test.name {
			t.Errorf("Connect calls %d %q, want %q", test.code, connect.Code(test.code), test.name)
		}
	}
}
