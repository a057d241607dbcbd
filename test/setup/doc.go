// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package setup follows to the letter what a team does in its first hour: docs/start.md, docs/rest.md on net/http,
// docs/catalogue.md, docs/contract.md, and the commands that `errpact init` prints. Everything comes from the proxy that `make release` fills.
package setup
