// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"errors"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/testkit/handlertext"
	"github.com/errpact/errpact/mapping"
)

// TestAHandlersErrorIsItsOwn whatever a library's texts begin with: taken for an upstream's, it would lose its
// message and its details, and the caller would be told of a service that failed.
func TestAHandlersErrorIsItsOwn(t *testing.T) {
	for _, text := range handlertext.All {
		for version, err := range map[string]error{
			"v1": connect.NewError(connect.Code(text.Code), errors.New(text.Message)),
			"v2": connectv2.NewError(connectv2.Code(text.Code), text.Message),
		} {
			got, ok := transport.ClassifyConnect(err)
			if !ok || got.Source != mapping.SourceLocal || got.Message != text.Message {
				t.Errorf("%s: ClassifyConnect(%v) = %+v, %t, want the handler's own", version, err, got, ok)
			}
		}
	}
}

// TestG2ATextThatAnUpstreamMayHaveWrittenIsNotTheHandlers, although a handler may have written it, too.
func TestG2ATextThatAnUpstreamMayHaveWrittenIsNotTheHandlers(t *testing.T) {
	for _, text := range handlertext.GivenUp {
		cause := errors.New(text.Message)
		for version, err := range map[string]error{
			"v1": connect.NewError(connect.Code(text.Code), cause),
			"v2": connectv2.NewError(connectv2.Code(text.Code), text.Message).WithCause(cause),
		} {
			if got, ok := transport.ClassifyConnect(err); !ok || got.Source != mapping.SourceRemote || got.Message != "" {
				t.Errorf("%s: ClassifyConnect(%v) = %+v, %t, want an upstream's", version, err, got, ok)
			}
		}
	}
}
