// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"

	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/callers"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
)

// abandonedOperations are calls of a server whose caller goes away without a word: the connection is cut
// while the handler runs, or while the answer, a large one, is written.
func (s *stack) abandonedOperations(to server) []operation {
	var all []operation
	if to.isHTTP() {
		for _, name := range []string{waits, "large", "10"} {
			for way, path := range map[string]string{
				"REST":              "/v1/trouble/" + name,
				"Connect, HTTP/1.1": interopv1connect.TroubleServiceUnaryProcedure + "?connect=v1&encoding=json&message=" + url.QueryEscape(`{"name":"`+name+`"}`),
			} {
				all = append(all, operation{abandoned, way, "", func(ctx context.Context) error { return hangUp(ctx, to.address, path) }})
			}
		}
	}
	for _, c := range clients {
		for _, w := range c.ways {
			if !w.HTTP1 && c.calls(to, w) {
				all = append(all, operation{abandoned, w.String(), "", func(ctx context.Context) error { return s.cut(ctx, c, to, w) }})
			}
		}
	}
	return all
}

// hangUp sends a request, and does not read the answer.
func hangUp(ctx context.Context, address, path string) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
	return errors.Join(err, conn.Close())
}

// cut ends a connection below a stream that both sides are in the middle of. What the caller makes of it
// is no answer of the server's.
func (s *stack) cut(ctx context.Context, c client, to server, w callers.Way) error {
	dialed := make(chan net.Conn, 1)
	call, hangUp, err := c.alone(ctx, to, w, func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err == nil {
			select {
			case dialed <- conn:
			default: // grpc-go connects again
			}
		}
		return conn, err
	})
	if err != nil {
		return err
	}
	defer hangUp()
	name, entered := s.await()
	go func() {
		<-entered
		_ = (<-dialed).Close()
	}()
	err = call.Err(ctx, callers.Method{Name: callers.BidiStream, Messages: 1}, name)
	if e, ok := mapping.From(err); !ok || !e.Inferred() {
		return fmt.Errorf("a connection that was cut is %w", err)
	}
	return nil
}
