// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/mapping"
	conformancev1 "github.com/errpact/errpact/test/gen/connectrpc/conformance/v1"
)

func (c *call) serverStream(ctx context.Context) error {
	messages, err := unpack[conformancev1.ServerStreamRequest](c.request)
	if err != nil {
		return err
	}
	stream, err := c.client.ServerStream(ctx, newRequest(c.request, messages[0]))
	if err != nil {
		return c.failedAlone(err)
	}
	c.closed(ctx)
	for stream.Receive() {
		c.received(stream.Msg().GetPayload())
	}
	err = c.failed(stream.Err())
	return errors.Join(err, c.ended(stream.Close(), stream.ResponseHeader(), stream.ResponseTrailer()))
}

func (c *call) clientStream(ctx context.Context) error {
	messages, err := unpack[conformancev1.ClientStreamRequest](c.request)
	if err != nil {
		return err
	}
	stream := c.client.ClientStream(ctx)
	addHeaders(stream.RequestHeader(), c.request.GetRequestHeaders())
	for i, message := range messages {
		_ = wait(ctx, c.request.GetRequestDelayMs()) // of a call that has ended, Send tells
		if !c.sent(stream.Send(message), len(messages)-i) {
			break
		}
	}
	c.closing()
	c.calling()
	response, err := stream.CloseAndReceive()
	return conclude(c, response, err, (*conformancev1.ClientStreamResponse).GetPayload)
}

type bidiStream = connect.BidiStreamForClient[conformancev1.BidiStreamRequest, conformancev1.BidiStreamResponse]

func (c *call) bidiStream(ctx context.Context) error {
	messages, err := unpack[conformancev1.BidiStreamRequest](c.request)
	if err != nil {
		return err
	}
	stream := c.client.BidiStream(ctx)
	addHeaders(stream.RequestHeader(), c.request.GetRequestHeaders())
	err = c.converse(ctx, stream, messages)
	c.closing()
	if closeErr := stream.CloseRequest(); err == nil {
		err = closeErr
	}
	c.closed(ctx)
	for err == nil {
		err = c.receive(stream)
	}
	if errors.Is(err, io.EOF) {
		err = cleanEnd(err)
	} else {
		err = c.failed(err)
	}
	closeErr := stream.CloseResponse()
	if ctx.Err() != nil && len(c.result.GetPayloads()) == 0 {
		// Connect v1 may still be writing the headers of a call that was cut before its response came.
		return errors.Join(err, c.ended(closeErr, nil, nil))
	}
	return errors.Join(err, c.ended(closeErr, stream.ResponseHeader(), stream.ResponseTrailer()))
}

// cleanEnd is nil for the end of a stream that the interceptor left as it was.
func cleanEnd(end error) error {
	if typed, ok := mapping.From(end); ok {
		return fmt.Errorf("conformance: the end of a stream became %w", typed)
	}
	return nil
}

// converse sends the requests, and awaits the response to each where the stream is full duplex. Its
// error is the stream's.
func (c *call) converse(ctx context.Context, stream *bidiStream, messages []*conformancev1.BidiStreamRequest) error {
	fullDuplex := c.request.GetStreamType() == conformancev1.StreamType_STREAM_TYPE_FULL_DUPLEX_BIDI_STREAM
	for i, message := range messages {
		_ = wait(ctx, c.request.GetRequestDelayMs())
		if !c.sent(stream.Send(message), len(messages)-i) {
			return nil
		}
		if !fullDuplex {
			continue
		}
		if err := c.receive(stream); err != nil {
			return err
		}
	}
	return nil
}

func (c *call) receive(stream *bidiStream) error {
	message, err := stream.Receive()
	if err != nil {
		return err
	}
	c.received(message.GetPayload())
	return nil
}
