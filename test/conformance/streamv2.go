// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"io"

	conformancev1 "github.com/errpact/errpact/test/gen/connectrpc/conformance/v1"
	"github.com/errpact/errpact/test/gen/connectrpc/conformance/v1/conformancev1connectv2"
)

func (c *callV2) serverStream(ctx context.Context) error {
	messages, err := unpack[conformancev1.ServerStreamRequest](c.request)
	if err != nil {
		return err
	}
	stream, err := c.client.ServerStream(ctx, messages[0])
	if err != nil {
		return c.over(err, nil)
	}
	c.closed(ctx)
	for err == nil {
		var response *conformancev1.ServerStreamResponse
		if response, err = stream.Receive(); err == nil {
			c.received(response.GetPayload())
		}
	}
	return c.close(err, stream.Close)
}

func (c *callV2) clientStream(ctx context.Context) error {
	messages, err := unpack[conformancev1.ClientStreamRequest](c.request)
	if err != nil {
		return err
	}
	stream, err := c.client.ClientStream(ctx)
	if err != nil {
		return c.over(err, nil)
	}
	for i, message := range messages {
		_ = wait(ctx, c.request.GetRequestDelayMs()) // of a call that has ended, Send tells
		if !c.sent(stream.Send(message), len(messages)-i) {
			break
		}
	}
	c.closing()
	c.calling()
	response, err := stream.CloseAndReceive()
	return concludeV2(c, response, err, (*conformancev1.ClientStreamResponse).GetPayload)
}

func (c *callV2) bidiStream(ctx context.Context) error {
	messages, err := unpack[conformancev1.BidiStreamRequest](c.request)
	if err != nil {
		return err
	}
	stream, err := c.client.BidiStream(ctx)
	if err != nil {
		return c.over(err, nil)
	}
	err = c.converse(ctx, stream, messages)
	c.closing()
	if closeErr := stream.CloseSend(); err == nil {
		err = closeErr
	}
	c.closed(ctx)
	for err == nil {
		err = c.receive(stream)
	}
	return c.close(err, stream.Close)
}

// close notes how a stream of responses ended, and closes it.
func (c *callV2) close(end error, closing func() error) error {
	if errors.Is(end, io.EOF) {
		if err := cleanEnd(end); err != nil {
			return err
		}
		end = nil
	}
	closed := closing()
	return c.over(end, closed)
}

// converse sends the requests, and awaits the response to each where the stream is full duplex. Its
// error is the stream's.
func (c *callV2) converse(ctx context.Context, stream conformancev1connectv2.ConformanceServiceBidiStreamClientStream, messages []*conformancev1.BidiStreamRequest) error {
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

func (c *callV2) receive(stream conformancev1connectv2.ConformanceServiceBidiStreamClientStream) error {
	message, err := stream.Receive()
	if err != nil {
		return err
	}
	c.received(message.GetPayload())
	return nil
}
