// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package errors has the name of another.
package errors

import "errors"

// New makes an error.
func New(text string) error { return errors.New(text) }
