// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"errors"

	"connectrpc.com/connect"
)

// constructor is how users make the interceptor of either side.
const constructor = "interceptor.New"

// probedRequest is a request that no procedure takes: Connect's handlers want a type of their own, and answer any other
// without running the procedure.
type probedRequest struct{ connect.AnyRequest }

// probedConn is a stream that gives no message.
type probedConn struct{ connect.StreamingHandlerConn }

var errProbed = errors.New("interceptor: the request has a Probe")

func (probedConn) Receive(any) error { return errProbed }
func (probedConn) Send(any) error    { return errProbed }
