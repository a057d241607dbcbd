// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retryv2

import (
	"context"
	"errors"
	"io"

	"connectrpc.com/connect/v2"

	"github.com/errpact/errpact/interceptor/retry"
)

// errSentTwice is for a unary call with two requests.
var errSentTwice = errors.New("retryv2: unary stream sent more than once")

// stream is what Connect makes a unary call with. It keeps the request until the response is asked for, and then makes
// a stream for each try.
type stream struct {
	retrier  *retry.Retrier
	ctx      context.Context
	cancel   context.CancelFunc
	call     call
	received bool
}

func (s *stream) SendHeaders() error { return nil }

func (s *stream) Send(message any) error {
	if s.call.sent {
		return errSentTwice
	}
	s.call.request, s.call.sent = message, true
	return nil
}

func (s *stream) CloseSend() error { return nil }

func (s *stream) Receive(message any) error {
	if s.received {
		return io.EOF
	}
	s.received = true
	s.call.response = message
	s.call.info, _ = connect.CallInfoForClientContext(s.ctx)
	s.call.header = snapshot(s.call.info)
	return s.retrier.Do(s.ctx, &s.call)
}

// Close may run beside Receive. It closes the try that is there, and keeps others from starting.
func (s *stream) Close() error {
	defer s.cancel()
	return s.call.close()
}
