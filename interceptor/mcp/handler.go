// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mcp

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

const (
	methodInitialize  = "initialize"
	methodInitialized = "notifications/initialized"

	outOfRange mapping.ConnectCode = 11
	notFound   mapping.ConnectCode = 5
)

// readers are the methods that may be repeated: they read, or set what is already set.
var readers = map[string]bool{
	"resources/read": true, "prompts/get": true, "completion/complete": true, "resources/subscribe": true, "resources/unsubscribe": true,
}

// handle runs the handler of any method but a tool's.
func (c config) handle(ctx context.Context, next sdk.MethodHandler, method string, req sdk.Request) (result sdk.Result, err error) {
	defer func() {
		if value := recover(); value != nil {
			result, err = nil, c.refuse(ctx, method, req, transport.Failure{Panic: value, Stack: debug.Stack()})
		}
	}()
	result, err = next(ctx, method, req)
	if err == nil || isOfProtocol(err) || isOfSession(method, err) {
		return result, err
	}
	if standard := wrappedStandard(err); standard != nil {
		return nil, standard
	}
	return nil, c.refuse(ctx, method, req, transport.Failure{Err: err})
}

// refuse returns the JSON-RPC error for a failure, which the policy has decided and reported. The names of prompts are
// few, since the SDK refuses those it does not know. URIs are not: templates of resources take any.
func (c config) refuse(ctx context.Context, method string, req sdk.Request, failure transport.Failure) *jsonrpc.Error {
	var name string
	if prompt, ok := req.(*sdk.GetPromptRequest); ok && prompt != nil && prompt.Params != nil {
		name = prompt.Params.Name
	}
	answer := transport.Decide(c.policy, requestOf(ctx, method, name, req), failure, nil)
	refusal := &jsonrpc.Error{Code: rpcCode(answer.Error().ConnectCode()), Message: answer.Message()}
	if data, err := json.Marshal(problemOf(&answer, readers[method])); err == nil {
		refusal.Data = data
	}
	return refusal
}

// rpcCode returns the code of a JSON-RPC error. A resource that does not exist has invalid params:
// https://modelcontextprotocol.io/seps/2164-resource-not-found-error
// Method not found is not among them, since the SDK replaces the text of such an error.
func rpcCode(code mapping.ConnectCode) int64 {
	switch code {
	case invalidArgument, outOfRange, notFound:
		return jsonrpc.CodeInvalidParams
	default:
		return jsonrpc.CodeInternalError
	}
}

// isOfProtocol reports whether an error is meant for the caller as it is.
func isOfProtocol(err error) bool {
	protocol, ok := err.(*jsonrpc.Error)
	return ok && protocol != nil
}

// isOfSession knows the SDK's refusals of a session that begins twice, or in the wrong order.
func isOfSession(method string, err error) bool {
	switch method {
	case methodInitialize, methodInitialized:
		text := err.Error()
		return text == fmt.Sprintf("duplicate %q received", method) || text == fmt.Sprintf("%q before %q", methodInitialized, methodInitialize)
	default:
		return false
	}
}

// standards are the texts of the SDK's errors that it returns wrapped, with more words after them.
var standards = map[int64]string{
	jsonrpc.CodeInvalidRequest: "invalid request", jsonrpc.CodeMethodNotFound: "method not found", jsonrpc.CodeInvalidParams: "invalid params",
}

// wrappedStandard returns such an error without the words after it. A handler can wrap one, too, so they may be private.
func wrappedStandard(err error) error {
	wrapper, ok := err.(interface{ Unwrap() error })
	if !ok {
		return nil
	}
	inner, ok := wrapper.Unwrap().(*jsonrpc.Error)
	if !ok || inner == nil || inner.Message == "" || standards[inner.Code] != inner.Message ||
		!strings.HasPrefix(err.Error(), inner.Message+": ") { // a client of the SDK begins with the method that it called
		return nil
	}
	return &jsonrpc.Error{Code: inner.Code, Message: inner.Message}
}
