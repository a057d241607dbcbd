// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package unreturned

import (
	"context"
	"errors"
	"sync"

	"connectrpc.com/connect"
	"golang.org/x/sync/errgroup"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/deep"
	shopv1 "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1connect"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

type watch = shopv1.WatchRequest

type methodValue struct{ server }

func (methodValue) Watch(*watch, stream) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	fail := shopv1err.Closed.New
	return fail("closed")
}

type constant struct{ server }

func (constant) Watch(*watch, stream) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	return deep.Fail(shopv1err.Closed)
}

type pointer struct{ server }

func (pointer) Watch(*watch, stream) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	return deep.FailAt(&shopv1err.Closed)
}

type generic struct{ server }

func (generic) Watch(*watch, stream) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	return deep.Pick(shopv1err.Closed, shopv1err.OutOfStock)
}

type typeSwitch struct{ server }

func (typeSwitch) Watch(*watch, stream) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	switch e := deep.Find().(type) {
	case nil:
		return nil
	default:
		return shopv1err.Closed.Wrap(e)
	}
}

type labelled struct{ server }

func (labelled) Watch(*watch, stream) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
search:
	for {
		switch err := deep.Find(); {
		case errors.Is(err, shopv1err.OutOfStock):
			break search
		case err != nil:
			continue search
		}
	}
	return nil
}

type selected struct{ server }

func (selected) Watch(*watch, stream) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	errs := make(chan error, 1)
	go func() { errs <- deep.Find() }()
	select {
	case err := <-errs:
		return shopv1err.Closed.Wrap(err)
	default:
		return nil
	}
}

type deferred struct{ server }

func (deferred) Watch(_ *watch, s stream) (err error) { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	defer func() { _ = deep.Find() }()
	if s == nil {
		err = shopv1err.Closed
	}
	return
}

type base struct{ server }

func (*base) Watch(*watch, stream) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	return shopv1err.Closed
}

// above has the method of base, where the finding stands.
type above struct{ base }

type connected[T any] struct {
	shopv1connect.UnimplementedShopServiceHandler
	of T
}

func (*connected[T]) Watch(context.Context, *connect.Request[watch], *connect.ServerStream[shopv1.WatchResponse]) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	return nil
}

type table struct{ server }

func (table) Watch(*watch, stream) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	for _, step := range []func() error{closed, nil} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

type held struct {
	server
	err error
}

func newHeld(err error) *held { return &held{err: err} }

var _ = newHeld(shopv1err.Closed)

func (h *held) Watch(*watch, stream) error { return h.err } // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`

type fineGiven struct {
	server
	torn deep.Torn
}

func (f fineGiven) Watch(*watch, stream) error { return f.torn.Use() }

type fineMethodValue struct{ server }

func (fineMethodValue) Watch(*watch, stream) error {
	with := shopv1err.OutOfStock.WithReason
	return with("LAST_ONE")
}

type fineConstant struct{ server }

func (f fineConstant) Watch(*watch, stream) error { return f.fail(shopv1err.OutOfStock) }

func (fineConstant) fail(code mapping.Code) error { return code.WithMetadata("a", "b") }

type finePointer struct{ server }

func (finePointer) Watch(*watch, stream) error {
	code := shopv1err.OutOfStock
	return deep.FailAt(&code)
}

type fineGeneric struct{ server }

func (fineGeneric) Watch(*watch, stream) error {
	return deep.Pick(shopv1err.OutOfStock, shopv1err.Closed)
}

// Finder is implemented elsewhere, too.
type Finder interface{ Find() error }

type memory struct{}

func (memory) Find() error { return shopv1err.Closed }

type fineElsewhere struct {
	server
	finder Finder
}

func (f fineElsewhere) Watch(*watch, stream) error { return f.finder.Find() }

type fineTable struct{ server }

var steps = map[string]func() error{"closed": closed, "find": deep.Find}

func (fineTable) Watch(*watch, stream) error {
	step, ok := steps["find"]
	if !ok {
		return nil
	}
	return step()
}

type fineAppended struct{ server }

func (fineAppended) Watch(*watch, stream) error {
	var errs []error
	for range 3 {
		errs = append(errs, deep.Find())
	}
	return errors.Join(errs...)
}

type fineGroup struct{ server }

func (fineGroup) Watch(*watch, stream) error {
	var group sync.WaitGroup
	errs := make([]error, 3)
	for i := range errs {
		group.Go(func() { errs[i] = deep.Find() })
	}
	group.Wait()
	return errors.Join(errs...)
}

type fineLocked struct{ server }

func (fineLocked) Watch(*watch, stream) error {
	var mu sync.Mutex
	var errs []error
	add := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		errs = append(errs, err)
	}
	add(deep.Find())
	for _, err := range errs {
		return err
	}
	return nil
}

type fineOnce struct{ server }

var once = sync.OnceValue(func() error { return shopv1err.OutOfStock })

func (fineOnce) Watch(*watch, stream) error { return once() }

type fineInit struct{ server }

var errSet error

func init() { errSet = shopv1err.OutOfStock }

func (fineInit) Watch(*watch, stream) error { return errSet }

type fineTyped struct{ server }

func (fineTyped) Watch(*watch, stream) error {
	switch e := deep.Find().(type) {
	case interface{ Timeout() bool }:
		return nil
	default:
		return e
	}
}

type fineLent struct{ server }

var fillers []func(*error)

func (fineLent) Watch(*watch, stream) error {
	var err error
	for _, fill := range fillers {
		fill(&err) // want `Watch may return any error: a call that gets the address of a variable cannot be followed`
	}
	return err
}

type fineSold struct{ server }

func (fineSold) Watch(*watch, stream) (err error) {
	defer deep.Sell(&err)
	return shopv1err.Closed
}

// Told has an error that other packages may store, too.
type Told struct{ Err error }

func (t *Told) tell() { t.Err = shopv1err.Closed }

type fineTold struct {
	server
	told *Told
}

func (f fineTold) Watch(*watch, stream) error {
	f.told.tell()
	return f.told.Err
}

type fineStarted struct{ server }

func (fineStarted) Watch(*watch, stream) error {
	var g errgroup.Group
	g.Go(closed)
	start(&g)
	return g.Wait()
}

func start(g *errgroup.Group) { g.Go(deep.Find) }

type fineStarting struct {
	server
	starts []func(*errgroup.Group)
}

func (f fineStarting) Watch(*watch, stream) error {
	var g errgroup.Group
	g.Go(closed)
	for _, start := range f.starts {
		start(&g)
	}
	return g.Wait() // want `Watch may return any error: errgroup cannot be followed`
}

type fineCause struct{ server }

func (fineCause) Watch(_ *watch, s stream) error {
	ctx, cancel := context.WithCancelCause(s.Context())
	cancel(shopv1err.OutOfStock)
	return context.Cause(ctx)
}

type getter[T any] interface {
	get(T) error
	sealed()
}

type cached[T any] struct{ of T }

func (cached[T]) get(T) error { return deep.Find() }
func (cached[T]) sealed()     {}

type stored struct{}

func (stored) get(int) error { return shopv1err.Closed }
func (stored) sealed()       {}

type fineGetting struct {
	server
	getter getter[int]
}

func (f fineGetting) Watch(*watch, stream) error { return f.getter.get(1) }
