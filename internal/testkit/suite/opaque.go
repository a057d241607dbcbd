// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// canary is planted where it must not come out.
const canary = opaque.Canary

var errPlain = errors.New(canary)

// G1 tests that an error that nobody mapped leaves fixed text only, and that a panic is such an error (G9).
func G1(t *testing.T, s Stack) {
	t.Run("unmapped errors and panics are opaque", s.unmappedIsOpaque)
	t.Run("private parts stay in the process", s.privatePartsStay)
	t.Run("local errors", func(t *testing.T) { localErrors(t, s) })
}

func (s Stack) unmappedIsOpaque(t *testing.T) {
	failures := slices.Concat(opaque.Failures(), s.Opaque)
	fails := make([]func() error, len(failures))
	for i, f := range failures {
		fails[i] = f.Fail
	}
	seen := new(reported.Reports)
	server := s.serve(t, failing(fails...), mapping.WithRules(opaque.PanickyRule()), mapping.WithReport(seen.Add))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		client := w.Dial(t, server, Calling{})
		for i, f := range failures {
			header := caseOf(i)
			header.Set("X-Request-Id", "id-of-caller")
			s.checkOpaque(t, f.Name, Call(t.Context(), client, procedure, header))
			checkReport(t, f, seen.Take(), procedure)
			w.checkSilent(t, server, procedure, header)
			seen.Take()
		}
		if err := Call(t.Context(), client, procedure, nil); err != nil {
			t.Errorf("after all that, a success is %v", err)
		}
	})
}

func (s Stack) checkOpaque(t *testing.T, name string, err error) {
	t.Helper()
	found, ok := mapping.From(err)
	if !ok || found.Code() != errpactv1err.Unknown || found.Inferred() {
		t.Errorf("%s: the caller got %v", name, err)
		return
	}
	native, _ := s.Native(err)
	if native.Code != 2 || native.Message != errpactv1err.Unknown.Message() || len(found.Details()) != 0 {
		t.Errorf("%s: the caller got %q, %d, %v", name, native.Message, native.Code, found.Details())
	}
	if printed := fmt.Sprintf("%+v", err); opaque.Found([]byte(printed)) { // in process the cause is within reach
		t.Errorf("%s: the caller's error prints %s", name, printed)
	}
	if found.Message() != errpactv1err.Unknown.Message() || found.RequestID() != "id-of-caller" {
		t.Errorf("%s: the caller got %q of the request %q", name, found.Message(), found.RequestID())
	}
}

func checkReport(t *testing.T, f opaque.Failure, all []mapping.Report, procedure string) {
	t.Helper()
	if len(all) != 1 {
		t.Errorf("%s: %d reports", f.Name, len(all))
		return
	}
	r := all[0]
	if (r.Panic != nil) != f.Panics || strings.Contains(string(r.Stack), "goroutine") != f.Panics {
		t.Errorf("%s: Panic = %v with the stack %.80q", f.Name, r.Panic != nil, r.Stack)
	}
	if r.Procedure != procedure || r.RequestID != "id-of-caller" || r.Stage != mapping.StageHandler || r.CallerGone || r.Sent == nil {
		t.Errorf("%s: report of %q, %q, %q", f.Name, r.Procedure, r.RequestID, r.Stage)
	}
}

// pack makes a detail of a message.
func pack(t *testing.T, message proto.Message) *anypb.Any {
	t.Helper()
	packed, err := anypb.New(message)
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

func (s Stack) privatePartsStay(t *testing.T) {
	debug := &errdetails.DebugInfo{Detail: canary, StackEntries: []string{canary}}
	entry := errpactv1err.NotExist
	errs := append([]error{
		entry.Wrap(errPlain), entry.WithDetail(debug), entry.WithDetail(pack(t, debug)),
		entry.WithDetail(&anypb.Any{TypeUrl: "x/google.rpc.DebugInfo", Value: []byte("\xff" + canary)}),
		entry.Errorf("a: %w, %v, %s", errPlain, errPlain, opaque.PanickyError{}),
		s.Local(5, "public", pack(t, debug)),
		connectv2.NewError(connectv2.CodeNotFound, "public").WithCause(errPlain),
	}, s.Private...)
	for _, code := range []connect.Code{connect.CodeUnknown, connect.CodeInternal, connect.CodeDataLoss, connect.CodeUnavailable, connect.CodeDeadlineExceeded, 0, 17, 1<<32 - 1} {
		errs = append(errs, connect.NewError(code, errPlain))
	}
	server := s.serve(t, returning(errs...))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		client := w.Dial(t, server, Calling{})
		for i := range errs {
			err := Call(t.Context(), client, procedure, caseOf(i))
			native, _ := s.Native(err)
			if native.Code < 1 || native.Code > 16 {
				t.Errorf("case %d: the caller got %v", i, err)
			}
			w.checkSilent(t, server, procedure, caseOf(i))
		}
	})
}

// G9 tests that a panic harms nobody. Those of handlers are cases of [G1].
func G9(t *testing.T, s Stack) {
	t.Run("a report hook that panics changes no answer", s.panickingReport)
	if s.Aborts {
		t.Run("http.ErrAbortHandler aborts", s.abort)
	}
}

func (s Stack) panickingReport(t *testing.T) {
	errs := []error{errPlain, errpactv1err.NotExist, errpactv1err.Database}
	wants := []mapping.Code{errpactv1err.Unknown, errpactv1err.NotExist, errpactv1err.Database}
	server := s.serve(t, returning(errs...), mapping.WithReport(func(context.Context, mapping.Report) { panic(canary) }))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		client := w.Dial(t, server, Calling{})
		for i, want := range wants {
			if err := Call(t.Context(), client, procedure, caseOf(i)); !errors.Is(err, want) {
				t.Errorf("the caller got %v, want %v", err, want)
			}
			w.checkSilent(t, server, procedure, caseOf(i))
		}
	})
}

// abort: over a network no answer comes from the server. In process the framework makes an error of its own.
func (s Stack) abort(t *testing.T) {
	seen := new(reported.Reports)
	server := s.serve(t, failing(func() error { panic(http.ErrAbortHandler) }), mapping.WithReport(seen.Add))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		client := w.Dial(t, server, Calling{})
		err := Call(t.Context(), client, procedure, caseOf(0))
		if native, _ := s.Native(err); err == nil || w.Protocol != "" && native.Wire {
			t.Errorf("an aborted answer is %v", err)
		}
		if procedure != BidiStream && w.Protocol != "" { // which sends messages before
			s.checkNoBytes(t, w, server, procedure)
		}
		if all := seen.Take(); len(all) != 0 {
			t.Errorf("%d reports", len(all))
		}
		if err := Call(t.Context(), client, procedure, nil); err != nil {
			t.Errorf("after it, a success is %v", err)
		}
	})
}

func (s Stack) checkNoBytes(t *testing.T, w Way, server Server, procedure string) {
	t.Helper()
	body := strings.NewReader(string(w.request(procedure)))
	res, err := transports[w.HTTP2].RoundTrip(w.newRequest(t, server, procedure, caseOf(0), body))
	if err == nil {
		t.Errorf("an aborted answer is %s", res.Status)
		_ = res.Body.Close()
	}
}
