// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import "testing"

// groups are the suite's functions by name.
var groups = map[string]func(*testing.T, Stack){
	"G1": G1, "G2": G2, "G3": G3, "G4": G4, "G5": G5, "G6": G6, "G7": G7, "G7Reports": G7Reports, "G8": G8, "G9": G9, "G10": G10, "G11": G11,
	"G13": G13, "G15": G15, "Languages": Languages, "Linked": Linked, "Relay": Relay, "Reports": Reports,
}

// Run runs every case of the suite.
func Run(t *testing.T, s Stack) {
	for name, group := range groups {
		t.Run(name, func(t *testing.T) { group(t, s) })
	}
}
