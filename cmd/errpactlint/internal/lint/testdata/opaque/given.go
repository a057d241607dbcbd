// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package opaque

import (
	"context"
	"errors"
	"os"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/deep"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

type given struct {
	server
	broken *deep.Broken
}

func newGiven() given {
	return given{broken: deep.NewBroken(errors.New("x"))} // want `Return may return the error of errors.New as it is`
}

func (g given) Return(context.Context, *req) (*resp, error) { return nil, g.broken.Use() }

type givenFunction struct {
	server
	broken *deep.Broken
}

func (g givenFunction) Return(context.Context, *req) (*resp, error) {
	return nil, g.broken.Do() // want `any error: a function that NewDoing gets cannot be followed, made at stock.go:\d+`
}

// Keeper keeps a function.
type Keeper struct {
	server
	do func() error
}

// NewKeeper returns a Keeper.
func NewKeeper(do func() error) *Keeper { return &Keeper{do: do} }

// Return calls it.
func (k *Keeper) Return(context.Context, *req) (*resp, error) {
	return nil, k.do() // want `any error: a function that NewKeeper gets cannot be followed`
}

type holder struct {
	server
	do func() error
}

func newHolder(do func() error) *holder { return &holder{do: do} }

var _ = newHolder(func() error { return os.Remove("x") }) // want `the error of os.Remove as it is`

func (h *holder) Return(context.Context, *req) (*resp, error) { return nil, h.do() }

type teller struct {
	server
	err error
}

func (t *teller) tell(err error) { t.err = err }

type tells interface {
	tell(err error)
	name() string
}

type named struct{ *teller }

func (named) name() string { return "" }

func tellAll(all []tells) {
	for _, t := range all {
		t.tell(errBroken) // want `the error of opaque.errBroken as it is`
	}
}

var errBroken = errors.New("broken")

func (t *teller) Return(context.Context, *req) (*resp, error) { return nil, t.err }

type fineGiven struct {
	server
	torn deep.Torn
}

func (f fineGiven) Return(context.Context, *req) (*resp, error) { return nil, f.torn.Use() }

type fineGivenHere struct {
	server
	err error
}

// FineGivenHere returns a server with an error.
func FineGivenHere(err error) any { return &fineGivenHere{err: err} }

func (f *fineGivenHere) Return(context.Context, *req) (*resp, error) { return nil, f.err }

type fineHolder struct {
	server
	do func() error
}

func newFineHolder(do func() error) *fineHolder { return &fineHolder{do: do} }

var _ = newFineHolder(func() error { return shopv1err.Payment })

func (f *fineHolder) Return(context.Context, *req) (*resp, error) { return nil, f.do() }

type fineLast struct {
	server
	broken *deep.Broken
}

func (f fineLast) Return(context.Context, *req) (*resp, error) { return nil, f.broken.LastErr() }
