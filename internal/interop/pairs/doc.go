// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package pairs proves that an error is the same wherever a team's services are: one table of errors,
// by every server to every client, in each protocol that the two share and by each kind of method.
package pairs
