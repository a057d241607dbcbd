// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package fake is for tests.
package fake

// Shelf returns Err.
type Shelf struct{ Err error }

// Take returns Err.
func (s *Shelf) Take() error { return s.Err }
