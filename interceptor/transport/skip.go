// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

// Skips reports whether a server leaves a procedure alone, by the function that its user gave: the
// handler's errors and panics then pass as they are, and are not reported. P is how the transport describes
// a procedure. A nil skip, and one that panics, skips nothing, so that a mistake in it hides no error.
func Skips[P any](skip func(P) bool, procedure P) (skipped bool) {
	if skip == nil {
		return false
	}
	defer func() {
		if recover() != nil {
			skipped = false
		}
	}()
	return skip(procedure)
}
