// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2

import (
	"errors"

	"connectrpc.com/connect/v2"
)

// probedStream is a stream that gives no message, by which Connect v2 reads unary requests, too.
type probedStream struct{ connect.ServerStream }

var errProbed = errors.New("connectv2: the request has a Probe")

func (probedStream) Receive(any) error  { return errProbed }
func (probedStream) SendHeaders() error { return errProbed }
func (probedStream) Send(any) error     { return errProbed }
