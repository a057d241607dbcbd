// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/callers"
)

// A kind is how a call ends.
type kind string

const (
	succeeds  kind = "succeeded"
	fails     kind = "failed as asked"
	cancelled kind = "cancelled by the caller"
	expires   kind = "deadline exceeded"
	abandoned kind = "abandoned, connection cut"
	attacked  kind = "hostile answer"
)

var kinds = []kind{succeeds, fails, cancelled, expires, abandoned, attacked}

// An operation is one call, of which everything is known beforehand.
type operation struct {
	kind kind
	way  string
	// code is the entry that the call fails with, for counting; empty if it does not say.
	code string
	// do tells what was wrong with the answer.
	do func(context.Context) error
}

// operations are all calls that there are.
func (s *stack) operations() []operation {
	var all []operation
	for _, to := range s.servers {
		all = append(all, s.abandonedOperations(to)...)
		if to.isHTTP() {
			all = append(all, s.restOperations(to)...)
		}
		for _, c := range clients {
			for _, w := range c.ways {
				if c.calls(to, w) {
					all = append(all, s.rpcOperations(c, to, w)...)
				}
			}
		}
	}
	return interleaved(all)
}

// rpcOperations are the calls of a client to a server in one way.
func (s *stack) rpcOperations(c client, to server, w callers.Way) []operation {
	var all []operation
	call := c.to(s, to, w, "")
	for _, m := range methods {
		if !w.Carries(m) {
			continue
		}
		all = append(all, endings(w.String(), c.code, func(ctx context.Context, name string) error { return call.Err(ctx, m, name) })...)
		for _, f := range s.failures {
			all = append(all, operation{fails, w.String(), labelOf(f.code), func(ctx context.Context) error {
				err := call.Err(ctx, m, f.name)
				return f.checkError(err, c.code(err))
			}})
		}
	}
	if c.dial != nil && to.isHTTP() {
		all = append(all, s.hostileOperations(c, to, w)...)
	}
	for i, op := range all {
		all[i].do = func(ctx context.Context) error { return saying(op.do(ctx), c.stack, to.stack) }
	}
	return all
}

// saying adds who called whom.
func saying(err error, client, server string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s to %s: %w", client, server, err)
}

func labelOf(code mapping.Code) string {
	return fmt.Sprintf("%2d %s", code.Number(), strings.TrimPrefix(code.Name(), "ERROR_CODE_"))
}

// endings are a success, and what ends by the caller's own doing.
func endings(way string, code func(error) uint32, call func(context.Context, string) error) []operation {
	return []operation{
		{succeeds, way, "", func(ctx context.Context) error {
			if err := call(ctx, "success"); err != nil {
				return fmt.Errorf("a success is %w", err)
			}
			return nil
		}},
		{cancelled, way, "", func(ctx context.Context) error {
			ctx, cancel := context.WithCancel(ctx)
			defer time.AfterFunc(time.Millisecond, cancel).Stop()
			return wantCode(call(ctx, waits), code, connect.CodeCanceled, context.Canceled)
		}},
		{expires, way, "", func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, 2*time.Millisecond)
			defer cancel()
			return wantCode(call(ctx, waits), code, connect.CodeDeadlineExceeded, context.DeadlineExceeded)
		}},
	}
}

// wantCode takes net/http's own error too, of a REST caller.
func wantCode(err error, code func(error) uint32, want connect.Code, cause error) error {
	if _, typed := mapping.From(err); typed && code(err) == uint32(want) || !typed && errors.Is(err, cause) {
		return nil
	}
	return fmt.Errorf("got %w, want %s", err, want)
}

func (s *stack) restOperations(to server) []operation {
	const way = "REST"
	client := &http.Client{Transport: s.http1}
	all := endings(way, nil, func(ctx context.Context, name string) error {
		status, body, err := get(ctx, client, to.address, name)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("%d: %s", status, body)
		}
		return err
	})
	for _, f := range s.failures {
		all = append(all, operation{fails, way, labelOf(f.code), func(ctx context.Context) error {
			status, body, err := get(ctx, client, to.address, f.name)
			if err != nil {
				return err
			}
			return saying(f.checkEnvelope(status, body), way, to.stack)
		}})
	}
	return all
}

func get(ctx context.Context, client *http.Client, address, name string) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/v1/trouble/"+name, nil)
	if err != nil {
		return 0, nil, err
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res.StatusCode, body, err
}

// interleaved puts operations that were made together far from each other. It is a permutation, since
// the step is a prime that does not divide their number.
func interleaved(all []operation) []operation {
	step := 389
	if len(all)%step == 0 {
		step = 397
	}
	mixed := make([]operation, len(all))
	for i := range all {
		mixed[i] = all[i*step%len(all)]
	}
	return mixed
}
