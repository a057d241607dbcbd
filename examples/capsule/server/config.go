// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"crypto/rand"
	"time"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/errpact/errpact/examples/capsule/container"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/examples/capsule/store"
)

// Config is what a server is made of. Store is required.
type Config struct {
	Store *store.Store
	// Analyzer analyses media. Nil is one that is never there.
	Analyzer capsulev1connect.AnalyzerServiceClient
	// AnalyzerTimeout is how long a call to it may take. 0 is 5 seconds.
	AnalyzerTimeout time.Duration
	// CallTimeout is how long a call to this server may take, unless its caller has less time;
	// StreamTimeout is the same for a stream. 0 is 30 seconds, and an hour.
	CallTimeout, StreamTimeout time.Duration
	// WatchInterval is how often a stream that follows a folder looks at it. 0 is a second. The
	// database is asked, and not this process, which may be one of several.
	WatchInterval time.Duration
	// Closing ends the streams that would go on by themselves, so that the server can shut down.
	// Nil never does.
	Closing <-chan struct{}
	// Meters is where errors and calls are counted. Nil counts nothing.
	Meters metric.MeterProvider
	// Traces has the spans of calls, which say what their errors are. Nil has none.
	Traces trace.TracerProvider
	// Chaos lets callers on this machine provoke faults, by X-Chaos.
	Chaos bool
	// URL is where callers find the server, such as "http://127.0.0.1:8080". Errors link to their entry on
	// its page of errors. Empty is no link.
	URL string
	// Origins are those whose web pages may call the API from a browser, such as "https://app.example". Empty is
	// any: callers are known by their token, which no browser sends by itself.
	Origins []string
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
	if c.Analyzer == nil {
		c.Analyzer = noAnalyzer{}
	}
	setDefault(&c.AnalyzerTimeout, 5*time.Second)
	setDefault(&c.CallTimeout, 30*time.Second)
	setDefault(&c.StreamTimeout, time.Hour)
	setDefault(&c.WatchInterval, time.Second)
	setDefault(&c.SessionTTL, 15*time.Minute)
	if len(c.ContainerKey) == 0 {
		c.ContainerKey = []byte(container.DemoKey)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.NewID == nil {
		c.NewID = rand.Text
	}
	return c
}

func setDefault(d *time.Duration, to time.Duration) {
	if *d == 0 {
		*d = to
	}
}
