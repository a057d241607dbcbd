// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package retryafter writes the header of that name.
package retryafter

import (
	"strconv"
	"time"
)

// longest bounds the header: a caller should not be sent away for longer than a day.
const longest = 24 * time.Hour

// Value returns a delay in whole seconds, rounded up. It is never 0, which would mean "now".
// https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
func Value(delay time.Duration) string {
	seconds := (min(delay, longest) + time.Second - 1) / time.Second
	return strconv.FormatInt(int64(max(seconds, 1)), 10)
}
