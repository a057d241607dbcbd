// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor"
	interopv1 "github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1"
	"github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/mapping"
)

// abandonedOperations are calls whose caller goes away without a word: the connection is cut while
// the handler runs, or while the answer, a large one, is written.
func (s *stack) abandonedOperations() []operation {
	var all []operation
	for _, name := range []string{waits, "large", "10"} {
		for way, path := range map[string]string{
			"REST":              "/v1/trouble/" + name,
			"Connect, HTTP/1.1": interopv1connect.TroubleServiceUnaryProcedure + "?connect=v1&encoding=json&message=" + url.QueryEscape(`{"name":"`+name+`"}`),
		} {
			all = append(all, operation{abandoned, way, "", func(ctx context.Context) error { return s.hangUp(ctx, path) }})
		}
	}
	for _, w := range ways {
		if w.http2 {
			all = append(all, operation{abandoned, w.name, "", func(ctx context.Context) error { return s.cut(ctx, w) }})
		}
	}
	return all
}

// hangUp sends a request, and does not read the answer.
func (s *stack) hangUp(ctx context.Context, path string) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.address)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
	return errors.Join(err, conn.Close())
}

// cut ends a connection below a stream that both sides are in the middle of.
func (s *stack) cut(ctx context.Context, w way) error {
	var dialed sync.Once
	var conn net.Conn
	transport := newTransport(true)
	defer transport.CloseIdleConnections()
	transport.DialContext = func(ctx context.Context, network, address string) (c net.Conn, err error) {
		c, err = new(net.Dialer).DialContext(ctx, network, address)
		dialed.Do(func() { conn = c })
		return c, err
	}
	client := interopv1connect.NewTroubleServiceClient(&http.Client{Transport: interceptor.Transport(transport)}, "http://"+s.address,
		append([]connect.ClientOption{connect.WithInterceptors(interceptor.New())}, w.options...)...)
	stream := client.BidiStream(ctx)
	if err := stream.Send(new(interopv1.BidiStreamRequest)); err != nil {
		return err
	}
	if _, err := stream.Receive(); err != nil {
		return err
	}
	if err := stream.Send(&interopv1.BidiStreamRequest{Name: waits}); err != nil {
		return err
	}
	_ = conn.Close()
	if _, err := stream.Receive(); err == nil || errors.Is(err, io.EOF) {
		return fmt.Errorf("a connection that was cut is %w", err)
	} else if e, ok := mapping.From(err); !ok || !e.Inferred() || connect.IsWireError(err) {
		return fmt.Errorf("a connection that was cut is %w, of the server", err)
	}
	_ = stream.CloseResponse()
	return nil
}
