// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"maps"
	"net/http"
	"runtime/debug"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// finish completes the answer when the chain has returned.
func (c *capture) finish() {
	if c.state == stateHijacked {
		return
	}
	if c.exchange.Aborted() {
		// Whoever swallowed the panic on its way here has left an answer that is not whole.
		c.abort()
	}
	switch c.state {
	case stateNone:
		c.finishEmpty()
	case stateHolding:
		if !c.answerFromElsewhere() {
			c.answerHeld()
		}
	case stateSuccess, stateNoBody:
		if c.failed != nil && c.exchange.Recorded().Err == nil {
			c.config.reportUnwritten(c.Context, c.report(), c.failed)
		}
		// An error after the first byte cannot change the status any more. That the answer is not
		// whole, the caller can see only by the connection that is cut.
		if e := c.exchange.Recorded().Err; e != nil && !c.early && !c.endStream(e) {
			c.warnIfLate()
			c.abort()
		}
	}
	c.state = stateDone
}

// warnIfLate writes a line about an Error that came too late: the default log has none about an answer of HTTP 4XX. A
// caller who has gone could not have had it any earlier.
func (c *capture) warnIfLate() {
	gone := c.Context.Err() != nil || holds(isGone, c.failed)
	if c.errored.called.Load() && !gone {
		call := c.call()
		c.config.policy.Warn(&call, "rest.Error was called after a part of the answer was written, so that the connection was cut and the caller has no error",
			"call rest.Error before anything is written, or write the whole answer into a buffer first")
	}
}

// finishEmpty is for a chain that has written nothing.
func (c *capture) finishEmpty() {
	recorded := c.exchange.Recorded()
	switch {
	case recorded.Err != nil:
		c.write(recorded.Err)
	case recorded.NotModified != nil && c.mayBeNotModified():
		c.writeNotModified(recorded.NotModified)
	default:
		c.succeed(http.StatusOK)
	}
}

// abort cuts the connection, or, in HTTP/2, resets the stream.
func (c *capture) abort() {
	c.state = stateDone
	panic(http.ErrAbortHandler)
}

// panicked answers what the chain panicked with.
func (c *capture) panicked(value any) {
	if value == http.ErrAbortHandler {
		panic(value)
	}
	failure := transport.Failure{Panic: value, Stack: debug.Stack(), Stage: mapping.StageTransport}
	begun := c.state != stateNone && c.state != stateHolding
	if begun {
		failure.Stage = mapping.StageResponse
	}
	call := c.call()
	call.Route = c.route(c.request.original)
	answer := transport.Decide(c.config.policy, &call, failure, nil)
	if begun {
		c.abort()
	}
	c.restoreHeld()
	c.Header().Del("Cache-Control") // which was for the answer that does not come
	c.write(answer.Error())
}

// call is what the policy needs to know of the request. Its header is not looked at here.
func (c *capture) call() mapping.Call {
	call := mapping.Call{
		Context: c.Context, Procedure: c.request.path, Method: c.request.method(), Route: c.exchange.Route(),
		RequestID: c.exchange.RequestID(), Classify: classify, Envelope: true,
	}
	if c.own.failed.Load() {
		call.Classify = c.own.classify
	}
	return call
}

// report is what reports of the request have in common, when the chain has returned.
func (c *capture) report() mapping.Report {
	return mapping.Report{
		Procedure: c.request.procedure(), Route: c.route(c.request.original), RequestID: c.exchange.RequestID(),
	}
}

// route returns the pattern that a router found for the request: the one that was set, or else the one of net/http's
// field.
func (c *capture) route(r *http.Request) string {
	if route := c.exchange.Route(); route != "" {
		return route
	}
	return r.Pattern
}

// restoreHeld makes the header what it was when the held error was begun.
func (c *capture) restoreHeld() {
	if c.state != stateHolding {
		return
	}
	restoreHeader(c.Header(), c.header)
}

// restoreHeader makes a header what it was.
func restoreHeader(live, before http.Header) {
	clear(live)
	maps.Copy(live, before)
}

// mayBeNotModified goes by the request as it came: to a transcoder's handler all are POSTs.
// https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
func (c *capture) mayBeNotModified() bool {
	return c.request.method() == http.MethodGet || c.request.method() == http.MethodHead
}

// writeNotModified answers 304 where a transcoder knows no such thing. The headers are those of the
// handler's own error: its ETag, above all.
func (c *capture) writeNotModified(header http.Header) {
	c.state = stateDone
	live := c.Header()
	dropBody(live)
	restoreEncoding(live, c.outerEncoding)
	live.Del("Content-Type")
	for key, values := range header {
		live[key] = values
	}
	c.ResponseWriter.WriteHeader(http.StatusNotModified)
}
