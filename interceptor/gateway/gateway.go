// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// An Option changes what [Options] makes.
type Option interface{ apply(*front) }

type option func(*front)

func (o option) apply(f *front) { o(f) }

// WithPolicy sets the catalogues, rules and limits. It should be the backend's. The default, and nil,
// is the default policy of package mapping; within a [rest.Handler] it is that one's policy.
func WithPolicy(policy *mapping.Policy) Option {
	return option(func(f *front) {
		if f.policy = transport.GivenPolicy("gateway.WithPolicy", policy); policy != nil {
			f.options = append(f.options, rest.WithPolicy(policy))
		}
	})
}

// WithChallenge sets the WWW-Authenticate header of a 401, as [rest.WithChallenge] does. Within a
// [rest.Handler] it is that one's.
func WithChallenge(challenge string) Option {
	return option(func(f *front) { f.options = append(f.options, rest.WithChallenge(challenge)) })
}

// Options returns the hooks of a mux. Give them before middlewares of your own, which would otherwise be
// asked which methods a path has. They set the mux's error handlers, so that others have no effect.
// Successes are untouched.
func Options(opts ...Option) []runtime.ServeMuxOption {
	f := &front{}
	for _, o := range opts {
		if o != nil {
			o.apply(f)
		}
	}
	return []runtime.ServeMuxOption{
		runtime.WithMiddlewares(f.around),
		runtime.WithErrorHandler(f.failed),
		runtime.WithRoutingErrorHandler(f.unrouted),
		runtime.WithStreamErrorHandler(f.streamFailed),
	}
}

// front is what the hooks share. It is immutable once they are made.
type front struct {
	policy  *mapping.Policy
	options []rest.Option
}

// serve has what do answers captured: by the Handler around the mux, else by one of its own. To the
// gateway every caller is a REST caller, even one whose request looks like an RPC.
func (f *front) serve(w http.ResponseWriter, r *http.Request, do http.HandlerFunc) {
	if transport.ExchangeOf(r.Context()) != nil {
		do(w, r)
		return
	}
	rest.Handler(do, f.options...).ServeHTTP(w, r.WithContext(transport.WithFront(r.Context())))
}

// around is the middleware of every route.
func (f *front) around(next runtime.HandlerFunc) runtime.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request, pathParams map[string]string) {
		if p, ok := w.(*probe); ok {
			p.routed = true
			return
		}
		f.serve(w, r, func(w http.ResponseWriter, r *http.Request) { next(w, r, pathParams) })
	}
}

// failed answers what a route, or the decoding of its request, failed with.
func (f *front) failed(ctx context.Context, mux *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, err error) {
	if _, probing := w.(*probe); probing {
		return
	}
	f.serve(w, r, func(w http.ResponseWriter, r *http.Request) {
		httpStatus, err := statedIn(err)
		asked := &transport.RESTError{HTTPStatus: httpStatus, Trailer: forward(ctx, mux, w, r), Input: inputOf(ctx)}
		if deadline, ok := ctx.Deadline(); ok {
			// The caller's own, by Grpc-Timeout.
			expiring, cancel := context.WithDeadline(r.Context(), deadline)
			defer cancel()
			r = r.WithContext(expiring)
		}
		asked.Err = judge(ctx, r, err)
		rest.Error(w, r, asked)
	})
}

// unrouted answers for paths and methods that have no route.
func (f *front) unrouted(_ context.Context, mux *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, httpStatus int) {
	if _, probing := w.(*probe); probing {
		return
	}
	f.serve(w, r, func(w http.ResponseWriter, r *http.Request) {
		switch httpStatus {
		case http.StatusNotFound:
			rest.NotFound(w, r)
		case http.StatusMethodNotAllowed:
			if methods := allowed(mux, r); len(methods) > 0 {
				w.Header().Set("Allow", strings.Join(methods, ", "))
			}
			rest.MethodNotAllowed(w, r)
		default:
			http.Error(w, http.StatusText(httpStatus), errorStatus(httpStatus))
		}
	})
}

// inputOf describes the request's message of the method that a route calls. It is nil where the method is not known.
func inputOf(ctx context.Context) protoreflect.MessageDescriptor {
	procedure, _ := runtime.RPCMethod(ctx)
	name := strings.ReplaceAll(strings.TrimPrefix(procedure, "/"), "/", ".")
	method, _ := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
	return transport.InputOf(method)
}

// statedIn returns the HTTP status that an error asks for, and what it wraps. Grpc-gateway's error for that does not
// unwrap. The status is 0 if the error asks for none. Of several, the outermost counts. An entry keeps what it wraps to
// itself, and decides over what stands beside it; the status is still asked for.
func statedIn(err error) (httpStatus int, inner error) {
	for range maxStated {
		var stated *runtime.HTTPStatusError
		if !errors.As(err, &stated) || stated == nil {
			break
		}
		own, isOwn := mapping.From(err)
		if isOwn = isOwn && !own.Remote(); isOwn && errors.As(own, new(*runtime.HTTPStatusError)) {
			break
		}
		if httpStatus == 0 {
			httpStatus = errorStatus(stated.HTTPStatus)
		}
		if isOwn {
			break
		}
		if err = stated.Err; err == nil {
			return httpStatus, errors.New("gateway: the HTTPStatusError has no Err")
		}
	}
	return httpStatus, err
}

// maxStated bounds how many of them are looked into: one may wrap itself.
const maxStated = 16

// errorStatus is a status that the capture takes for an error's.
func errorStatus(status int) int {
	if status < 400 || status > 599 {
		return http.StatusInternalServerError
	}
	return status
}

// streamFailed decides how a stream ends. What the mux makes of its result goes out only where the
// context is not the request's, as in code that is generated with request_context=false.
func (f *front) streamFailed(ctx context.Context, err error) *status.Status {
	_, err = statedIn(err) // the status has gone out
	judged := judge(ctx, nil, err)
	sent, ok := transport.FailStream(ctx, &transport.RESTError{Input: inputOf(ctx), Err: judged})
	if !ok {
		procedure, _ := runtime.RPCMethod(ctx)
		call := &mapping.Call{Context: ctx, Procedure: procedure, Classify: classify, Input: inputOf(ctx)}
		answer := transport.Decide(f.policy, call, transport.Failure{Err: judged}, nil)
		sent = answer.Error()
	}
	return status.New(codes.Code(sent.ConnectCode()), strings.ToValidUTF8(sent.Message(), "\uFFFD"))
}
