// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"errors"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/mapping"
)

// handlerConn is the handler's own stream.
type handlerConn struct {
	connect.StreamingHandlerConn
	stream transport.Stream
}

func (c *handlerConn) Receive(message any) error {
	return c.stream.Received(c.StreamingHandlerConn.Receive(message))
}

func (c *handlerConn) Send(message any) error {
	return c.stream.Sent(c.StreamingHandlerConn.Send(message))
}

// classify knows the stream's own errors. An interceptor outside this one may have wrapped them.
func (c *handlerConn) classify(err error) (mapping.Classification, bool) {
	received, sent := c.stream.Gave(err)
	if !received && !sent {
		return transport.ClassifyConnect(err)
	}
	e, ok := errors.AsType[*connect.Error](err)
	if !ok || e == nil {
		return mapping.Classification{Source: mapping.SourceCaller, ConnectCode: mapping.ConnectCode(connect.CodeCanceled)}, true
	}
	own := transport.StreamError{
		Code: mapping.ConnectCode(e.Code()), Message: e.Message(), Broken: foreign.ConnectConnectionCut(e, e.Message()), Node: e,
		Input: transport.InputOf(c.Spec().Schema),
	}
	if received {
		return own.Receive(), true
	}
	return own.Send(), true
}
