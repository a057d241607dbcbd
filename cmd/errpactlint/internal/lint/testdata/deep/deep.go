// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package deep has functions that other packages' handlers call.
package deep

import (
	"errors"
	"fmt"

	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

// ErrRow is a sentinel, and ErrMapped one that a rule maps.
var (
	ErrRow    = errors.New("deep: no row")
	ErrMapped = errors.New("deep: mapped")
	// Gone is an error of the catalogue.
	Gone = shopv1err.OutOfStock.WithMetadata("shelf", "1")
)

// Busy is an error that a rule maps.
type Busy struct{ cause error }

func (b *Busy) Error() string { return "busy" }

// Unwrap returns the cause.
func (b *Busy) Unwrap() error { return b.cause }

// Rules are those of the module.
func Rules() []mapping.Rule {
	return []mapping.Rule{
		mapping.MapIs(ErrMapped, shopv1err.Payment),
		mapping.MapAs(func(*Busy) *mapping.Error { return shopv1err.Closed.New("") }),
	}
}

// Find returns OutOfStock.
func Find() error { return shopv1err.OutOfStock }

// Look returns ErrRow.
func Look() (int, error) { return 0, ErrRow }

// LookMapped returns ErrMapped.
func LookMapped() error { return fmt.Errorf("look: %w", ErrMapped) }

// LookBusy returns a Busy.
func LookBusy(err error) error { return &Busy{err} }

// Shelf is implemented elsewhere.
type Shelf interface{ Take() error }

// Through returns its argument.
func Through(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}

// RowToStock maps ErrRow.
func RowToStock(err error) error {
	if errors.Is(err, ErrRow) {
		return shopv1err.Payment.Wrap(err)
	}
	return err
}

// Run returns what fn returns.
func Run(fn func() error) error { return fn() }

// Store has a method of a concrete type.
type Store struct{}

// Get returns OutOfStock.
func (*Store) Get() error { return shopv1err.OutOfStockLastOne.New("") }

// Getter is an interface of the module.
type Getter interface{ Get() error }

// Hooks has a function that anybody may set.
type Hooks struct{ Func func() error }

// Nothing returns nil, or an error of the catalogue.
func Nothing(ok bool) *mapping.Error {
	if ok {
		return nil
	}
	return shopv1err.Closed.New("")
}

// Always returns an error.
func Always() *mapping.Error { return shopv1err.Closed.New("") }

// IsStatus reports whether an error is a gRPC status.
func IsStatus(err error) bool {
	_, ok := status.FromError(err)
	return ok
}
