// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package mcp answers the errors of a Model Context Protocol server as entries of a catalogue. It is a middleware for
// servers of github.com/modelcontextprotocol/go-sdk:
//
//	server.AddReceivingMiddleware(errpactmcp.Middleware(errpactmcp.WithPolicy(policy)))
//
// Without it, the SDK sends the text of any error to the model, as one of a database.
//
// A tool's error becomes a result with isError. Its text is the message of the entry, the catalogue's resolution, and
// when to try again. Its structuredContent is a [Problem]. A tool that declares an outputSchema promises that its
// structuredContent has that form, so there the Problem is a second text, in JSON. An error that nobody mapped has the
// fixed text of the catalogue. The [mapping.Policy] decides and reports, as it does for RPCs.
//
// The error of any other handler, such as one of a resource, a prompt or a completion, becomes a JSON-RPC error. Its
// message is the message of the entry, its data a [Problem], and its code -32602 (invalid params) if the caller named
// something that does not exist or sent a wrong value, else -32603 (internal error).
//
// These pass as they are: errors of the protocol, which are a *jsonrpc.Error; and results with isError that a tool
// made itself, whose text it wrote for the model. A handler that calls another service passes on that service's errors
// if it calls it with a client that relays, such as interceptor.New(interceptor.WithRelay()).
package mcp

import (
	"context"
	"net/http"
	"reflect"
	"runtime/debug"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// methodCallTool is the only method whose errors are results.
const methodCallTool = "tools/call"

type config struct{ policy *mapping.Policy }

// An Option changes what [Middleware] makes.
type Option interface{ apply(*config) }

type option func(*config)

func (o option) apply(c *config) { o(c) }

// WithPolicy sets the policy that decides what a model sees of an error. The default, and nil, is the default policy.
func WithPolicy(policy *mapping.Policy) Option {
	return option(func(c *config) { c.policy = transport.GivenPolicy("mcp.WithPolicy", policy) })
}

// Middleware returns a middleware that answers the errors of tools and of all other handlers. It should be the first of
// [sdk.Server.AddReceivingMiddleware], so that no other sees an error which the model does not. Nil options are
// skipped. A panic of a handler is an error that nobody mapped, and the server lives on. Many goroutines may call the
// middleware at once.
func Middleware(opts ...Option) sdk.Middleware {
	var c config
	for _, o := range opts {
		if o != nil {
			o.apply(&c)
		}
	}
	return func(next sdk.MethodHandler) sdk.MethodHandler {
		return func(ctx context.Context, method string, req sdk.Request) (sdk.Result, error) {
			call, isCall := req.(*sdk.CallToolRequest)
			switch {
			case next == nil:
				return nil, &jsonrpc.Error{Code: jsonrpc.CodeMethodNotFound, Message: "method not found"}
			case method == methodCallTool && isCall && call != nil:
				return c.call(ctx, next, call)
			default:
				return c.handle(ctx, next, method, req)
			}
		}
	}
}

// call runs a tool.
func (c config) call(ctx context.Context, next sdk.MethodHandler, call *sdk.CallToolRequest) (result sdk.Result, err error) {
	defer func() {
		if value := recover(); value != nil {
			result, err = c.answer(ctx, next, call, transport.Failure{Panic: value, Stack: debug.Stack()}), nil
		}
	}()
	result, err = next(ctx, methodCallTool, call)
	failed := err
	if failed == nil {
		failed = errorOf(result)
	}
	if failed == nil || isOfProtocol(err) {
		return result, err
	}
	return c.answer(ctx, next, call, transport.Failure{Err: failed}), nil
}

// errorOf returns the error that a tool returned, which the SDK has made a result of; nil for any other result.
func errorOf(result sdk.Result) error {
	r, ok := result.(*sdk.CallToolResult)
	if !ok || r == nil || !r.IsError {
		return nil
	}
	return r.GetError()
}

// answer returns the result for a failure, which the policy has decided and reported.
func (c config) answer(ctx context.Context, next sdk.MethodHandler, call *sdk.CallToolRequest, failure transport.Failure) *sdk.CallToolResult {
	request := requestOf(ctx, methodCallTool, "", call)
	if call.Params != nil {
		request = requestOf(ctx, methodCallTool, call.Params.Name, call)
		request.Classify = arguments(call.Params.Arguments).classify
	}
	answer := transport.Decide(c.policy, request, failure, nil)
	return resultOf(ctx, next, call, &answer)
}

// requestOf describes a request to the policy. The name is that of a tool or a prompt, or empty.
func requestOf(ctx context.Context, method, name string, req sdk.Request) *mapping.Call {
	request := mapping.Call{Context: ctx, Header: headerOf(req), Wire: mapping.WireOther, Procedure: method, Route: method}
	if name != "" {
		request.Procedure, request.Route = method+"/"+name, method+" "+name
	}
	return &request
}

// headerOf returns the headers of a request over HTTP, for its id and languages.
func headerOf(req sdk.Request) http.Header {
	if v := reflect.ValueOf(req); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	extra := req.GetExtra()
	if extra == nil {
		return nil
	}
	return extra.Header
}
