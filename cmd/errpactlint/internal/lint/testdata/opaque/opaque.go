// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package opaque has handlers that return errors which are no entries.
package opaque

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strconv"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/deep"
	shopv1 "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

type (
	server = shopv1.UnimplementedShopServiceServer
	req    = shopv1.ReturnRequest
	resp   = shopv1.ReturnResponse
)

type foreign struct{ server }

func (foreign) Return(context.Context, *req) (*resp, error) {
	r := new(resp)
	return r, json.Unmarshal(nil, r) // want `Return may return the error of json.Unmarshal as it is, and no rule of this package or its imports maps it \[opaque\]`
}

type made struct{ server }

func (made) Return(context.Context, *req) (*resp, error) {
	return nil, errors.New("no") // want `the error of errors.New as it is`
}

type formatted struct{ server }

func (formatted) Return(context.Context, *req) (*resp, error) {
	return nil, fmt.Errorf("no %d", 1) // want `the error of fmt.Errorf as it is`
}

type wrapping struct{ server }

func (wrapping) Return(context.Context, *req) (*resp, error) {
	_, err := strconv.Atoi("x") // want `the error of strconv.Atoi as it is`
	return nil, fmt.Errorf("x: %w", err)
}

type row struct{ server }

func (row) Return(context.Context, *req) (*resp, error) {
	_, err := deep.Look()
	return nil, err // want `the error of deep.ErrRow as it is, and no rule of this package or its imports maps it, made at deep.go:\d+`
}

type file struct{ server }

func (file) Return(context.Context, *req) (*resp, error) {
	_, err := os.Open("x") // want `the error of os.Open as it is`
	return nil, err
}

type missing struct{ server }

func (missing) Return(context.Context, *req) (*resp, error) {
	return nil, fs.ErrNotExist // want `the error of fs.ErrNotExist as it is`
}

type custom struct{ server }

type myError struct{}

func (myError) Error() string { return "" }

func (custom) Return(context.Context, *req) (*resp, error) {
	return nil, myError{} // want `the error of opaque.myError as it is`
}

type rows struct {
	server
	db *sql.DB
}

func (r rows) Return(ctx context.Context, _ *req) (*resp, error) {
	return nil, r.db.PingContext(ctx) // want `the error of \(\*sql.DB\).PingContext as it is`
}

type calling struct {
	server
	reader io.Reader
}

func (c calling) Return(context.Context, *req) (*resp, error) {
	_, err := c.reader.Read(nil) // want `any error: the interface call io.Reader.Read cannot be followed`
	return nil, err
}

type function struct{ server }

var hooks deep.Hooks

func (function) Return(context.Context, *req) (*resp, error) {
	return nil, hooks.Func() // want `any error: the call of field Func cannot be followed`
}

type channel struct{ server }

func (channel) Return(context.Context, *req) (*resp, error) {
	errs := make(chan error)
	return nil, <-errs // want `any error: a receive from a channel cannot be followed`
}

type sent struct{ server }

func (sent) Return(ctx context.Context, _ *req) (*resp, error) {
	errs := make(chan error, 1)
	go func() {
		defer close(errs)
		errs <- shopv1err.Closed
		send(errs)
	}()
	select {
	case err := <-errs:
		return nil, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func send(errs chan<- error) {
	errs <- errors.New("x") // want `the error of errors.New as it is`
}

type escaping struct {
	server
	errs chan error
}

func (e escaping) Return(context.Context, *req) (*resp, error) {
	errs := make(chan error)
	e.errs = errs
	errs <- shopv1err.Closed
	return nil, <-errs // want `any error: a receive from a channel cannot be followed`
}

type fineRanged struct{ server }

func (fineRanged) Return(context.Context, *req) (*resp, error) {
	errs := make(chan error, 1)
	go func(errs chan<- error) { errs <- shopv1err.Closed }(errs)
	for err := range errs {
		return nil, err
	}
	return nil, nil
}

type statusError struct{ error }

func (statusError) GRPCStatus() *status.Status {
	return status.New(codes.Internal, "") // want `rawstatus`
}

func (e statusError) Unwrap() error { return e.error }

type fineProto struct{ server }

func (fineProto) Return(context.Context, *req) (*resp, error) {
	_, err := os.Open("x")
	return nil, status.ErrorProto(status.Convert(err).Proto())
}

type fineHiding struct{ server }

func (fineHiding) Return(context.Context, *req) (*resp, error) {
	_, err := os.Open("x")
	return nil, statusError{err}
}

type fineOrStatus struct {
	server
	own own
}

func (s fineOrStatus) Return(context.Context, *req) (*resp, error) {
	err := s.own.do()
	if _, ok := status.FromError(err); !ok {
		err = shopv1err.Closed.Wrap(err)
	}
	return nil, err
}

type notStatus struct {
	server
	own own
}

func (s notStatus) Return(context.Context, *req) (*resp, error) {
	err := s.own.do() // want `any error: the interface call opaque.own.do cannot be followed`
	if _, ok := status.FromError(err); ok {
		return nil, shopv1err.Closed
	}
	return nil, err
}

var (
	errGone = errors.New("gone")
	errBusy = status.Error(codes.Unavailable, "busy") // want `rawstatus`
)

func isGone(err error) bool { return errors.Is(err, errGone) || errors.Is(err, errBusy) }

func isAnything(err error) bool { return err.Error() != "" || isGone(err) }

type guarded struct {
	server
	own own
}

func (g guarded) Return(context.Context, *req) (*resp, error) {
	err := g.own.do() // want `the error of opaque.errGone as it is`
	if isGone(err) {
		return nil, err
	}
	_, err = os.Open("x")
	if deep.IsStatus(err) {
		return nil, err
	}
	return nil, nil
}

type unguarded struct {
	server
	own own
}

func (u unguarded) Return(context.Context, *req) (*resp, error) {
	err := u.own.do() // want `any error: the interface call opaque.own.do cannot be followed`
	if isAnything(err) {
		return nil, err
	}
	return nil, nil
}

type result struct{ err error }

type inField struct{ server }

func (inField) Return(context.Context, *req) (*resp, error) {
	results := make(chan result, 2)
	go func() {
		defer close(results)
		_, err := os.Open("x")
		results <- result{err}
		results <- result{errGone} // want `the error of opaque.errGone as it is`
	}()
	for r := range results {
		if r.err == nil || !errors.Is(r.err, errGone) {
			continue
		}
		return nil, r.err
	}
	return nil, nil
}

type remaining struct{ server }

func (remaining) Return(context.Context, *req) (*resp, error) {
	_, err := deep.Look()
	if errors.Is(err, deep.ErrMapped) {
		return nil, shopv1err.Payment.Wrap(err)
	}
	return nil, err // want `the error of deep.ErrRow as it is`
}

type parameter struct{ server }

func (parameter) Return(ctx context.Context, _ *req) (*resp, error) {
	return nil, retry(ctx, func() error { return errors.New("x") }) // want `the error of errors.New as it is`
}

func retry(_ context.Context, f func() error) error {
	for range 3 {
		if f() == nil {
			return nil
		}
	}
	return f()
}

type fineWrap struct{ server }

func (fineWrap) Return(context.Context, *req) (*resp, error) {
	if _, err := os.Open("x"); err != nil {
		return nil, shopv1err.Payment.Wrap(err)
	}
	return nil, nil
}

type fineRule struct{ server }

func (fineRule) Return(context.Context, *req) (*resp, error) { return nil, deep.LookMapped() }

type fineType struct{ server }

func (fineType) Return(context.Context, *req) (*resp, error) {
	_, err := os.Open("x")
	return nil, deep.LookBusy(err)
}

type fineNetwork struct{ server }

func (fineNetwork) Return(context.Context, *req) (*resp, error) {
	_, err := http.Get("http://localhost") // the policy knows another service's failures
	return nil, err
}

type fineContext struct{ server }

func (fineContext) Return(ctx context.Context, _ *req) (*resp, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

type fineSentinel struct{ server }

func (fineSentinel) Return(context.Context, *req) (*resp, error) {
	_, err := deep.Look()
	if errors.Is(err, deep.ErrRow) {
		return nil, shopv1err.Payment.Wrap(err)
	}
	return nil, err
}

type fineSwitch struct{ server }

func (fineSwitch) Return(context.Context, *req) (*resp, error) {
	_, err := deep.Look()
	switch {
	case err == nil, errors.Is(err, deep.ErrRow):
		return new(resp), nil
	}
	return nil, err
}

type fineHelper struct{ server }

func (fineHelper) Return(context.Context, *req) (*resp, error) {
	_, err := deep.Look()
	return nil, translate(err)
}

func translate(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, deep.ErrRow) {
		return shopv1err.Payment.Wrap(err)
	}
	return shopv1err.Closed.Wrap(err)
}

type fineJoin struct{ server }

func (fineJoin) Return(context.Context, *req) (*resp, error) {
	_, err := os.Open("x")
	return nil, errors.Join(shopv1err.Payment, err)
}

type fineLegacy struct{}

func (fineLegacy) Ping(context.Context, *shopv1.PingRequest) (*shopv1.PingResponse, error) {
	return nil, errors.New("no")
}

type fineIgnored struct{ server }

func (fineIgnored) Return(context.Context, *req) (*resp, error) {
	_, _ = os.Open("x")
	return new(resp), nil
}

type fineCell struct{ server }

func (fineCell) Return(context.Context, *req) (_ *resp, err error) {
	defer func() { _ = err }()
	if _, err = os.Open("x"); err != nil {
		return nil, shopv1err.Payment.Wrap(err)
	}
	return nil, nil
}
