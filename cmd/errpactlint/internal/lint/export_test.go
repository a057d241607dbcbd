// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

// Alter has the analyzer read what f makes of each descriptor.
func (o *Options) Alter(f func([]byte) []byte) { o.alter = f }
