// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/testing/protocmp"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// An arrival is an error as a handler returns it, and what its caller must find in it.
type arrival struct {
	err      error
	code     mapping.Code
	message  string
	metadata map[string]string
	fields   []mapping.Field
	payload  string
	retry    time.Duration
	details  int
}

// arrivals has every entry and every reason, bare and with all that an error can carry, and the ways
// of wrapping one.
func arrivals() (all []arrival) {
	for _, entry := range errpactv1err.Catalogue.Codes() {
		for _, code := range append([]mapping.Code{entry}, entry.Reasons()...) {
			bare := arrival{err: code, code: code, message: code.Message()}
			bare.retry, _ = code.New("").RetryDelay()
			all = append(all, bare, laden(code))
		}
	}
	entry := errpactv1err.NotExist.WithMetadata("k", "v")
	for _, err := range []error{
		fmt.Errorf("find: %w", entry),
		errors.Join(errors.New("other"), entry),
		connect.NewError(connect.CodeInternal, entry),
		wrapped(errors.Join(connect.NewWireError(connect.CodeAborted, errPlain), entry)),
	} {
		all = append(all, arrival{
			err: err, code: errpactv1err.NotExist, message: errpactv1err.NotExist.Message(), metadata: map[string]string{"k": "v"},
		})
	}
	return all
}

// laden has all that an error can carry.
func laden(code mapping.Code) arrival {
	a := arrival{
		code: code, message: "message of its own, ünïcode ✓ and 100%", details: 1,
		metadata: map[string]string{"folder_id": "f-1", "other": "ä%\n"},
		fields:   []mapping.Field{{Path: "folder.name", Description: "too long"}, {Path: "folder.size", Description: "too big"}},
		payload:  `{"left":3}`, retry: 1500 * time.Millisecond,
	}
	a.err = code.New(a.message).WithMetadata("folder_id", "f-1").WithMetadata("other", "ä%\n").
		WithField("folder.name", "too long").WithField("folder.size", "too big").
		WithPayload(map[string]int{"left": 3}).WithRetryDelay(a.retry).
		WithDetail(&errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{Subject: "disk"}}}).
		Wrap(errPlain)
	return a
}

// Errors returns every entry and every reason as handlers return them, bare and with all that an error can
// carry, and the ways of wrapping one.
func Errors() []error { return errorsOf(arrivals()) }

func errorsOf(all []arrival) []error {
	errs := make([]error, len(all))
	for i, a := range all {
		errs[i] = a.err
	}
	return errs
}

func (s Stack) everyEntryArrives(t *testing.T) {
	all := arrivals()
	server := s.serve(t, returning(errorsOf(all)...))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		client := w.Dial(t, server, Calling{})
		for i := range halfOf(w, len(all)) {
			a := all[i]
			header := caseOf(i)
			if i%4 < 2 {
				header.Set(SendFirst, "yes")
			}
			s.checkArrival(t, a, Call(t.Context(), client, procedure, header))
			w.checkSilent(t, server, procedure, header)
		}
	})
}

func (s Stack) checkArrival(t *testing.T, a arrival, err error) {
	t.Helper()
	found, ok := mapping.From(err)
	if !ok {
		t.Fatalf("%v: the caller got %v", a.err, err)
	}
	if !errors.Is(err, a.code) || found.Code().Number() != a.code.Number() || found.Reason() != a.code.Reason() {
		t.Errorf("%v arrived as %v/%q", a.code, found.Code(), found.Reason())
	}
	if found.Message() != a.message || found.ConnectCode() != a.code.ConnectCode() || found.HTTPStatus() != a.code.HTTPStatus() {
		t.Errorf("%v arrived as %q, %d, %d", a.code, found.Message(), found.ConnectCode(), found.HTTPStatus())
	}
	if !found.Remote() || found.Inferred() {
		t.Errorf("%v: Remote = %v, Inferred = %v", a.code, found.Remote(), found.Inferred())
	}
	if diff := cmp.Diff(a.metadata, found.Metadata()); diff != "" {
		t.Errorf("%v: Metadata (-want +got):\n%s", a.code, diff)
	}
	if diff := cmp.Diff(a.fields, found.Fields()); diff != "" {
		t.Errorf("%v: Fields (-want +got):\n%s", a.code, diff)
	}
	if retry, ok := found.RetryDelay(); retry != a.retry || ok != (a.retry > 0) {
		t.Errorf("%v: RetryDelay = %v, %v, want %v", a.code, retry, ok, a.retry)
	}
	if len(found.Details()) != a.details {
		t.Errorf("%v: Details = %v", a.code, found.Details())
	}
	if (found.RequestID() != "") != (a.code.HTTPStatus() >= 500) {
		t.Errorf("%v: RequestID = %q", a.code, found.RequestID())
	}
	a.checkDetails(t, err)
	s.checkNative(t, a, err)
}

// checkDetails reads what a client without errpact reads.
func (a arrival) checkDetails(t *testing.T, err error) {
	t.Helper()
	detail, _ := mapping.Detail[*errpactv1.ErrorDetail](err)
	number := errpactv1.ErrorCode(a.code.Number())
	want := &errpactv1.ErrorDetail{Code: &number, Reason: a.code.Reason(), DetailsJson: a.payload}
	if diff := cmp.Diff(want, detail, protocmp.Transform()); diff != "" {
		t.Errorf("%v: ErrorDetail (-want +got):\n%s", a.code, diff)
	}
	info, _ := mapping.Detail[*errdetails.ErrorInfo](err)
	if info.GetDomain() != "errpact.dev" || info.GetReason() == "" || len(info.GetMetadata()) != len(a.metadata) {
		t.Errorf("%v: ErrorInfo = %v", a.code, info)
	}
	if payload, ok := mapping.Payload[map[string]int](err); ok != (a.payload != "") || ok && payload["left"] != 3 {
		t.Errorf("%v: Payload = %v, %v", a.code, payload, ok)
	}
	if _, ok := mapping.Detail[*errdetails.QuotaFailure](err); ok != (a.details > 0) {
		t.Errorf("%v: Detail[QuotaFailure] = %v", a.code, ok)
	}
}

// checkNative: what worked without errpact works on.
func (s Stack) checkNative(t *testing.T, a arrival, err error) {
	t.Helper()
	native, ok := s.Native(err)
	if !ok {
		t.Fatalf("%v: no error of the framework's in %v", a.code, err)
	}
	if native.Code != uint32(a.code.ConnectCode()) || native.Message != a.message || len(native.Details) < 2 {
		t.Errorf("%v: the framework's error is %d %q with %v", a.code, native.Code, native.Message, native.Details)
	}
	if native.MayTell && !native.Wire {
		t.Errorf("%v: to the framework it is no error of a server", a.code)
	}
}
