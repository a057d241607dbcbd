// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package setup follows what a team does in its first hour, to the letter: docs/catalogue.md, and what `errpact
// init` prints. Everything comes from the proxy that `make release` fills.
package setup
