// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
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
			exchange, failures := new(transport.Exchange), 0
			ctx := context.WithValue(t.Context(), transport.ExchangeKey{}, exchange)
			serve := func() error {
				stream := transport.NewStream(ctx)
				exchange.Refuse()
				return wrap(stream.Received(nil))
			}
			for range servers {
				handle := serve
				serve = func() error {
					return new(transport.Server).Serve(ctx, transport.Call{
						Handle:   handle,
						Describe: func(error) mapping.Call { return mapping.Call{Context: ctx} },
						Encode: func(answer mapping.Answer) error {
							failures++
							return answer.Public()
						},
					})
				}
			}
			if err := serve(); err == nil || (failures == 0) != (name != "another error") {
				t.Errorf("%s, %s: %d failures, and %v", name, inside, failures, err)
			}
		}
	}
}
