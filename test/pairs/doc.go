// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package pairs proves that an error is the same wherever a team's services are: one table of errors,
// by every server to every client, in each protocol that the two share and by each kind of method; and
// what becomes of it where one service hands it on for another. What clients must get is made from the
// annotations in the protos, and by none of the stacks.
//
// `make interop` sends all of it and prints the counts. Without the flag -full, methods take turns; that is for
// the race detector.
package pairs
