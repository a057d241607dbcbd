// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package deep

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

// Stock is an interface with several implementations.
type Stock interface {
	// Count may return any error.
	Count() error
	// Order returns errors that are mapped.
	Order() error
	// Move returns the error that it gets.
	Move(err error) error
	// Lock returns ErrRow.
	Lock() error
}

// Local is one implementation.
type Local struct{ name string }

// Count returns the errors of files and of JSON.
func (l Local) Count() error {
	raw, err := os.ReadFile(l.name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, new(int)); err != nil {
		return fmt.Errorf("count: %w", err)
	}
	return errors.New("no stock")
}

// Order returns ErrMapped.
func (Local) Order() error { return ErrMapped }

// Move returns err.
func (Local) Move(err error) error { return err }

// Lock returns ErrRow.
func (Local) Lock() error { return ErrRow }

type remote struct{ stock Stock }

// NewRemote returns another implementation.
func NewRemote(stock Stock) Stock { return remote{stock} }

func (r remote) Count() error {
	if r.stock != nil {
		return r.stock.Count()
	}
	return shopv1err.OutOfStock
}

func (remote) Order() error         { return status.Error(codes.Internal, "x") }
func (remote) Move(err error) error { return err }
func (remote) Lock() error          { return shopv1err.Payment }

// Recount counts.
func Recount(stock Stock) error {
	if err := stock.Count(); err != nil {
		return fmt.Errorf("recount: %w", err)
	}
	return nil
}

// Broken returns the error that it was made with.
type Broken struct {
	err error
	do  func() error
	// Last is the last error.
	Last error
}

// NewBroken returns a Broken.
func NewBroken(err error) *Broken { return &Broken{err: err} }

// NewDoing returns a Broken that calls a function.
func NewDoing(do func() error) *Broken { return &Broken{do: do} }

// Use returns the error.
func (b *Broken) Use() error { return b.err }

// Do calls the function.
func (b *Broken) Do() error { return b.do() }

// LastErr returns the last error.
func (b *Broken) LastErr() error { return b.Last }

// Torn returns the error that it was made with.
type Torn struct{ err error }

// NewTorn returns a Torn.
func NewTorn(err error) Torn { return Torn{err} }

// Use returns the error.
func (t Torn) Use() error { return t.err }
