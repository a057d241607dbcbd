// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package opaque

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/cenkalti/backoff/v5"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/deep"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

type captured struct{ server }

func (captured) Return(_ context.Context, r *req) (*resp, error) {
	var err error
	defer func() { fmt.Println(err) }()
	if r == nil {
		_, err = os.Open("x") // want `the error of os.Open as it is`
	} else {
		_, err = strconv.Atoi("x") // want `the error of strconv.Atoi as it is`
	}
	if err != nil {
		return nil, err
	}
	return nil, nil
}

type capturedBefore struct{ server }

func (capturedBefore) Return(context.Context, *req) (*resp, error) {
	var err error
	set := func() { err = os.Remove("x") } // want `the error of os.Remove as it is`
	err = shopv1err.Payment
	set()
	if err != nil {
		return nil, err
	}
	return nil, nil
}

type capturedAgain struct{ server }

func (capturedAgain) Return(context.Context, *req) (*resp, error) {
	var err error
	next := func() error {
		if err != nil {
			return err
		}
		err = os.Remove("x") // want `the error of os.Remove as it is`
		return nil
	}
	if err := next(); err != nil {
		return nil, err
	}
	return nil, next()
}

type fineDisturbed struct{ server }

func (fineDisturbed) Return(context.Context, *req) (*resp, error) {
	_, err := os.Open("x")
	if err != nil {
		return nil, shopv1err.Payment.Wrap(err)
	}
	set := func() { err = shopv1err.Basket }
	set()
	return nil, err
}

type fineInside struct{ server }

func (fineInside) Return(ctx context.Context, _ *req) (*resp, error) {
	_, err := os.Open("x")
	if err != nil {
		return nil, shopv1err.Payment.Wrap(err)
	}
	return backoff.Retry(ctx, func() (*resp, error) {
		if err = os.Remove("x"); err != nil {
			return nil, shopv1err.Payment.Wrap(err)
		}
		os.Getpid()
		return nil, err
	})
}

type permanent struct{ server }

func (permanent) Return(ctx context.Context, _ *req) (*resp, error) {
	return backoff.Retry(ctx, func() (*resp, error) {
		_, err := os.Open("x") // want `the error of os.Open as it is`
		if err != nil {
			return nil, backoff.Permanent(err)
		}
		return nil, &backoff.PermanentError{Err: err}
	})
}

type fineCaptured struct{ server }

func (fineCaptured) Return(_ context.Context, r *req) (*resp, error) {
	var err error
	defer func() { fmt.Println(err) }()
	if r == nil {
		if _, err = os.Open("x"); err != nil {
			return nil, shopv1err.Payment.Wrap(err)
		}
		return nil, nil
	}
	err = shopv1err.Basket
	if r.String() == "" {
		return nil, err
	}
	return nil, nil
}

type fineReused struct{ server }

func (fineReused) Return(ctx context.Context, _ *req) (*resp, error) {
	var file *os.File
	var err error
	_, err = backoff.Retry(ctx, func() (int, error) {
		if file, err = os.Open("x"); err != nil {
			return 0, backoff.Permanent(shopv1err.Payment.Wrap(err))
		}
		err = shopv1err.Closed
		if file == nil {
			return 1, err
		}
		return 2, nil
	})
	if err != nil {
		return nil, err
	}
	return nil, nil
}

type finePermanent struct{ server }

func (finePermanent) Return(ctx context.Context, _ *req) (*resp, error) {
	return backoff.Retry(ctx, func() (*resp, error) {
		if err := os.Remove("x"); err != nil {
			return nil, backoff.Permanent(shopv1err.Payment.Wrap(err))
		}
		return nil, &backoff.PermanentError{Err: shopv1err.Basket}
	})
}

func failf(format string, args ...any) error { return fmt.Errorf(format, args...) } // want `the error of fmt.Errorf as it is`

type passedOn struct{ server }

func (passedOn) Return(_ context.Context, r *req) (*resp, error) {
	if r == nil {
		return nil, failf("no %s", "request")
	}
	return nil, failf("no: %w", os.Remove("x")) // want `the error of os.Remove as it is`
}

type finePassedOn struct{ server }

func (finePassedOn) Return(context.Context, *req) (*resp, error) {
	return nil, shopv1err.Payment.Wrap(failf("no: %w", os.Remove("x")))
}

type fineAll struct{ server }

func all(errs ...error) error { return errors.Join(errs...) }

func (fineAll) Return(context.Context, *req) (*resp, error) {
	return nil, all(shopv1err.Payment, nil, shopv1err.Basket)
}

type canceled struct{ server }

func (canceled) Return(ctx context.Context, _ *req) (*resp, error) {
	err := ctx.Err()
	if err == context.Canceled {
		return nil, errors.New("x") // want `the error of errors.New as it is`
	}
	return nil, nil
}

var newStatus = status.Errorf

type fineAlias struct{ server }

func (fineAlias) Return(context.Context, *req) (*resp, error) {
	return nil, newStatus(codes.Internal, "x")
}

type fineConn struct {
	server
	conn grpc.ClientConnInterface
}

func (f fineConn) Return(ctx context.Context, r *req) (*resp, error) {
	out := new(resp)
	return out, f.conn.Invoke(ctx, "/x", r, out)
}

// both returns an error in two branches, for which there is one finding.
type both struct {
	server
	own own
}

func (b both) Return(context.Context, *req) (*resp, error) {
	err := b.own.do() // want `any error: the interface call opaque.own.do cannot be followed`
	if errors.Is(err, errGone) {
		return nil, err
	}
	return nil, fmt.Errorf("both: %w", err)
}

type fineDead struct{ server }

func prepare(string) error { return nil }

func (fineDead) Return(context.Context, *req) (*resp, error) {
	if err := prepare("x"); err != nil {
		return nil, fmt.Errorf("prepare: %v", err)
	}
	return nil, nil
}

type annotated struct{ server }

func (annotated) Return(context.Context, *req) (_ *resp, err error) {
	defer deep.Annotate(&err, "return")
	_, err = os.Open("x") // want `the error of os.Open as it is`
	return nil, err
}

type fineAnnotated struct{ server }

func (fineAnnotated) Return(context.Context, *req) (_ *resp, err error) {
	defer deep.Annotate(&err, "return")
	if _, err = os.Open("x"); err != nil {
		return nil, shopv1err.Payment.Wrap(err)
	}
	return nil, nil
}
