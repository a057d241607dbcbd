// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package opaque

import "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/fake"

// No finding speaks of what only tests import.
var _ = shelf{shelf: new(fake.Shelf)}
