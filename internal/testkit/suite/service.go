// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/errpact/errpact/mapping"
)

// SendFirst is the request header that has a server stream send a message before it is answered.
const SendFirst = "Send-First"

// Policy returns the service's policy.
func (s Service) Policy(tb testing.TB) *mapping.Policy {
	tb.Helper()
	return newPolicy(tb, s.Options...)
}

func newPolicy(tb testing.TB, options ...mapping.Option) *mapping.Policy {
	tb.Helper()
	policy, err := mapping.NewPolicy(append([]mapping.Option{mapping.WithReport(nil)}, options...)...)
	if err != nil {
		tb.Fatal(err)
	}
	return policy
}

// Handle does what a streaming procedure does, except for the response of a client stream.
func (s Service) Handle(ctx context.Context, procedure string, header Header, stream HandlerStream) error {
	switch {
	case s.Stream != nil:
		return s.Stream(ctx, stream)
	case procedure == ServerStream:
		if _, err := stream.Receive(); err != nil {
			return err
		}
		if header.Get(SendFirst) != "" {
			if err := stream.Send("first"); err != nil {
				return err
			}
		}
		return s.Answer(ctx, header)
	}
	for {
		value, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			return s.Answer(ctx, header)
		}
		if err != nil {
			return err
		}
		if procedure == BidiStream {
			if err := stream.Send(value); err != nil {
				return err
			}
		}
	}
}
