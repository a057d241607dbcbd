// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2_test

import (
	"context"
	"testing"

	"connectrpc.com/connect/v2"

	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// planted is a call whose every method gives the same.
type planted struct{ err error }

func (p planted) SendHeaders() error { return p.err }
func (p planted) Send(any) error     { return p.err }
func (p planted) CloseSend() error   { return p.err }
func (p planted) Receive(any) error  { return p.err }
func (p planted) Close() error       { return p.err }

// places are where Connect gives an error to a caller.
var places = map[string]func(connect.ClientStream) error{
	"SendHeaders": connect.ClientStream.SendHeaders,
	"Send":        func(s connect.ClientStream) error { return s.Send(new(text)) },
	"CloseSend":   connect.ClientStream.CloseSend,
	"Receive":     func(s connect.ClientStream) error { return s.Receive(new(text)) },
	"Close":       connect.ClientStream.Close,
}

// placesOf are these, and the beginning of a call.
func placesOf(testing.TB) []suite.Place {
	all := []suite.Place{{Name: "the call", Give: func(t *testing.T, err error) error {
		t.Helper()
		_, got := connectv2.NewClientInterceptor()(func(context.Context, connect.Spec) (connect.ClientStream, error) { return nil, err })(t.Context(), unary)
		return got
	}}}
	for name, at := range places {
		all = append(all, suite.Place{Name: name, Give: func(t *testing.T, err error) error {
			t.Helper()
			stream, begin := connectv2.NewClientInterceptor()(func(context.Context, connect.Spec) (connect.ClientStream, error) {
				return planted{err}, nil
			})(t.Context(), unary)
			if begin != nil {
				t.Fatal(begin)
			}
			return at(stream)
		}})
	}
	return all
}
