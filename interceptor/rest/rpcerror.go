// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"net/http"
	"sync"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/connecterror"
	"github.com/errpact/errpact/mapping"
)

// An rpc is what is needed of a request to answer its RPC caller. The header is the request's, and set has the
// headers of the response that are set already.
type rpc struct {
	procedure   string
	header, set http.Header
}

// refuse decides what the RPC caller of a request gets, and reports it.
func (c *config) refuse(ctx context.Context, request rpc, failure transport.Failure) *connect.Error {
	contentType, protocol := rpcType(request.header)
	wire := transport.WireOf(protocol, contentType == "")
	call := mapping.Call{
		Context: ctx, Procedure: request.procedure, Header: request.header, Classify: classify, Wire: wire,
	}
	// Around may be a REST caller's request, whose answer a transcoder makes of this one.
	exchange := transport.ExchangeOf(ctx)
	if exchange != nil {
		call.Envelope, call.RequestID = exchange.IsREST(), exchange.RequestID()
	}
	answer := transport.Decide(c.policy, &call, failure, exchange.SetError)
	e := connecterror.Of(&answer, protocol, func() (header, trailer http.Header) { return request.set, nil })
	if wire == mapping.WireConnectUnary && !has(request.set, "Www-Authenticate") {
		status := answer.Error().ConnectCode().HTTPStatus()
		c.setChallenge(e.Meta(), status, c.policy.UnauthenticatedCondition(request.header))
	}
	return e
}

// requestOf returns what is needed of a request.
func requestOf(r *http.Request) rpc {
	request := rpc{header: r.Header}
	if r.URL != nil {
		request.procedure = procedureOf(r.URL.Path)
	}
	return request
}

// answerRPC answers the RPC caller of a request, as the policy of the Handler around it says. Headers that are set on
// w are kept, except those that describe a body.
func answerRPC(ctx context.Context, w http.ResponseWriter, request rpc, failure transport.Failure) {
	request.set = w.Header()
	dropBody(request.set)
	dropEncoding(w)
	_ = errorWriter().Write(w, classified(request.header), configOf(ctx).refuse(ctx, request, failure)) // nobody is left to tell
}

// errorWriter writes errors in each of Connect's protocols. It is made when it is first needed.
var errorWriter = sync.OnceValue(func() *connect.ErrorWriter { return connect.NewErrorWriter() })

// classified returns a request that Connect's writer takes for an RPC of the protocol that rpcType found. The writer
// goes by the method and the content type.
func classified(header http.Header) *http.Request {
	contentType, _ := rpcType(header)
	if contentType == "" {
		contentType = "application/json"
	}
	return &http.Request{Method: http.MethodPost, Header: http.Header{"Content-Type": {contentType}}}
}
