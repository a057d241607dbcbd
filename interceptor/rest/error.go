// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"errors"
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping"
)

// Error answers a request with err, as the policy of the [Handler] around it says, and reports it once. It is for
// plain net/http handlers and middleware.
//
// Pass any error. One that nothing maps to an entry becomes UNKNOWN, and its text goes to the report only. Return after
// the call: nothing may follow it.
//
// If a Handler is around a REST caller's request, an error that reading r.Body or writing to w returned is the caller's:
// canceled, deadline_exceeded for a deadline of the connection, or INVALID_STRUCTURE for a body that net/http cannot read.
//
// A REST caller gets the envelope, or, if Accept names and prefers it, application/problem+json or text/markdown. An
// RPC caller gets the same error in its own protocol: Connect, unary or streaming, gRPC or gRPC-Web. A 401 of a REST
// caller, or of Connect's unary protocol, has a WWW-Authenticate. Headers that are set on w are kept, except those that
// describe a body. Without a Handler, and for RPC callers, that includes a Content-Encoding only if w is the server's
// own writer: one of a middleware may compress what Error writes.
//
// A nil err answers nothing. A nil pointer in an err is UNKNOWN. A nil request is one of REST without headers.
// If a part of another answer was written before, Error cuts the connection, since the status has gone out. A w that
// does not lead to the Handler's writer, such as a recorder, gets the whole answer, and the connection is left alone.
// Without a Handler around, the default policy decides. For RPC callers, and for requests that [WithSkip] leaves alone,
// that is also so where the Handler was not called by an [http.Server], as in a test with a recorder: [WithRPCReports]
// then makes its policy known to the former.
func Error(w http.ResponseWriter, r *http.Request, err error) {
	if w == nil || err == nil {
		return
	}
	if transport.IsNotModified(err) && isConditional(r) {
		answerNotModified(w, err)
		return
	}
	if r != nil && transport.ExchangeOf(r.Context()).Pass(transport.Passage{Part: transport.PartError, Name: "rest.Error"}) {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	failed := asked(err)
	c := captureOf(w, r)
	switch {
	case r != nil && isRPCCaller(r):
		crossingOf(w, r).passThrough(w)
		answerRPC(r.Context(), w, requestOf(r), transport.Failure{Err: failed.Err})
	case c == nil || !c.isBehind(w):
		c.answerAlone(w, r, failed)
	default:
		c.answer(w, r, failed)
	}
}

// answer begins the answer to an error, which finish completes. The writer may be one around the capture.
func (c *capture) answer(w http.ResponseWriter, r *http.Request, failed transport.RESTError) {
	c.errored.called.Store(true)
	if len(failed.Trailer) > 0 {
		trailer := failed.Trailer
		c.errored.trailer.Store(&trailer)
	}
	call := c.call()
	call.HTTPStatus, call.Input = failed.HTTPStatus, failed.Input
	if r != nil {
		// The deadline of a middleware in between is the request's own.
		call.Context, call.Header, call.Route = r.Context(), r.Header, c.route(r)
	}
	failed.Err = c.unread(failed.Err)
	answer := transport.Decide(c.config.policy, &call, transport.Failure{Err: failed.Err}, func(sent *mapping.Error) {
		c.exchange.SetError(sent)
		call.Context = c.Context // a report does not have the deadline of the one in between
	})
	addMetadata(w, answer.Local())
	w.WriteHeader(answer.Error().HTTPStatus())
}

// unread returns what reading the body failed with, if a front's text is about that. Of another text it finds the fields
// of the request, and returns err.
func (c *capture) unread(err error) error {
	f, ok := err.(*transport.Front)
	if !ok || f == nil || !f.Undecided {
		return err
	}
	if broken := c.own.behind(f.Message); broken != nil {
		return broken
	}
	f.Fields = c.undecoded(f.Message, true)
	return err
}

// asked returns what a front asks for, or the error alone.
func asked(err error) transport.RESTError {
	switch e, ok := err.(*transport.RESTError); {
	case !ok:
		return transport.RESTError{Err: err}
	case e == nil || e.Err == nil:
		return transport.RESTError{Err: errors.New("rest: the RESTError has no Err")}
	default:
		return *e
	}
}

// NotFound answers 404, as [http.NotFound] does: the handler for a router's unknown paths. To an RPC caller it answers
// unimplemented, which is what RPC clients make of a 404, and what probes for health checks and reflection go by.
func NotFound(w http.ResponseWriter, r *http.Request) { answerStatus(w, r, http.StatusNotFound) }

// MethodNotAllowed answers 405: the handler for a router's known paths and wrong methods. The router
// should have set Allow.
func MethodNotAllowed(w http.ResponseWriter, r *http.Request) {
	answerStatus(w, r, http.StatusMethodNotAllowed)
}

// SetStatus sets the status of a success for REST callers, 200 to 299, in place of 200 and of what
// the method's option declares. RPC callers do not see it. Without a [Handler] around, or with any
// other status, it does nothing.
func SetStatus(ctx context.Context, status int) {
	transport.ExchangeOf(ctx).SetStatus(status)
}

// SetRoute sets the pattern that a router found for a REST request, such as "/folders/{id}", which reports then name,
// and counters with them. It is for a router that does not set [http.Request.Pattern], or sets it where Handler does not
// see it, on a copy of the request. The pattern has to be one of few: a path has no end of them. Without a [Handler]
// around, for an RPC caller, and with a nil context it does nothing.
func SetRoute(ctx context.Context, pattern string) {
	transport.ExchangeOf(ctx).SetRoute(pattern)
}

func answerStatus(w http.ResponseWriter, r *http.Request, status int) {
	if w == nil {
		return
	}
	config := &defaults
	if c := captureOf(w, r); c != nil {
		config = c.config
	} else if r != nil {
		config = configOf(r.Context())
		if status == http.StatusNotFound && isRPCCaller(r) {
			Error(w, r, config.policy.ByConnectCode(connectcode.Unimplemented, mapping.ConditionAny))
			return
		}
	}
	Error(w, r, config.policy.ByHTTPStatus(status, mapping.ConditionAny))
}

// captureOf finds the Handler around: by the request, or, where that has lost its context on the way,
// by the writer.
func captureOf(w http.ResponseWriter, r *http.Request) *capture {
	if r != nil {
		if c, ok := r.Context().Value(captureKey{}).(*capture); ok {
			return c
		}
	}
	c, _ := unwrap[*capture](w)
	return c
}

// unwrap finds a writer of a type below those that middleware puts around it.
func unwrap[T http.ResponseWriter](w http.ResponseWriter) (found T, ok bool) {
	for range maxWrappers {
		if found, ok = w.(T); ok {
			return found, true
		}
		wrapper, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			break
		}
		w = wrapper.Unwrap()
	}
	return found, false
}

// maxWrappers bounds the search: a writer may wrap itself.
const maxWrappers = 64

func isConditional(r *http.Request) bool {
	return r != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead)
}

// answerNotModified answers 304, which is no error, with the headers that its maker gave it.
func answerNotModified(w http.ResponseWriter, err error) {
	if e, ok := errors.AsType[*connect.Error](err); ok {
		transport.CopyMetadata(w.Header(), e)
	}
	w.WriteHeader(http.StatusNotModified)
}

// answerAlone writes an envelope where no Handler is around, or where the writer does not lead to its capture: that may
// not be the answer to this request. The capture is nil without a Handler.
func (c *capture) answerAlone(w http.ResponseWriter, r *http.Request, failed transport.RESTError) {
	if r == nil {
		r = &http.Request{Header: http.Header{}}
	}
	config := configOf(r.Context())
	seen := newRequest(r)
	call := mapping.Call{
		Context: r.Context(), Procedure: seen.path, Method: r.Method, Route: r.Pattern, Header: r.Header, Classify: classify,
		Envelope: true, HTTPStatus: failed.HTTPStatus, Input: failed.Input,
	}
	if c != nil {
		failed.Err = c.unread(failed.Err)
		around := c.call()
		call.RequestID, call.Classify, call.Route = around.RequestID, around.Classify, c.route(r)
	}
	answer := transport.Decide(config.policy, &call, transport.Failure{Err: failed.Err}, nil)
	addMetadata(w, answer.Local())
	if answer.Error().HTTPStatus() == http.StatusUnauthorized {
		seen.credential = config.policy.UnauthenticatedCondition(r.Header)
	}
	dropEncoding(w)
	body := config.write(trailing(w, failed.Trailer), seen, answer.RequestID(&call), answer.Error())
	if c != nil {
		c.elsewhere.add(elsewhereError{answer.Error(), body, failed.Trailer})
	}
}

func addMetadata(w http.ResponseWriter, local error) {
	if e, ok := local.(*connect.Error); ok {
		transport.CopyMetadata(w.Header(), e)
	}
}

// classify knows Connect's errors, since a REST handler may call Connect services, and net/http's
// own for a body that is too large and for a handler whose time is over, and what a front reports about its backend's.
func classify(err error) (mapping.Classification, bool) {
	if err == http.ErrHandlerTimeout {
		return tooLate, true
	}
	switch e := err.(type) {
	case *http.MaxBytesError:
		return tooLarge, true
	case *transport.Front:
		if e != nil {
			return classifyFront(e), true
		}
	}
	return transport.ClassifyConnect(err)
}

// tooLate is for a handler that writes when [http.TimeoutHandler] has answered in its place.
var tooLate = mapping.Classification{Source: mapping.SourceCaller, ConnectCode: connectcode.DeadlineExceeded}
