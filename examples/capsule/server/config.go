// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"crypto/rand"
	"time"

	"github.com/errpact/errpact/examples/capsule/container"
	"github.com/errpact/errpact/examples/capsule/store"
)

// Config is what a server is made of. Store is required.
type Config struct {
	Store *store.Store
	// ContainerKey verifies the signature of containers. Empty is [container.DemoKey].
	ContainerKey []byte
	// SessionTTL is how long a session token is good. 0 is 15 minutes.
	SessionTTL time.Duration
	// Now is the clock, and NewID makes identifiers and session tokens. Tests set them; nil is
	// time.Now and crypto/rand.Text.
	Now   func() time.Time
	NewID func() string
}

func (c Config) withDefaults() Config {
	if len(c.ContainerKey) == 0 {
		c.ContainerKey = []byte(container.DemoKey)
	}
	if c.SessionTTL == 0 {
		c.SessionTTL = 15 * time.Minute
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.NewID == nil {
		c.NewID = rand.Text
	}
	return c
}
