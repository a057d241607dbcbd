// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"errors"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
)

// A policy is a configuration that servers run with. Each has a hand-written row that does the same work.
type policy struct {
	name string
	// reports calls a function for every error, and helps sends a link with it.
	reports, helps bool
}

var (
	defaults = policy{name: "default"}
	policies = []policy{defaults, {name: "report", reports: true}, {name: "help", helps: true}, {"both", true, true}}
)

// The link's description is the entry's resolution, as errpact sends it.
const (
	entryName  = "ERROR_CODE_NOT_EXIST"
	resolution = "Check the path and the identifiers in it."
	helpPage   = "https://docs.example.com/errors#"
)

// interceptor returns errpact's interceptor with this policy.
func (p policy) interceptor(tb testing.TB, to *recorder) *interceptor.Interceptor {
	tb.Helper()
	var options []mapping.Option
	if p.reports {
		options = append(options, mapping.WithReport(to.report))
	}
	if p.helps {
		options = append(options, mapping.WithHelp(func(c mapping.Code) string { return helpPage + c.Name() }))
	}
	if options == nil {
		return interceptor.New()
	}
	made, err := mapping.NewPolicy(options...)
	if err != nil {
		tb.Fatal(err)
	}
	return interceptor.New(interceptor.WithPolicy(made))
}

// fail returns the error of a handler that adds the link by hand.
func (p policy) fail(f failure) func() error {
	if !p.helps {
		return f.byHand
	}
	return func() error {
		err := f.byHand()
		if e, ok := errors.AsType[*connect.Error](err); ok {
			addDetail(e, &errdetails.Help{Links: []*errdetails.Help_Link{{Description: resolution, Url: helpPage + entryName}}})
		}
		return err
	}
}

// byHand returns the interceptors of a server without errpact.
func (p policy) byHand(to *recorder) []connect.Interceptor {
	if !p.reports {
		return nil
	}
	return []connect.Interceptor{to.interceptor()}
}

// facts describe an error to the operators of a server.
type facts struct {
	Procedure, RequestID, Message, Stage string
	Code                                 uint32
	Err                                  error
}

// A recorder keeps the facts of the last error.
type recorder struct{ last facts }

func (r *recorder) report(_ context.Context, told mapping.Report) {
	r.record(facts{
		told.Procedure, told.RequestID, told.Sent.Message(), string(told.Stage), uint32(told.Sent.ConnectCode()), told.Err,
	})
}

// record is not inlined: a report is a call, by hand too.
//
//go:noinline
func (r *recorder) record(f facts) { r.last = f }

// interceptor records an error by hand.
func (r *recorder) interceptor() connect.UnaryInterceptorFunc {
	return func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			res, err := next(ctx, req)
			if err == nil {
				return res, nil
			}
			f := facts{
				Procedure: req.Spec().Procedure, RequestID: req.Header().Get("X-Request-Id"), Stage: "handler",
				Code: uint32(connect.CodeOf(err)), Err: err,
			}
			if e, ok := errors.AsType[*connect.Error](err); ok {
				f.Message = e.Message()
			}
			r.record(f)
			return nil, err
		}
	}
}
