// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/exported"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// noContext is what a caller passes who has none.
var noContext context.Context

// TestG7ExportedFunctionsTakeNil has a row for every exported function and method.
func TestG7ExportedFunctionsTakeNil(t *testing.T) {
	rows := map[string]func(*testing.T){
		"New":            func(t *testing.T) { checkNilErrors(t, interceptor.New(nil, nil)) },
		"WithPolicy":     func(t *testing.T) { checkNilErrors(t, interceptor.New(interceptor.WithPolicy(nil))) },
		"WithRelay":      func(t *testing.T) { checkNilErrors(t, interceptor.New(interceptor.WithRelay())) },
		"WithSkip":       func(t *testing.T) { checkNilErrors(t, interceptor.New(interceptor.WithSkip(nil))) },
		"LimitResponses": checkNilTransports,
		"Interceptor.WrapUnary": func(t *testing.T) {
			for _, i := range nilInterceptors {
				if i.WrapUnary(nil) != nil {
					t.Errorf("nothing was wrapped, and became something")
				}
				checkNilErrors(t, i)
				checkNoContext(t, i)
			}
		},
		"Interceptor.WrapStreamingHandler": func(t *testing.T) {
			for _, i := range nilInterceptors {
				if i.WrapStreamingHandler(nil) != nil {
					t.Errorf("nothing was wrapped, and became something")
				}
			}
		},
		"Interceptor.WrapStreamingClient": func(t *testing.T) {
			for _, i := range nilInterceptors {
				if i.WrapStreamingClient(nil) != nil {
					t.Errorf("nothing was wrapped, and became something")
				}
			}
		},
	}
	want, err := exported.Functions(".")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("rows (-exported +tested):\n%s", diff)
	}
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	defer slog.SetDefault(before)
	for name, row := range rows {
		t.Run(name, row)
	}
}

// TestG7GeneratedErrorsHaveNoFunctions: what a catalogue generates is variables alone.
func TestG7GeneratedErrorsHaveNoFunctions(t *testing.T) {
	got, err := exported.Functions("../gen/errpact/v1/errpactv1err")
	if err != nil || len(got) != 0 {
		t.Errorf("generated errors have functions without a test: %v, %v", got, err)
	}
}

var nilInterceptors = []*interceptor.Interceptor{nil, {}}

// checkNilErrors runs the suite's typed nils with an interceptor on both sides.
func checkNilErrors(t *testing.T, i *interceptor.Interceptor) {
	t.Helper()
	suite.G7InTurns(t, newStack(func() *interceptor.Interceptor { return i }))
}

// checkNoContext: a handler's own test may have none. A Connect client panics without one by itself.
func checkNoContext(t *testing.T, i *interceptor.Interceptor) {
	t.Helper()
	for _, err := range append([]error{errpactv1err.NotExist, errors.New("x")}, suite.NilErrors()...) {
		_, got := i.WrapUnary(func(context.Context, connect.AnyRequest) (connect.AnyResponse, error) {
			return nil, err
		})(noContext, connect.NewRequest(wrapperspb.String("x")))
		if _, ok := mapping.From(got); !ok || got == nil {
			t.Errorf("without a context %T became %v", err, got)
		}
	}
}

// answering is a transport that gives what it has.
type answering struct {
	res *http.Response
	err error
}

func (a answering) RoundTrip(*http.Request) (*http.Response, error) { return a.res, a.err }

func checkNilTransports(t *testing.T) {
	server := serveErrors(t)
	var none *http.Transport
	for _, base := range []http.RoundTripper{nil, none, http.RoundTripper(nil)} {
		transport := interceptor.LimitResponses(base)
		if res, err := transport.RoundTrip(nil); res != nil || err == nil {
			t.Errorf("no request was answered with %v, %v", res, err)
		}
		transport.(interface{ CloseIdleConnections() }).CloseIdleConnections()
		client := connect.NewClient[text, text](&http.Client{Transport: transport}, server.URL+unary)
		if err := call(t.Context(), client, unary, nil); err != nil {
			t.Errorf("a nil transport is not the default: %v", err)
		}
	}
	for name, a := range map[string]answering{
		"no answer": {}, "zero answer": {res: new(http.Response)}, "no body": {res: &http.Response{StatusCode: 200}},
		"no header": {res: &http.Response{StatusCode: 500, Body: http.NoBody}},
		"typed nil": {err: (*net.OpError)(nil)},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		if res, err := interceptor.LimitResponses(a).RoundTrip(req); res != a.res || err != a.err {
			t.Errorf("%s became %v, %v", name, res, err)
		}
	}
}

func TestG7NoZeroValuePanics(t *testing.T) {
	exported.CheckZero(t, ".", new(interceptor.Interceptor))
}
