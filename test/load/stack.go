// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"google.golang.org/grpc"

	"github.com/errpact/errpact/test/callers"
)

// A stack is a server on each stack with errpact in it, and the connections of their callers.
type stack struct {
	failures []failure
	servers  []server
	// http1 and http2 speak one version of HTTP each.
	http1, http2 *http.Transport
	// conns are those of grpc-go, by address.
	conns map[string]*grpc.ClientConn
	// awaited are the calls that tell when their handler runs, by name.
	awaited sync.Map
}

func newStack(ctx context.Context) (*stack, error) {
	s := &stack{
		failures: failures(), http1: newTransport(callers.Way{HTTP1: true}, nil), http2: newTransport(callers.Way{}, nil),
		conns: map[string]*grpc.ClientConn{},
	}
	for _, start := range []func(*stack) (server, error){startV1, startV2, startGRPC} {
		started, err := start(s)
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		s.servers = append(s.servers, started)
		conn, err := connectGRPC(ctx, started.address, nil)
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		s.conns[started.address] = conn
	}
	return s, nil
}

func (s *stack) close() error {
	s.closeIdle()
	var errs []error
	for _, conn := range s.conns {
		errs = append(errs, conn.Close())
	}
	for _, started := range s.servers {
		errs = append(errs, started.stop())
	}
	return errors.Join(errs...)
}

// closeIdle lets go of the connections that callers keep, so that what is left is counted alone. Those of
// grpc-go are there from the beginning.
func (s *stack) closeIdle() {
	s.http1.CloseIdleConnections()
	s.http2.CloseIdleConnections()
}

// transport is shared by all callers of a way.
func (s *stack) transport(w callers.Way) *http.Transport {
	if w.HTTP1 {
		return s.http1
	}
	return s.http2
}

// await names a call, and tells when its handler runs.
func (s *stack) await() (name string, entered chan struct{}) {
	entered = make(chan struct{})
	name = fmt.Sprintf("awaited-%p", entered)
	s.awaited.Store(name, entered)
	return name, entered
}

// answer is what all methods of all servers end with.
func (s *stack) answer(ctx context.Context, name string) error {
	if entered, ok := s.awaited.LoadAndDelete(name); ok {
		close(entered.(chan struct{}))
		name = waits
	}
	switch name {
	case "", "success":
		return nil
	case waits:
		<-ctx.Done()
		return ctx.Err()
	}
	i := slices.IndexFunc(s.failures, func(f failure) bool { return f.name == name })
	if i < 0 {
		return errors.New("no failure has this name")
	}
	return s.failures[i].fail(ctx)
}
