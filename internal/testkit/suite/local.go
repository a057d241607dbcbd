// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/mapping"
)

// localCodes are a handler's own errors of a framework: the code that goes out, the text that stands in for
// the handler's where that does not go out, and the number that a receiver infers.
var localCodes = []struct {
	made, sent connect.Code
	instead    string
	number     int32
}{
	{0, connect.CodeUnknown, "Unknown server side error occurred", 0},
	{connect.CodeCanceled, connect.CodeCanceled, "", 0},
	{connect.CodeUnknown, connect.CodeUnknown, "Unknown server side error occurred", 0},
	{connect.CodeInvalidArgument, connect.CodeInvalidArgument, "", 4},
	{connect.CodeDeadlineExceeded, connect.CodeDeadlineExceeded, "Gateway Timeout", 0},
	{connect.CodeNotFound, connect.CodeNotFound, "", 10},
	{connect.CodeAlreadyExists, connect.CodeAlreadyExists, "", 4},
	{connect.CodePermissionDenied, connect.CodePermissionDenied, "", 9},
	{connect.CodeResourceExhausted, connect.CodeResourceExhausted, "", 0},
	{connect.CodeFailedPrecondition, connect.CodeFailedPrecondition, "", 4},
	{connect.CodeAborted, connect.CodeAborted, "", 4},
	{connect.CodeOutOfRange, connect.CodeOutOfRange, "", 4},
	{connect.CodeUnimplemented, connect.CodeUnimplemented, "", 2},
	{connect.CodeInternal, connect.CodeInternal, "Unknown server side error occurred", 0},
	{connect.CodeUnavailable, connect.CodeUnavailable, "Service Unavailable", 11},
	{connect.CodeDataLoss, connect.CodeDataLoss, "Critical database error", 12},
	{connect.CodeUnauthenticated, connect.CodeUnauthenticated, "", 6},
	{17, connect.CodeUnknown, "Unknown server side error occurred", 0},
	{math.MaxUint32, connect.CodeUnknown, "Unknown server side error occurred", 0},
}

const ownWords = "words of the handler, 100% ünïcode"

// A local is a framework whose errors handlers return.
type local struct {
	name   string
	make   func(code connect.Code, message string, details []*anypb.Any) error
	public bool
	meta   bool
}

// locals are the stack's own errors, and those of both versions of Connect: a service moves from one
// framework to another step by step.
func (s Stack) locals() []local {
	return []local{
		{"of the stack", func(code connect.Code, message string, details []*anypb.Any) error {
			return s.Local(uint32(code), message, details...)
		}, s.PublicMessages, false},
		{"of Connect v1", newV1, false, s.Metadata},
		{"of Connect v2", newV2, true, false},
	}
}

func newV1(code connect.Code, message string, details []*anypb.Any) error {
	e := connect.NewError(code, errors.New(message))
	e.Meta().Add("X-Of-Handler", "one")
	e.Meta().Add("X-Of-Handler", "two")
	e.Meta()["content-length"] = []string{"7"} // breaks gRPC-Web, spelled so
	for _, each := range details {
		if each == nil {
			e.AddDetail(nil)
			continue
		}
		detail, err := connect.NewErrorDetail(each)
		if err != nil {
			panic(err)
		}
		e.AddDetail(detail)
	}
	return e
}

func newV2(code connect.Code, message string, details []*anypb.Any) error {
	e := connectv2.NewError(connectv2.Code(code), message)
	for _, each := range details {
		if each == nil {
			e = e.WithDetail(nil)
			continue
		}
		e = e.WithDetail(&connectv2.ErrorDetail{Type: string(each.MessageName()), Value: each.GetValue()})
	}
	return e
}

// localErrors tests that a framework's error goes out as the handler made it, without what is not for the
// caller.
func localErrors(t *testing.T, s Stack) {
	details := []*anypb.Any{
		pack(t, &errdetails.DebugInfo{Detail: canary}), pack(t, wrapperspb.String("first")), pack(t, &errdetails.QuotaFailure{}),
		pack(t, wrapperspb.String("second")), {TypeUrl: "elsewhere.example/no.such.Type", Value: []byte{0xff, 1}}, nil,
	}
	for _, l := range s.locals() {
		errs := make([]error, len(localCodes))
		for i, c := range localCodes {
			errs[i] = l.make(c.made, ownWords, details)
		}
		t.Run(l.name, func(t *testing.T) { s.localErrorsOf(t, l, errs) })
		t.Run(l.name+", with every message as written", func(t *testing.T) { s.localErrorsOf(t, l, errs, mapping.WithConnectMessages()) })
	}
}

func (s Stack) localErrorsOf(t *testing.T, l local, errs []error, options ...mapping.Option) {
	server := s.serve(t, returning(errs...), options...)
	asWritten := len(options) > 0
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		client := w.Dial(t, server, Calling{})
		for i := range halfOf(w, len(localCodes)) {
			c := localCodes[i]
			if errs[i] == nil {
				continue
			}
			message := ownWords
			if c.instead != "" && !l.public && !asWritten {
				message = c.instead
			}
			err := Call(t.Context(), client, procedure, caseOf(i))
			s.checkLocal(t, l, err, uint32(c.sent), message, !asWritten && mapping.ConnectCode(c.sent).HTTPStatus() >= 500)
			if found, _ := mapping.From(err); !found.Inferred() || found.Code().Number() != c.number {
				t.Errorf("%v was inferred to be %v", c.made, found.Code())
			}
			w.checkSilent(t, server, procedure, caseOf(i))
		}
	})
}

// checkLocal looks at what a caller without errpact receives.
func (s Stack) checkLocal(t *testing.T, l local, err error, code uint32, message string, hasID bool) {
	t.Helper()
	native, ok := s.Native(err)
	if !ok || native.Code != code || native.Message != message {
		t.Errorf("the caller got %v, want %v: %q", err, connect.Code(code), message)
		return
	}
	if l.meta {
		if diff := cmp.Diff([]string{"one", "two"}, native.Header.Values("X-Of-Handler")); diff != "" {
			t.Errorf("%v: the handler's headers (-want +got):\n%s", connect.Code(code), diff)
		}
	}
	var types []string
	for _, d := range native.Details {
		types = append(types, string(d.MessageName()))
		if d.MessageName() == "no.such.Type" && !bytes.Equal(d.GetValue(), []byte{0xff, 1}) {
			t.Errorf("%v: a detail's bytes became %x", connect.Code(code), d.GetValue())
		}
	}
	want := []string{"google.protobuf.StringValue", "google.rpc.QuotaFailure", "google.protobuf.StringValue", "no.such.Type"}
	if hasID {
		want = slices.Insert(want, 0, "google.rpc.RequestInfo")
	}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Errorf("%v: details (-want +got):\n%s", connect.Code(code), diff)
	}
}
