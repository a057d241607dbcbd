// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/internal/testkit/stackv2"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

const canary = opaque.Canary

// text is the message of every request and response, so that no generated stubs are needed.
type text = wrapperspb.StringValue

// stack is Connect v2 with errpact on both sides, over networks and in process.
var stack = newStack()

func newStack() suite.Stack {
	s := stackv2.New()
	s.Places = placesOf
	return s
}

// unary is the first procedure.
var unary = stackv2.Specs[0]

// An answerer is what a procedure does in the end: nil is a success.
type answerer func(context.Context) error

// intercepted is the interceptor with a policy, silent unless the options say otherwise.
func intercepted(t *testing.T, options ...mapping.Option) connect.ServerInterceptor {
	t.Helper()
	return connectv2.NewServerInterceptor(connectv2.WithPolicy(newPolicy(t, options...)))
}

func newPolicy(t *testing.T, options ...mapping.Option) *mapping.Policy {
	t.Helper()
	policy, err := mapping.NewPolicy(append([]mapping.Option{mapping.WithReport(nil)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// mounted is a server's handler.
func mounted(server *connect.Server, options ...connecthttp.Option) http.Handler {
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server, options...)
	return mux
}

// everyWay runs a test for each procedure of a server in each way in which it can be called.
func everyWay(t *testing.T, server *connect.Server, test func(t *testing.T, spec connect.Spec, transport connect.Transport, w stackv2.Way)) {
	t.Helper()
	to := suite.Server{URL: loopback.Serve(t, mounted(server)).URL, Object: server}
	for _, w := range stackv2.Ways {
		transport := w.Transport(t, to, nil)
		for _, spec := range stackv2.Specs {
			if spec.StreamType == connect.StreamTypeBidi && !w.HTTP2 && !w.InProcess {
				continue
			}
			t.Run(w.Name+spec.Procedure[strings.LastIndexByte(spec.Procedure, '/'):], func(t *testing.T) { test(t, spec, transport, w) })
		}
	}
}

// call makes one call, as such a procedure is usually called, and gives the error where it surfaces. The
// clean end of a stream is nil.
func call(ctx context.Context, client *connect.Client, spec connect.Spec, header http.Header) error {
	return suite.Call(ctx, stackv2.Client{Client: client}, spec.Procedure, header)
}
