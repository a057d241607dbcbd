// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"errors"
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// Error answers a request of a plain net/http handler or middleware with the envelope of err, as the
// policy of the [Handler] around it says; without one, as the default policy says. Headers that are
// set on w are kept, but for those that describe a body. A nil err answers nothing; a nil pointer in
// an err is UNKNOWN, and a nil request one without headers. It must be the last thing that is written.
func Error(w http.ResponseWriter, r *http.Request, err error) {
	if w == nil || err == nil {
		return
	}
	if transport.IsNotModified(err) && isConditional(r) {
		answerNotModified(w, err)
		return
	}
	failed := asked(err)
	c := captureOf(w, r)
	if c == nil {
		answerAlone(w, r, failed)
		return
	}
	call := c.call()
	call.HTTPStatus = failed.HTTPStatus
	if r != nil {
		// The deadline of a middleware in between is the request's own.
		call.Context, call.Header = r.Context(), r.Header
	}
	if f, ok := failed.Err.(*transport.Front); ok && f != nil && f.Undecided {
		f.Fields = c.undecoded(f.Message, true)
	}
	answer := transport.Decide(c.config.policy, &call, transport.Failure{Err: failed.Err}, func(sent *mapping.Error) {
		c.exchange.SetError(sent)
		call.Context = c.Context // a report does not have the deadline of the one in between
	})
	addMetadata(w, answer.Local())
	w.WriteHeader(answer.Error().HTTPStatus())
	if len(failed.Trailer) > 0 && c.held == nil {
		c.held = &held{trailer: failed.Trailer}
	}
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

// NotFound answers 404, as [http.NotFound] does: the handler for a router's unknown paths.
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

func answerStatus(w http.ResponseWriter, r *http.Request, status int) {
	if w == nil {
		return
	}
	c := captureOf(w, r)
	if c == nil {
		Error(w, r, (*mapping.Policy)(nil).ByHTTPStatus(status, mapping.ConditionAny))
		return
	}
	Error(w, r, c.config.policy.ByHTTPStatus(status, mapping.ConditionAny))
}

// captureOf finds the Handler around: by the request, or, where that has lost its context on the way,
// by the writer.
func captureOf(w http.ResponseWriter, r *http.Request) *capture {
	if r != nil {
		if c, ok := r.Context().Value(captureKey{}).(*capture); ok {
			return c
		}
	}
	for range maxWrappers {
		switch wrapper := w.(type) {
		case *capture:
			return wrapper
		case interface{ Unwrap() http.ResponseWriter }:
			w = wrapper.Unwrap()
		default:
			return nil
		}
	}
	return nil
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

// answerAlone writes an envelope where no Handler is around.
func answerAlone(w http.ResponseWriter, r *http.Request, failed transport.RESTError) {
	config := &defaults
	if r == nil {
		r = &http.Request{Header: http.Header{}}
	}
	seen := newRequest(r)
	call := mapping.Call{
		Context: r.Context(), Procedure: seen.path, Method: r.Method, Header: r.Header, Classify: classify,
		Envelope: true, HTTPStatus: failed.HTTPStatus,
	}
	answer := transport.Decide(config.policy, &call, transport.Failure{Err: failed.Err}, nil)
	addMetadata(w, answer.Local())
	if answer.Error().HTTPStatus() == http.StatusUnauthorized {
		seen.credential = config.policy.UnauthenticatedCondition(r.Header)
	}
	config.write(trailing(w, failed.Trailer), seen, answer.RequestID(&call), answer.Error())
}

func addMetadata(w http.ResponseWriter, local error) {
	if e, ok := local.(*connect.Error); ok {
		transport.CopyMetadata(w.Header(), e)
	}
}

// classify knows Connect's errors, since a REST handler may call Connect services, and net/http's
// own for a body that is too large, and what a front tells of its backend's.
func classify(err error) (mapping.Classification, bool) {
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
