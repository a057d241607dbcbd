// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retry

import (
	"net/http"
	"time"
)

// An Option changes how calls are tried again.
type Option interface{ apply(*config) }

type option func(*config)

func (o option) apply(c *config) { o(c) }

type config struct {
	maxTries       int
	base, most     time.Duration
	maxServerDelay time.Duration
	key            string
}

func defaults() config {
	return config{
		maxTries: 4, base: 100 * time.Millisecond, most: 10 * time.Second, maxServerDelay: 30 * time.Second, key: "Idempotency-Key",
	}
}

// WithMaxTries sets how often a call is tried at most, the first time included. The default is 4, and less than 1 counts
// as 1: no call is tried again.
func WithMaxTries(n int) Option {
	return option(func(c *config) { c.maxTries = max(n, 1) })
}

// WithBackoff sets the limits of the random wait: up to base after the first try, up to twice as much after each further
// one, and never more than most. The default is 100 ms and 10 s. With a base of 0, calls wait only as long as the server
// asks.
func WithBackoff(base, most time.Duration) Option {
	return option(func(c *config) { c.base, c.most = max(base, 0), max(most, 0) })
}

// WithMaxServerDelay sets the longest wait that a server may ask for. If it asks for more, the call ends with its error,
// since the caller would wait for nothing else meanwhile. The default is 30 s.
func WithMaxServerDelay(d time.Duration) Option {
	return option(func(c *config) { c.maxServerDelay = max(d, 0) })
}

// WithIdempotencyKey sets the request header that marks a call as one that may be repeated, whatever its method. Set the
// header before the call: a key that an inner interceptor makes is another one for each try. The default is
// Idempotency-Key. With an empty name, only the method counts.
func WithIdempotencyKey(header string) Option {
	return option(func(c *config) { c.key = http.CanonicalHeaderKey(header) })
}
