// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package compare proves the rows of docs/compare.md that are about other libraries. Each test gives one failure to the
// other library alone, and to errpact.
package compare
