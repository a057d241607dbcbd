// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package compare_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

func TestConnectSendsTheTextOfPlainErrors(t *testing.T) {
	plain := errors.New(private)
	if err := alone().call(t, plain); !strings.Contains(err.Error(), private) {
		t.Errorf("Connect alone: error = %q, want it to contain %q", err, private)
	}
	if err := withErrpact().call(t, plain); !errors.Is(err, errpactv1err.Unknown) || strings.Contains(err.Error(), private) {
		t.Errorf("errpact: error = %q, want UNKNOWN without %q", err, private)
	}
}

func TestConnectSendsAnotherServicesErrorAsItsOwn(t *testing.T) {
	theirs := connect.NewError(connect.CodeNotFound, errors.New(private))
	if err := alone().dial(t, alone().dial(t, fails(theirs)))(t.Context()); connect.CodeOf(err) != connect.CodeNotFound || !strings.Contains(err.Error(), private) {
		t.Errorf("Connect alone: error = %q, want not_found with the other service's text", err)
	}
	err := withErrpact().dial(t, withErrpact().dial(t, fails(theirs)))(t.Context())
	if !errors.Is(err, errpactv1err.ExternalServiceRejected) || strings.Contains(err.Error(), private) {
		t.Errorf("errpact: error = %q, want EXTERNAL_SERVICE, REJECTED, without the other service's text", err)
	}
}

func fails(err error) func(context.Context) error { return func(context.Context) error { return err } }

func TestConnectAnswersNothingAfterAPanic(t *testing.T) {
	panics := func(context.Context) error { panic(private) }
	if err := alone().dial(t, panics)(t.Context()); err == nil || connect.IsWireError(err) {
		t.Errorf("Connect alone: error = %v, want one that no server sent", err)
	}
	recovering := side{handler: []connect.HandlerOption{connect.WithRecover(func(context.Context, connect.Spec, http.Header, any) error {
		return connect.NewError(connect.CodeInternal, errors.New("oops"))
	})}}
	if err := recovering.dial(t, panics)(t.Context()); connect.CodeOf(err) != connect.CodeInternal || !connect.IsWireError(err) {
		t.Errorf("Connect with WithRecover: error = %v, want internal from the server", err)
	}
	if err := withErrpact().dial(t, panics)(t.Context()); !connect.IsWireError(err) || !errors.Is(err, errpactv1err.Unknown) {
		t.Errorf("errpact: error = %v, want UNKNOWN from the server", err)
	}
}

func TestConnectClientsFindNoSentinel(t *testing.T) {
	sentinel := errors.New("folder does not exist")
	if err := alone().call(t, connect.NewError(connect.CodeNotFound, sentinel)); errors.Is(err, sentinel) {
		t.Errorf("Connect alone: %v is the server's own error", err)
	}
	if err := withErrpact().call(t, errpactv1err.NotExist); !errors.Is(err, errpactv1err.NotExist) {
		t.Errorf("errpact: error = %v, want NOT_EXIST", err)
	}
}

func TestConnectSendsDetailsThatErrpactDrops(t *testing.T) {
	const size = 10_000
	large := &errdetails.ResourceInfo{Description: strings.Repeat("x", size)}
	detail, err := connect.NewErrorDetail(large)
	if err != nil {
		t.Fatal(err)
	}
	byHand := connect.NewError(connect.CodeNotFound, errors.New("no such folder"))
	byHand.AddDetail(detail)
	received, ok := errors.AsType[*connect.Error](alone().call(t, byHand))
	if !ok || len(received.Details()) != 1 || len(received.Details()[0].Bytes()) < size {
		t.Errorf("Connect alone: error = %v, want it with a detail of %d bytes", received, size)
	}
	err = withErrpact().call(t, errpactv1err.NotExist.WithDetail(large))
	if _, ok := mapping.Detail[*errdetails.ResourceInfo](err); ok || !errors.Is(err, errpactv1err.NotExist) {
		t.Errorf("errpact: error = %v with the detail: %t, want NOT_EXIST without it", err, ok)
	}
}
