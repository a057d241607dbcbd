// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package adapter_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/adapter"
	"github.com/errpact/errpact/mapping"
)

// read is what an interceptor of Connect's does.
func read(err error) (mapping.Received, error) {
	if e, ok := errors.AsType[*connect.Error](err); ok {
		return mapping.Received{ConnectCode: uint32(e.Code()), Message: e.Message()}, e
	}
	return mapping.Received{}, nil
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
		if end := wrap(io.EOF); new(adapter.Client).Decode(end, read) != end {
			t.Errorf("%d: the end of a stream became %v", i, new(adapter.Client).Decode(end, read))
		}
		typed := new(adapter.Client).Decode(wrap(errpactv1err.NotExist), read)
		if e, ok := mapping.From(typed); !ok || !e.Remote() || mapping.CodeOf(typed) != errpactv1err.NotExist {
			t.Errorf("%d: an error of a catalogue became %+v", i, typed)
		}
		text := new(adapter.Client).Decode(wrap(errors.New("text")), read)
		if e, ok := mapping.From(text); !ok || !e.Inferred() || e.ConnectCode() != uint32(connect.CodeInternal) {
			t.Errorf("%d: a text became %+v", i, text)
		}
	}
}
