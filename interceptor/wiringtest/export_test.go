// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package wiringtest

import "time"

// WithPatience sets how long an answer may take.
func WithPatience(patience time.Duration) Option {
	return option(func(c *config) { c.patience = patience })
}
