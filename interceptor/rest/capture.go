// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// maxHeld bounds how much of an error's body is held, to choose its number by.
const maxHeld = 64 << 10

// capture is the response writer of a REST request, its context, and the transport.Exchange of the request,
// which the interceptors find in the context: one allocation for all three. A success passes through it; an
// error is held.
//
// A goroutine that has outlived its handler may call Error and FailStream, which find this by the context: after a
// timeout http.TimeoutHandler answers while its handler goes on. What these two read is immutable or locked, and
// what they leave is in exchange, own, errored and elsewhere. The rest has no lock: it is for those that hold the writer.
type capture struct {
	http.ResponseWriter
	context.Context
	exchange transport.Exchange
	config   *config

	request request
	body    reading
	own     callerStream
	errored errored
	// elsewhere has what Error wrote into writers that do not lead here, and live is the header of those that do.
	elsewhere elsewhere
	live      http.Header
	// outerEncoding is a Content-Encoding that was set before the chain ran, by a gzip outside.
	outerEncoding []string

	state state
	// early says that the chain had recorded an error when a success was begun.
	early  bool
	status int16
	failed error // the first write of a success that failed

	// Of a held error: the header as it was at WriteHeader; and the error that the chain recorded, if that is
	// what was written, else all that was written in its place.
	header http.Header
	err    *mapping.Error
	held   *held
}

// errored has the marks by which finish knows of Error.
type errored struct {
	called  atomic.Bool
	trailer atomic.Pointer[http.Header]
}

// request is what is needed of a request, as it came: transcoders rewrite it in place, and what runs
// on after a timeout does so in a goroutine of its own.
type request struct {
	original               *http.Request
	path, query            string
	accept, acceptLanguage []string
	// credential is ConditionNoCredential where the request has none.
	credential mapping.Condition
}

// state is how far the answer has come.
type state uint8

const (
	stateNone      state = iota
	stateSuccess         // the status and what follows pass through
	stateNoBody          // the status has passed, and no body may follow
	stateHolding         // an error is held
	stateDiscarded       // the request is being aborted
	stateHijacked        // the connection is somebody else's
	stateDone            // the answer is complete
)

func newCapture(w http.ResponseWriter, r *http.Request, config *config) *capture {
	c := &capture{ResponseWriter: w, Context: r.Context(), config: config, request: newRequest(r)}
	c.exchange.Begin(config.policy, r.Header)
	c.live = w.Header()
	c.outerEncoding = c.live["Content-Encoding"]
	return c
}

func newRequest(r *http.Request) request {
	seen := request{original: r, accept: r.Header["Accept"], acceptLanguage: r.Header["Accept-Language"]}
	if r.URL != nil {
		seen.path, seen.query = r.URL.Path, r.URL.RawQuery
	}
	return seen
}

// procedure is for reports.
func (r request) method() string { return r.original.Method }

func (r request) procedure() string { return r.method() + " " + r.path }

// captureKey is the context key of the capture itself.
type captureKey struct{}

// Value implements [context.Context].
func (c *capture) Value(key any) any {
	switch key.(type) {
	case transport.ExchangeKey:
		return &c.exchange
	case captureKey, transport.StreamerKey:
		return c
	case configKey:
		return c.config
	}
	return c.Context.Value(key)
}

// Unwrap serves [http.ResponseController].
func (c *capture) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// WriteHeader implements [http.ResponseWriter]. Of several calls the first counts. A number that is
// no status panics, as it does in net/http, but before anything of it is sent.
func (c *capture) WriteHeader(status int) {
	switch {
	case c.state != stateNone:
	case c.exchange.Aborted():
		c.state = stateDiscarded
	case status < 100 || status > 999:
		panic(fmt.Sprintf("rest: invalid WriteHeader status %d", status))
	case status == http.StatusSwitchingProtocols:
		c.state = stateHijacked
		c.ResponseWriter.WriteHeader(status)
	case status < 200:
		c.ResponseWriter.WriteHeader(status)
	case status >= 400:
		c.hold(status)
	default:
		c.succeed(status)
	}
}

// hold keeps an error back. The header is kept as it is now, since handlers run on and change it; and
// so is what the chain recorded, since a handler that ran out of its time may record an error when
// the answer in its place has been written.
func (c *capture) hold(status int) {
	c.state, c.status = stateHolding, int16(status)
	if live := c.Header(); len(live) > 0 {
		c.header = live.Clone()
	}
	recorded := c.exchange.Refuse()
	if c.wasWritten(recorded.Err) {
		c.err = recorded.Err
		return
	}
	c.held = &held{recorded: recorded}
}

func (c *capture) succeed(status int) {
	if declared := c.exchange.Status(); status == http.StatusOK && declared != 0 {
		status = declared
	}
	c.state, c.status = stateSuccess, int16(status)
	c.early = c.exchange.Recorded().Err != nil
	if status == http.StatusNoContent || status == http.StatusResetContent {
		c.state = stateNoBody
		for _, key := range [...]string{"Content-Type", "Content-Length", "Content-Encoding"} {
			c.Header().Del(key)
		}
	}
	c.ResponseWriter.WriteHeader(status)
}

// begin is the implicit WriteHeader of what is written without one.
func (c *capture) begin() {
	if c.state == stateNone {
		c.WriteHeader(http.StatusOK)
	}
}

// errDone is for what a handler writes when it has returned: net/http may have given its connection
// to another request by then.
var errDone = errors.New("rest: the answer is complete: nothing can be written any more")

// Write implements [http.ResponseWriter].
func (c *capture) Write(p []byte) (int, error) {
	c.begin()
	switch c.state {
	case stateSuccess, stateHijacked:
		if c.exchange.StreamEnded() {
			return len(p), nil
		}
		n, err := c.ResponseWriter.Write(p)
		c.noteWrite(err)
		return n, err
	case stateHolding:
		if h := c.held; h != nil { // else the envelope is made of the error
			h.body = append(h.body, p[:min(len(p), maxHeld-len(h.body))]...)
		}
	case stateDone:
		return 0, errDone
	}
	return len(p), nil
}
