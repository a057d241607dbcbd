// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retry_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/interceptor/retry"
	"github.com/errpact/errpact/internal/testkit/exported"
)

// noContext is what a caller passes who has none.
var noContext context.Context

// TestG7NothingNilPanics has a row for every exported function: whatever is nil or zero is the default, or nothing.
func TestG7NothingNilPanics(t *testing.T) {
	var none *retry.Error
	zero := new(retry.Error)
	made := func(opts ...retry.Option) bool { return retry.New(opts...).Do(noContext, new(call)) == nil }
	stays := func(i *retry.Interceptor) bool {
		return i.WrapUnary(nil) == nil && i.WrapStreamingClient(nil) == nil && i.WrapStreamingHandler(nil) == nil
	}
	wraps := func() bool {
		next := func(context.Context, connect.AnyRequest) (connect.AnyResponse, error) { return nil, later }
		_, err := new(retry.Interceptor).WrapUnary(next)(noContext, nil)
		return errors.Is(err, later) && stays(nil) && stays(new(retry.Interceptor)) && stays(retry.NewInterceptor(nil))
	}
	rows := map[string]func() bool{
		"New":            func() bool { return made() && made(nil, nil) },
		"NewInterceptor": func() bool { return retry.NewInterceptor() != nil && retry.NewInterceptor(nil) != nil },
		"Retrier.Do": func() bool {
			return (*retry.Retrier)(nil).Do(noContext, new(call)) == nil && new(retry.Retrier).Do(noContext, &call{errs: []error{always}}) != nil &&
				retry.New().Do(noContext, nil) != nil && (*retry.Retrier)(nil).Do(noContext, nil) != nil
		},
		"WithMaxTries":                     func() bool { return made(retry.WithMaxTries(-1)) },
		"WithBackoff":                      func() bool { return made(retry.WithBackoff(-1, -1)) },
		"WithMaxServerDelay":               func() bool { return made(retry.WithMaxServerDelay(-1)) },
		"WithIdempotencyKey":               func() bool { return made(retry.WithIdempotencyKey("")) },
		"CheckOrder":                       func() bool { return retry.CheckOrder(nil) != nil },
		"Interceptor.WrapUnary":            wraps,
		"Interceptor.WrapStreamingClient":  wraps,
		"Interceptor.WrapStreamingHandler": wraps,
		"Error.Tries":                      func() bool { return none.Tries() == 0 && zero.Tries() == 0 },
		"Error.Error":                      func() bool { return none.Error() == "<nil>" && zero.Error() == "<nil>" },
		"Error.Unwrap":                     func() bool { return none.Unwrap() == nil && zero.Unwrap() == nil },
		"Error.Is":                         func() bool { return !none.Is(context.Canceled) && !none.Is(nil) && !zero.Is(nil) },
		"Error.LogValue":                   func() bool { return none.LogValue().Any() == nil && zero.LogValue().Any() == nil },
		"Error.Format": func() bool {
			none.Format(nil, 'v')
			return fmt.Sprintf("%v %+v %v %+v", none, none, zero, zero) == "<nil> <nil> <nil> <nil>"
		},
	}
	functions, err := exported.Functions(".")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(functions, slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("rows (-exported +tested):\n%s", diff)
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if value := recover(); value != nil {
					t.Errorf("it panics: %v\n%s", value, debug.Stack())
				}
			}()
			if !row() {
				t.Errorf("nil or zero: not as its doc says")
			}
		})
	}
}

func TestG7NoZeroValuePanics(t *testing.T) {
	exported.CheckZero(t, ".", new(retry.Error), new(retry.Interceptor), new(retry.Retrier))
}
