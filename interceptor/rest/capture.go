// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"runtime/debug"

	"github.com/errpact/errpact/internal/carrier"
	"github.com/errpact/errpact/mapping"
)

// maxHeld bounds how much of an error's body is held, to choose its number by.
const maxHeld = 64 << 10

// capture is the response writer of a REST request, and its context, and the slot that the context
// has for the interceptors: one allocation for all three. A success passes through it; an error is
// held.
type capture struct {
	http.ResponseWriter
	context.Context
	slot   carrier.Slot
	config *config

	// method, path and accept are the request's as it came: transcoders rewrite it in place.
	method, path string
	accept       []string
	// outerEncoding is a Content-Encoding that was set before the chain ran, by a gzip outside.
	outerEncoding bool

	state  state
	status int
	// early says that the chain had recorded an error when a success was begun.
	early  bool
	header http.Header // of a held error, as it was at WriteHeader
	body   []byte      // of a held error
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
	c := &capture{
		ResponseWriter: w, Context: r.Context(), config: config,
		method: r.Method, accept: r.Header["Accept"],
	}
	if r.URL != nil {
		c.path = r.URL.Path
	}
	c.slot.Header = r.Header
	c.outerEncoding = len(w.Header()["Content-Encoding"]) > 0
	return c
}

// captureKey is the context key of the capture itself.
type captureKey struct{}

// Value implements [context.Context].
func (c *capture) Value(key any) any {
	switch key.(type) {
	case carrier.Key:
		return &c.slot
	case captureKey:
		return c
	}
	return c.Context.Value(key)
}

// Unwrap serves [http.ResponseController].
func (c *capture) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// WriteHeader implements [http.ResponseWriter]. Of several calls the first counts.
func (c *capture) WriteHeader(status int) {
	switch {
	case c.state != stateNone:
	case c.slot.Aborted():
		c.state = stateDiscarded
	case status == http.StatusSwitchingProtocols:
		c.state = stateHijacked
		c.ResponseWriter.WriteHeader(status)
	case status >= 100 && status < 200:
		c.ResponseWriter.WriteHeader(status)
	case status >= 400:
		c.hold(status)
	default:
		c.succeed(status)
	}
}

// hold keeps an error back. The header is kept as it is now: handlers run on and change it.
func (c *capture) hold(status int) {
	c.state, c.status = stateHolding, status
	c.header = c.Header().Clone()
	c.slot.Refuse()
}

func (c *capture) succeed(status int) {
	if declared := c.slot.Status(); status == http.StatusOK && declared != 0 {
		status = declared
	}
	c.state, c.status = stateSuccess, status
	c.early = c.slot.Error() != nil
	if status == http.StatusNoContent || status == http.StatusResetContent {
		c.state = stateNoBody
		for _, key := range [...]string{"Content-Type", "Content-Length", "Content-Encoding"} {
			c.Header().Del(key)
		}
	}
	c.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (c *capture) Write(p []byte) (int, error) {
	if c.state == stateNone {
		c.WriteHeader(http.StatusOK)
	}
	switch c.state {
	case stateSuccess, stateHijacked:
		return c.ResponseWriter.Write(p)
	case stateHolding:
		c.body = append(c.body, p[:min(len(p), maxHeld-len(c.body))]...)
	}
	return len(p), nil
}

// ReadFrom implements [io.ReaderFrom], for the sake of sendfile.
func (c *capture) ReadFrom(r io.Reader) (int64, error) {
	if c.state == stateNone {
		c.WriteHeader(http.StatusOK)
	}
	if c.state == stateSuccess {
		return io.Copy(c.ResponseWriter, r)
	}
	return io.Copy(writerOnly{c}, r)
}

// writerOnly hides ReadFrom from io.Copy.
type writerOnly struct{ io.Writer }

// Flush implements [http.Flusher]. While an error is held there is nothing to flush.
func (c *capture) Flush() { _ = c.FlushError() }

// FlushError serves [http.ResponseController].
func (c *capture) FlushError() error {
	if c.state == stateNone {
		c.WriteHeader(http.StatusOK)
	}
	if c.state == stateSuccess || c.state == stateNoBody {
		return http.NewResponseController(c.ResponseWriter).Flush()
	}
	return nil
}

// Hijack implements [http.Hijacker].
func (c *capture) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(c.ResponseWriter).Hijack()
	if err == nil {
		c.state = stateHijacked
	}
	return conn, rw, err
}

// finish completes the answer when the chain has returned.
func (c *capture) finish() {
	switch c.state {
	case stateNone:
		if c.slot.Aborted() {
			return
		}
		if e := c.slot.Error(); e != nil {
			c.write(e)
			return
		}
		c.succeed(http.StatusOK)
	case stateHolding:
		c.conclude()
	case stateSuccess, stateNoBody:
		// An error after the first byte cannot change the status any more. That the answer is not
		// whole, the caller can see only by the connection that is cut.
		if c.slot.Error() != nil && !c.early {
			c.state = stateDone
			panic(http.ErrAbortHandler)
		}
	}
}

// panicked answers what the chain panicked with.
func (c *capture) panicked(value any) {
	if value == http.ErrAbortHandler {
		panic(value)
	}
	answer := c.config.policy.Panicked(c.call(), value, debug.Stack())
	if c.state != stateNone && c.state != stateHolding {
		answer.At(mapping.StageResponse)
		answer.Report(c.Context)
		panic(http.ErrAbortHandler)
	}
	answer.At(mapping.StageTransport)
	answer.Report(c.Context)
	c.restoreHeader()
	c.write(answer.Error())
}

// call is what the policy needs to know of the request.
func (c *capture) call() mapping.Call {
	return mapping.Call{
		Context: c.Context, Procedure: c.method + " " + c.path,
		Header: c.slot.Header, RequestID: c.slot.RequestID(), Classify: classify,
	}
}

// restoreHeader makes the header what it was when the held error was begun.
func (c *capture) restoreHeader() {
	if c.header == nil {
		return
	}
	live := c.Header()
	clear(live)
	for key, values := range c.header {
		live[key] = values
	}
}
