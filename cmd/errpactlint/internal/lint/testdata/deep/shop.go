// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package deep

import "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"

// Shop is an interface whose only implementation is not exported.
type Shop interface {
	// Close returns Closed.
	Close() error
	// Open returns ErrRow.
	Open() error
}

type shop struct{}

func (shop) Close() error { return shopv1err.Closed.New("") }
func (shop) Open() error  { return ErrRow }

// NewShop makes one.
func NewShop() Shop { return shop{} }
