// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package fix

var closed = closedCode()

// none has no import.
func none(err error) bool {
	return err == closed // want `== misses`
}
