// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package rest gives every error answer that a REST caller can get the envelope of
// [mapping.Envelope], whoever made it: a handler behind errpact's interceptor, a transcoder such as
// vanguard, a mux, a middleware, a plain net/http handler, a panic.
//
//	mux := vanguardTranscoder // or grpc-gateway, or http.ServeMux
//	http.ListenAndServe(addr, rest.Handler(mux))
//
// Install [Handler] outermost: only middleware that rewrites every body, such as gzip, belongs outside it. It
// leaves RPC callers alone. A middleware inside of it that refuses a request by [Error] answers each caller in its own
// protocol; [Gate] does that for a middleware that writes by itself, and [Auth] for connectrpc.com/authn.
// [CheckResponse] is the way back, for Go callers of a REST API.
//
//   - Around a server: [Handler], with each [Option]: [WithPolicy], [WithChallenge], [WithSkip], [WithTrustedBodies],
//     [WithGuidance], [WithProtoNames], [WithRequestIDInDetails] and [WithRPCReports].
//   - In handlers and middlewares: [Error], [NotFound], [MethodNotAllowed], [Gate] and [Auth] refuse; [SetStatus] and
//     [SetRoute] tell the Handler.
//   - For CORS: [ExposedHeaders].
//   - For Go callers: [CheckResponse].
package rest

import (
	"errors"
	"net/http"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// An Option changes what [Handler] and [CheckResponse] do.
type Option interface{ apply(*config) }

type option func(*config)

func (o option) apply(c *config) { o(c) }

// WithPolicy sets the catalogues, rules and limits. It should be the interceptor's. The default, and
// nil, is the default policy of package mapping; slog.Default() gets a line at Warn about nil.
func WithPolicy(policy *mapping.Policy) Option {
	return option(func(c *config) { c.policy = transport.GivenPolicy("rest.WithPolicy", policy) })
}

// WithChallenge sets the WWW-Authenticate header of a 401 that has none of its own. The default is
// `Bearer realm="api"`. For the Bearer scheme an error parameter is added where the request carries
// a credential (https://www.rfc-editor.org/rfc/rfc6750#section-3). An empty challenge is the
// default: a 401 without one is not valid HTTP.
func WithChallenge(challenge string) Option {
	return option(func(c *config) {
		if challenge != "" {
			c.challenge = challenge
		}
	})
}

// WithSkip leaves requests alone for which skip is true, such as those of a health check, an OAuth
// endpoint, or an HTML site. The default, and nil, skips none.
func WithSkip(skip func(*http.Request) bool) Option {
	return option(func(c *config) { c.skip = skip })
}

// WithTrustedBodies lets error bodies pass that are an envelope already, whoever wrote them: for a
// proxied service of your own. The default is to write them anew, since an upstream could say
// anything in one.
func WithTrustedBodies() Option { return option(func(c *config) { c.trusted = true }) }

// WithRPCReports reports what fails of a unary RPC when the interceptor has handed on its success, and
// so cannot see it: a response that does not marshal, is too large to be sent, or cannot be written.
// What the caller gets is Connect's own, with and without it. The default is to leave RPCs alone, since
// this costs each of them a few allocations; those of REST callers are always reported.
func WithRPCReports() Option { return option(func(c *config) { c.watchRPCs = true }) }

// WithRequestIDInDetails puts the request's id into details.request_id as well, of every envelope whose details are
// not a payload. A script of another origin reads the body of an error, but X-Request-Id only if CORS exposes it, see
// [ExposedHeaders]. The default is the header alone: the details of an error that says nothing more are null.
func WithRequestIDInDetails() Option { return option(func(c *config) { c.detailID = true }) }

// WithGuidance adds what to do to every error, for callers that are programs or agents: resolution, which is the
// catalogue's advice, where it has any, and retryable, which says whether the same request can succeed later. Both
// go into the details, unless these are a payload, and are members of an application/problem+json, as is
// retry_after_seconds if it is known. They agree with a Retry-After that a middleware has set. A retryable request that
// changes something is only safe to repeat if the method says so, see [mapping.RetryOf]. The default is to leave the
// advice to those who have the catalogue.
func WithGuidance() Option { return option(func(c *config) { c.guidance = true }) }

// WithProtoNames names fields in details.field_violations as the .proto does ("display_name"), for an API whose JSON has
// these names: where its codec is made with UseProtoNames. A field that the caller wrote and that does not decode stays
// as it was written. The default is JSON's names ("displayName").
func WithProtoNames() Option { return option(func(c *config) { c.protoNames = true }) }

// Handler gives every error that next answers to a REST caller the envelope, with the number that
// its chain's interceptor decided on, or else one chosen from what was written; of that text, no
// byte goes out. What RPC callers get is untouched, except by [Error], [Gate] and [Auth]. A success is not buffered; its status is what
// the method's (errpact.v1.rest) option or [SetStatus] says. A Handler within a Handler does
// nothing. A nil next answers 404.
//
// The headers set before an error are kept, except for those of the body that is not sent, such as ETag. A 416 keeps
// the Content-Range that says how long that body is.
// The answer adds its own: Content-Type, X-Content-Type-Options, X-Request-Id, Vary; Cache-Control:
// no-store, unless the handler set another and did not panic; WWW-Authenticate to a 401 without one;
// Retry-After from a RetryInfo; Content-Language to a translated message.
//
// An RPC costs nothing, unless another handler is around this one in an [http.Server]: then its context leads to the
// policy, for [Error].
//
// RPC is: a content type of application/grpc or application/grpc-web, alone or followed by "+", or of
// application/connect+; Connect-Protocol-Version 1; a GET with connect=v1; a POST to a path that ends
// like /pkg.Service/Method. All else is REST. What net/http refuses before it calls any handler, such
// as headers that are too large, is plain text.
func Handler(next http.Handler, opts ...Option) http.Handler {
	if next == nil {
		next = http.NotFoundHandler()
	}
	return &handler{next: next, config: newConfig(opts)}
}

type handler struct {
	next   http.Handler
	config *config
}

// errNoRequest is for whoever calls a handler without a request.
var errNoRequest = errors.New("rest: serve a request: it is nil")

// ServeHTTP implements [http.Handler]. Without a request it answers 500, without a writer nothing.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if w == nil || r == nil {
		Error(w, r, errNoRequest)
		return
	}
	if around := transport.ExchangeOf(r.Context()); around != nil { // there is a Handler around, or a Probe
		around.Pass(transport.Passage{Part: transport.PartHandler, Name: "rest.Handler", Policy: h.config.policy})
		h.next.ServeHTTP(w, r)
		return
	}
	if isRPCCaller(r) {
		h.serveRPC(w, r)
		return
	}
	skip, ok := h.skip(w, r)
	if !ok {
		return
	}
	if skip {
		h.config.introduce(r)
		h.next.ServeHTTP(w, r)
		return
	}
	c := newCapture(w, r, h.config)
	inner := r.WithContext(c)
	c.body.begin(inner, &c.own)
	defer c.body.end()
	defer func() {
		if value := recover(); value != nil {
			c.panicked(value)
		}
	}()
	c.request.credential = h.config.policy.UnauthenticatedCondition(r.Header)
	serveCopy(h.next, c, r, inner)
	c.finish()
}

// serveCopy serves a copy of a request. A handler inside sets these fields on the copy, and a handler outside
// reads the original: a log reads the one, and net/http the other, whose temporary files it removes.
func serveCopy(h http.Handler, w http.ResponseWriter, r, inner *http.Request) {
	defer func() { r.Pattern, r.MultipartForm = inner.Pattern, inner.MultipartForm }()
	h.ServeHTTP(w, inner)
}

// serveRPC serves an RPC caller, who gets what next answers.
func (h *handler) serveRPC(w http.ResponseWriter, r *http.Request) {
	if h.config.watchRPCs {
		h.watchRPC(w, r)
		return
	}
	h.config.introduce(r)
	h.next.ServeHTTP(w, r)
}

// skip asks whether to leave the request alone. It is not ok where the question panicked, which has
// been answered then.
func (h *handler) skip(w http.ResponseWriter, r *http.Request) (skip, ok bool) {
	if h.config.skip == nil {
		return false, true
	}
	defer func() {
		if value := recover(); value != nil {
			newCapture(w, r, h.config).panicked(value)
		}
	}()
	return h.config.skip(r), true
}
