// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import "github.com/errpact/errpact/internal/testkit/opaque"

// canary stands wherever nobody may see it: in texts, in names of types and of functions.
const canary = opaque.Canary

// leaked finds the canary in the bytes of an answer.
func leaked(raw []byte) bool { return opaque.Found(raw) }

var gzipMagic = []byte{0x1f, 0x8b, 8}
