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
	all := append(s.restOperations(), s.abandonedOperations()...)
	for _, w := range ways {
		client := s.client(w, "")
		for _, m := range methods {
			if m.bidi && !w.http2 {
				continue
			}
			all = append(all, endings(w.name, func(ctx context.Context, name string) error { return m.call(ctx, client, name) })...)
			for _, f := range s.failures {
				all = append(all, operation{fails, w.name, labelOf(f.code), func(ctx context.Context) error {
					return f.checkError(m.call(ctx, client, f.name))
				}})
			}
		}
		all = append(all, s.hostileOperations(w)...)
	}
	return interleaved(all)
}

func labelOf(code mapping.Code) string {
	return fmt.Sprintf("%2d %s", code.Number(), strings.TrimPrefix(code.Name(), "ERROR_CODE_"))
}

// endings are a success, and what ends by the caller's own doing.
func endings(way string, call func(context.Context, string) error) []operation {
	return []operation{
		{succeeds, way, "", func(ctx context.Context) error {
			if err := call(ctx, "success"); err != nil && !errors.Is(err, io.EOF) {
				return fmt.Errorf("a success is %w", err)
			}
			return nil
		}},
		{cancelled, way, "", func(ctx context.Context) error {
			ctx, cancel := context.WithCancel(ctx)
			defer time.AfterFunc(time.Millisecond, cancel).Stop()
			return wantCode(call(ctx, waits), connect.CodeCanceled, context.Canceled)
		}},
		{expires, way, "", func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, 2*time.Millisecond)
			defer cancel()
			return wantCode(call(ctx, waits), connect.CodeDeadlineExceeded, context.DeadlineExceeded)
		}},
	}
}

// wantCode takes net/http's own error too, of a REST caller.
func wantCode(err error, code connect.Code, cause error) error {
	if _, typed := mapping.From(err); typed && connect.CodeOf(err) == code || !typed && errors.Is(err, cause) {
		return nil
	}
	return fmt.Errorf("got %w, want %s", err, code)
}

func (s *stack) restOperations() []operation {
	const way = "REST"
	client := &http.Client{Transport: s.http1}
	all := endings(way, func(ctx context.Context, name string) error {
		status, body, err := s.get(ctx, client, name)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("%d: %s", status, body)
		}
		return err
	})
	for _, f := range s.failures {
		all = append(all, operation{fails, way, labelOf(f.code), func(ctx context.Context) error {
			status, body, err := s.get(ctx, client, f.name)
			if err != nil {
				return err
			}
			return f.checkEnvelope(status, body)
		}})
	}
	return all
}

func (s *stack) get(ctx context.Context, client *http.Client, name string) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.address+"/v1/trouble/"+name, nil)
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
