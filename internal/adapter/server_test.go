// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package adapter_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/adapter"
	"github.com/errpact/errpact/internal/carrier"
)

// TestARefusedRequestFailsOnce: what a stream gives when a transcoder has refused the request is no failure of
// the handler's, however that wraps it; what else fails by then is.
func TestARefusedRequestFailsOnce(t *testing.T) {
	wraps := map[string]func(error) error{
		"as it is":      func(err error) error { return err },
		"wrapped":       func(err error) error { return fmt.Errorf("receive: %w", err) },
		"Connect's":     func(err error) error { return connect.NewError(connect.CodeUnknown, err) },
		"another error": func(error) error { return errors.New("another") },
	}
	for name, wrap := range wraps {
		for inside, servers := range map[string]int{"alone": 1, "inside another": 2} {
			slot, failures := new(carrier.Slot), 0
			ctx := context.WithValue(t.Context(), carrier.Key{}, slot)
			serve := func() error {
				stream := adapter.NewStream(ctx)
				slot.Refuse()
				return wrap(stream.Received(nil))
			}
			for range servers {
				handle := serve
				serve = func() error {
					return new(adapter.Server).Serve(ctx, func() any { return nil }, handle, func(f adapter.Failure) error {
						failures++
						return f.Err
					})
				}
			}
			if err := serve(); err == nil || (failures == 0) != (name != "another error") {
				t.Errorf("%s, %s: %d failures, and %v", name, inside, failures, err)
			}
		}
	}
}
