// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package mcp answers the errors of a Model Context Protocol server's tools as entries of a catalogue. It is a
// middleware for servers of github.com/modelcontextprotocol/go-sdk:
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
// These pass as they are: errors of the protocol, which are a *jsonrpc.Error; and results with isError that a tool
// made itself, whose text it wrote for the model. A tool that calls another service passes on that service's errors if
// it calls it with a client that relays, such as interceptor.New(interceptor.WithRelay()).
package mcp

import (
	"context"
	"net/http"
	"runtime/debug"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// methodCallTool is the only method whose errors a model sees.
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

// Middleware returns a middleware that answers the errors of tools. It should be the first of
// [sdk.Server.AddReceivingMiddleware], so that no other sees an error which the model does not. Nil options are
// skipped. A panic of a tool is an error that nobody mapped, and the server lives on. Many goroutines may call the
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
			if method != methodCallTool || !isCall || call == nil || next == nil {
				return pass(ctx, next, method, req)
			}
			return c.call(ctx, next, call)
		}
	}
}

// pass is next, or an error without one.
func pass(ctx context.Context, next sdk.MethodHandler, method string, req sdk.Request) (sdk.Result, error) {
	if next == nil {
		return nil, &jsonrpc.Error{Code: jsonrpc.CodeMethodNotFound, Message: "method not found"}
	}
	return next(ctx, method, req)
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
	if _, isProtocol := err.(*jsonrpc.Error); failed == nil || isProtocol {
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
	request := mapping.Call{Context: ctx, Header: headerOf(call), Wire: mapping.WireOther}
	if call.Params != nil {
		request.Classify = arguments(call.Params.Arguments).classify
		request.Procedure = methodCallTool + "/" + call.Params.Name
		request.Route = methodCallTool + " " + call.Params.Name
	}
	answer := transport.Decide(c.policy, &request, failure, nil)
	return resultOf(ctx, next, call, &answer)
}

// headerOf returns the headers of a request over HTTP, for its id and languages.
func headerOf(call *sdk.CallToolRequest) http.Header {
	if call.Extra == nil {
		return nil
	}
	return call.Extra.Header
}
