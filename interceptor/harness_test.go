// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/forge"
	"github.com/errpact/errpact/internal/testkit/stackv1"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// text is the message of every request and response, so that no generated stubs are needed.
type text = wrapperspb.StringValue

const (
	unary        = suite.Unary
	clientStream = suite.ClientStream
	serverStream = suite.ServerStream
	bidiStream   = suite.BidiStream
)

// stack is Connect v1 with errpact on both sides.
var stack = newStack(nil)

// newStack is the stack with an interceptor of a test's on both sides, if that gives one.
func newStack(own func() *interceptor.Interceptor) suite.Stack {
	s := stackv1.New(own)
	s.Places = func(tb testing.TB) []suite.Place { return placesOf(tb, own) }
	return s
}

var procedures = []string{unary, clientStream, serverStream, bidiStream}

const caseHeader = "Test-Case"

func caseOf(i int) http.Header { return http.Header{caseHeader: {strconv.Itoa(i)}} }

// serveErrors answers with the error that the request's header asks for, and else with a success.
func serveErrors(t *testing.T, errs ...error) suite.Server {
	t.Helper()
	return stack.Serve(t, suite.Service{Answer: func(_ context.Context, header suite.Header) error {
		if i, err := strconv.Atoi(header.Get(caseHeader)); err == nil {
			return errs[i]
		}
		return nil
	}})
}

// intercepted is the interceptor with a policy, silent unless the options say otherwise.
func intercepted(t *testing.T, options ...mapping.Option) connect.Option {
	t.Helper()
	policy, err := mapping.NewPolicy(append([]mapping.Option{mapping.WithReport(nil)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy)))
}

// A way is how a call is made: protocol, codec and version of HTTP.
type way = stackv1.Way

var ways = stackv1.Ways

// everyWay runs a test for each procedure in each way in which it can be called.
func everyWay(t *testing.T, test func(t *testing.T, procedure string, w way)) {
	t.Helper()
	for _, w := range ways {
		for _, procedure := range procedures {
			if procedure == bidiStream && !w.HTTP2 {
				continue
			}
			t.Run(w.Name+procedure[strings.LastIndexByte(procedure, '/'):], func(t *testing.T) { test(t, procedure, w) })
		}
	}
}

// newClient is a client for one procedure, without compression.
func newClient(client connect.HTTPClient, base, procedure string, w way, options ...connect.ClientOption) *connect.Client[text, text] {
	all := append([]connect.ClientOption{connect.WithAcceptCompression("gzip", nil, nil)}, w.Options...)
	return connect.NewClient[text, text](client, base+procedure, append(all, options...)...)
}

// decoding is a client's side of the interceptor.
func decoding(options ...interceptor.Option) connect.ClientOption {
	return connect.WithInterceptors(interceptor.New(options...))
}

// call makes one call, as such a procedure is usually called, and gives the error where it surfaces.
func call(ctx context.Context, client *connect.Client[text, text], procedure string, header http.Header) error {
	return suite.Call(ctx, stackv1.Client{procedure: client}, procedure, header)
}

func frame(flags byte, message []byte) []byte { return forge.Frame(flags, message) }
