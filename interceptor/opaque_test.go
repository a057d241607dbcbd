// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

func malformed(name string) *anypb.Any {
	return &anypb.Any{TypeUrl: "x/" + name, Value: []byte("\xff" + canary)}
}

func TestG1G9WhatNobodyMappedIsOpaqueAndTheProcessLives(t *testing.T) {
	failures := opaque.Failures()
	cases := make([]func() error, len(failures))
	for i, f := range failures {
		cases[i] = f.Fail
	}
	seen := new(reported.Reports)
	server := loopback.Serve(t, newMux(failCase(cases), intercepted(t, mapping.WithRules(opaque.PanickyRule), mapping.WithReport(seen.Add))))
	everyWay(t, func(t *testing.T, procedure string, w way) {
		record := &recorder{RoundTripper: newTransport(t, w.http2)}
		client := newClient(&http.Client{Transport: record}, server.URL, procedure, w, decoding())
		for i, f := range failures {
			header := caseOf(i)
			header.Set("X-Request-Id", "id-of-caller")
			err := call(t.Context(), client, procedure, header)
			checkUnknown(t, f.Name, err)
			checkReport(t, f.Name, seen.Take(), procedure, f.Panics)
		}
		if err := call(t.Context(), client, procedure, nil); err != nil {
			t.Errorf("after all that, a success is %v", err)
		}
		if raw := record.bytes(); hasCanary(raw) {
			t.Errorf("the canary is in an answer:\n%q", raw)
		}
	})
}

func failCase(cases []func() error) answerer {
	return func(_ context.Context, header http.Header) error {
		if header.Get(caseHeader) == "" {
			return nil
		}
		var i int
		_, _ = fmt.Sscan(header.Get(caseHeader), &i)
		return cases[i]()
	}
}

func checkUnknown(t *testing.T, name string, err error) {
	t.Helper()
	found, ok := mapping.From(err)
	if !ok || found.Code() != errpactv1err.Unknown || found.Inferred() {
		t.Errorf("%s: the caller got %v", name, err)
		return
	}
	if found.Message() != errpactv1err.Unknown.Message() || found.ConnectCode() != 2 || len(found.Details()) != 0 {
		t.Errorf("%s: the caller got %q, %d, %v", name, found.Message(), found.ConnectCode(), found.Details())
	}
	if found.RequestID() != "id-of-caller" {
		t.Errorf("%s: RequestID = %q", name, found.RequestID())
	}
}

func checkReport(t *testing.T, name string, all []mapping.Report, procedure string, panicked bool) {
	t.Helper()
	if len(all) != 1 {
		t.Errorf("%s: %d reports", name, len(all))
		return
	}
	r := all[0]
	if (r.Panic != nil) != panicked || (len(r.Stack) > 0) != panicked {
		t.Errorf("%s: Panic = %v with %d bytes of stack", name, r.Panic != nil, len(r.Stack))
	}
	if r.Procedure != procedure || r.RequestID != "id-of-caller" || r.Stage != mapping.StageHandler || r.CallerGone || r.Sent == nil {
		t.Errorf("%s: report of %q, %q, %q", name, r.Procedure, r.RequestID, r.Stage)
	}
	if panicked && !strings.Contains(string(r.Stack), "goroutine") {
		t.Errorf("%s: Stack = %.80q", name, r.Stack)
	}
}

func TestG1PrivatePartsStayInTheProcess(t *testing.T) {
	debug := &errdetails.DebugInfo{Detail: canary, StackEntries: []string{canary}}
	packed, err := anypb.New(debug)
	if err != nil {
		t.Fatal(err)
	}
	local := connect.NewError(connect.CodeNotFound, errors.New("public"))
	detail, err := connect.NewErrorDetail(debug)
	if err != nil {
		t.Fatal(err)
	}
	local.AddDetail(detail)
	errs := []error{
		errpactv1err.NotExist.Wrap(errors.New(canary)),
		errpactv1err.NotExist.WithDetail(debug),
		errpactv1err.NotExist.WithDetail(packed),
		errpactv1err.NotExist.WithDetail(malformed("google.rpc.DebugInfo")),
		errpactv1err.NotExist.Errorf("a: %w, %v, %s", errors.New(canary), errors.New(canary), opaque.PanickyError{}),
		local,
		connect.NewError(connect.CodeUnknown, errors.New(canary)),
		connect.NewError(connect.CodeInternal, errors.New(canary)),
		connect.NewError(connect.CodeDataLoss, errors.New(canary)),
		connect.NewError(connect.CodeUnavailable, errors.New(canary)),
		connect.NewError(connect.CodeDeadlineExceeded, errors.New(canary)),
		connect.NewError(0, errors.New(canary)),
		connect.NewError(17, errors.New(canary)),
	}
	server := serveErrors(t, answerCase(errs))
	everyWay(t, func(t *testing.T, procedure string, w way) {
		record := &recorder{RoundTripper: newTransport(t, w.http2)}
		client := newClient(&http.Client{Transport: record}, server.URL, procedure, w, decoding())
		for i := range errs {
			if err := call(t.Context(), client, procedure, caseOf(i)); err == nil {
				t.Errorf("case %d succeeded", i)
			}
		}
		if raw := record.bytes(); hasCanary(raw) {
			t.Errorf("the canary is in an answer:\n%q", raw)
		}
	})
}

func TestG9AbortHandlerAborts(t *testing.T) {
	seen := new(reported.Reports)
	server := serveErrors(t, func(_ context.Context, header http.Header) error {
		if header.Get(caseHeader) == "" {
			return nil
		}
		panic(http.ErrAbortHandler)
	}, mapping.WithReport(seen.Add))
	everyWay(t, func(t *testing.T, procedure string, w way) {
		record := &recorder{RoundTripper: newTransport(t, w.http2)}
		client := newClient(&http.Client{Transport: record}, server.URL, procedure, w, decoding())
		err := call(t.Context(), client, procedure, caseOf(0))
		if err == nil || connect.IsWireError(err) {
			t.Errorf("an aborted answer is %v", err)
		}
		if raw := record.bytes(); len(raw) != 0 && procedure != bidiStream { // which has sent messages before
			t.Errorf("an aborted answer has %q", raw)
		}
		if all := seen.Take(); len(all) != 0 {
			t.Errorf("%d reports", len(all))
		}
		if err := call(t.Context(), client, procedure, nil); err != nil {
			t.Errorf("after it, a success is %v", err)
		}
	})
}

func TestG9ThePanickingReportHookHarmsNobody(t *testing.T) {
	server := serveErrors(t, answerCase([]error{errors.New(canary), errpactv1err.NotExist}),
		mapping.WithReport(func(context.Context, mapping.Report) { panic(canary) }))
	everyWay(t, func(t *testing.T, procedure string, w way) {
		client := newClient(&http.Client{Transport: newTransport(t, w.http2)}, server.URL, procedure, w, decoding())
		if err := call(t.Context(), client, procedure, caseOf(0)); !errors.Is(err, errpactv1err.Unknown) {
			t.Errorf("the caller got %v", err)
		}
		if err := call(t.Context(), client, procedure, caseOf(1)); !errors.Is(err, errpactv1err.NotExist) {
			t.Errorf("the caller got %v", err)
		}
	})
}
