// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"connectrpc.com/connect"
)

// chaosSleep is longer than most callers wait, and shorter than this server lets a call take.
const chaosSleep = 10 * time.Second

// errChaos is what a handler's careless error looks like. No caller may see any of it.
var errChaos = errors.New("chaos-canary: dial postgres://admin:secret@10.0.0.7/folders: no route to host")

// errConflict has no entry, and no method declares it: only Connect's code says what kind of error it is.
var errConflict = errors.New("another request is changing the folder")

// chaos provokes faults in place of the handler where the header X-Chaos asks for one: panic, sleep,
// leak or conflict. It is part of the chain only if [Config] says so, and listens to this machine alone.
type chaos struct{}

func (chaos) provoke(ctx context.Context, header http.Header, peer connect.Peer) error {
	if !isLocal(peer, header) {
		return nil
	}
	switch header.Get("X-Chaos") {
	case "panic":
		panic(errChaos)
	case "leak":
		return errChaos
	case "conflict":
		//errpact:allow rawstatus it shows what becomes of a Connect code without an entry
		return connect.NewError(connect.CodeAborted, errConflict)
	case "sleep":
		select {
		case <-time.After(chaosSleep):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// isLocal says whether the caller is on this machine. Behind a proxy on this machine, all callers
// have its address; but a proxy says so.
func isLocal(peer connect.Peer, header http.Header) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if len(header.Values(name)) > 0 {
			return false
		}
	}
	host, _, err := net.SplitHostPort(peer.Addr)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback()
}

// WrapUnary implements [connect.Interceptor].
func (c chaos) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		if err := c.provoke(ctx, req.Header(), req.Peer()); err != nil {
			return nil, err
		}
		return next(ctx, req)
	}
}

// WrapStreamingHandler implements [connect.Interceptor].
func (c chaos) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		if err := c.provoke(ctx, conn.RequestHeader(), conn.Peer()); err != nil {
			return err
		}
		return next(ctx, conn)
	}
}

// WrapStreamingClient implements [connect.Interceptor]: clients pass.
func (chaos) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}
