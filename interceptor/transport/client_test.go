// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// read is what an interceptor of Connect's does.
func read(e *connect.Error) mapping.ErrorResponse {
	return mapping.ErrorResponse{ConnectCode: mapping.ConnectCode(e.Code()), Message: e.Message()}
}

// TestG10WhatIsBelowTheTransportsErrorIsFound: a clean end and an error of a catalogue are seen below
// Connect's own error, with nothing above it, as well as below more.
func TestG10WhatIsBelowTheTransportsErrorIsFound(t *testing.T) {
	wraps := []func(error) error{
		func(err error) error { return connect.NewError(connect.CodeInternal, err) },
		func(err error) error { return fmt.Errorf("x: %w", connect.NewError(connect.CodeInternal, err)) },
		func(err error) error { return connect.NewError(connect.CodeInternal, fmt.Errorf("x: %w", err)) },
	}
	for i, wrap := range wraps {
		if end := wrap(io.EOF); new(transport.Client[*connect.Error]).Decode(end, read) != end {
			t.Errorf("%d: the end of a stream became %v", i, new(transport.Client[*connect.Error]).Decode(end, read))
		}
		typed := new(transport.Client[*connect.Error]).Decode(wrap(errpactv1err.NotExist), read)
		if e, ok := mapping.From(typed); !ok || !e.Remote() || mapping.CodeOf(typed) != errpactv1err.NotExist {
			t.Errorf("%d: an error of a catalogue became %+v", i, typed)
		}
		text := new(transport.Client[*connect.Error]).Decode(wrap(errors.New("text")), read)
		if e, ok := mapping.From(text); !ok || !e.Inferred() || e.ConnectCode() != mapping.ConnectCode(connect.CodeInternal) {
			t.Errorf("%d: a text became %+v", i, text)
		}
	}
}
