// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect/v2"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

func TestG1G9WhatNobodyMappedIsOpaqueAndTheProcessLives(t *testing.T) {
	failures := opaque.Failures()
	fails := make([]func() error, len(failures))
	for i, f := range failures {
		fails[i] = f.Fail
	}
	seen := new(reported.Reports)
	server := newServer(cases(fails...), intercepted(t, mapping.WithRules(opaque.PanickyRule()), mapping.WithReport(seen.Add)))
	everyWay(t, server, func(t *testing.T, spec connect.Spec, transport connect.Transport, _ way) {
		client := connect.NewClient(transport, connectv2.NewClientInterceptor())
		for i, f := range failures {
			err := call(caseOf(t.Context(), i), client, spec)
			found, ok := mapping.From(err)
			if !ok || found.Code() != errpactv1err.Unknown || found.Inferred() || found.Message() != errpactv1err.Unknown.Message() ||
				connect.CodeOf(err) != connect.CodeUnknown || len(found.Details()) != 0 || strings.Contains(fmt.Sprintf("%+v", err), canary) {
				t.Errorf("%s: the caller got %+v", f.Name, err)
			}
			all := seen.Take()
			if len(all) != 1 || (all[0].Panic != nil) != f.Panics || (len(all[0].Stack) > 0) != f.Panics || all[0].Procedure != spec.Procedure {
				t.Errorf("%s: reports %+v", f.Name, all)
			}
		}
		if err := call(t.Context(), client, spec); err != nil {
			t.Errorf("after all that, a success is %v", err)
		}
	})
}

// TestG9AbortHandlerAborts: by HTTP no answer of the server's comes. What Connect makes of it in process is
// its own.
func TestG9AbortHandlerAborts(t *testing.T) {
	seen := new(reported.Reports)
	server := newServer(cases(func() error { panic(http.ErrAbortHandler) }), intercepted(t, mapping.WithReport(seen.Add)))
	everyWay(t, server, func(t *testing.T, spec connect.Spec, transport connect.Transport, w way) {
		client := connect.NewClient(transport, connectv2.NewClientInterceptor())
		err := call(caseOf(t.Context(), 0), client, spec)
		if e, ok := errors.AsType[*connect.Error](err); err == nil || !w.inProcess && ok && e.IsRemote() {
			t.Errorf("an aborted answer is %v", err)
		}
		if all := seen.Take(); len(all) != 0 {
			t.Errorf("%d reports", len(all))
		}
		if err := call(t.Context(), client, spec); err != nil {
			t.Errorf("after it, a success is %v", err)
		}
	})
}

func TestG9ThePanickingReportHookHarmsNobody(t *testing.T) {
	server := newServer(func(context.Context) error { return errpactv1err.Database },
		intercepted(t, mapping.WithReport(func(context.Context, mapping.Report) { panic(canary) })))
	everyWay(t, server, func(t *testing.T, spec connect.Spec, transport connect.Transport, _ way) {
		if err := call(t.Context(), connect.NewClient(transport, connectv2.NewClientInterceptor()), spec); !errors.Is(err, errpactv1err.Database) {
			t.Errorf("the caller got %v", err)
		}
	})
}
