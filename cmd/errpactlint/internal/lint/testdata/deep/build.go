// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package deep

import (
	"github.com/errpact/errpact/mapping"
)

// Fail makes an error of a code.
func Fail(code mapping.Code) error { return code.New("failed") }

// FailAt makes an error of the code at a pointer.
func FailAt(code *mapping.Code) error { return code.New("failed") }

// Pick returns the first error.
func Pick[E error](first, _ E) error { return first }

// Builder builds an error.
type Builder struct{ code mapping.Code }

// Build starts one.
func Build(code mapping.Code) *Builder { return &Builder{code} }

// Err finishes it.
func (b *Builder) Err() error { return b.code.New("built") }

// Table is a variable with functions.
var Table = map[string]func() error{"find": Find}
