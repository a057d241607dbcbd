// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package testkit holds what tests share, one package a concern: the servers on loopback, the collected
// reports, the exported names of a package, the failures with a canary in them and the search for it, the
// answers of hostile servers, what the example answers while tests run, and the suite of cases that every stack runs.
package testkit
