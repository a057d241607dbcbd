// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package deep

import "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"

// Result has an error that this package stores, and others may.
type Result struct{ Err error }

// Pay stores Payment.
func (r *Result) Pay() { r.Err = shopv1err.Payment }

// Held returns the error.
func (r *Result) Held() error { return r.Err }

// Event has a field of the same name.
type Event struct{ Err error }

// Pay stores Payment.
func (e *Event) Pay() { e.Err = shopv1err.Payment }

// Held returns the error.
func (e *Event) Held() error { return e.Err }
