// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package leaks proves what may leave a server in an error, and what may not: one table of failures,
// each of them on every stack and every wire, and the raw bytes of each answer searched. The stacks are those of
// internal/testkit/suite, which runs here with the server of one and the client of another.
package leaks
