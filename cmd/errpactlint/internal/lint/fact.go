// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

// packageFact is what a package and its imports know of descriptors and rules.
type packageFact struct{ Known []byte }

// returnsFact is what a function may return, by the index of its result. It has nothing for a result that holds no error.
type returnsFact struct {
	Results [][]Item
	// Written is what it leaves in a variable, by the index of the parameter for the address.
	Written [][]Item
	// Sole names the only implementation of an interface's method.
	Sole string
}

// valueFact is what a variable may hold.
type valueFact struct{ Items []Item }

// catalogueFact is the name of the catalogue that a variable holds.
type catalogueFact struct{ Name string }

// predicateFact is what a function reports of an error.
type predicateFact struct{ Predicate predicate }

func (*packageFact) AFact()   {}
func (*returnsFact) AFact()   {}
func (*valueFact) AFact()     {}
func (*catalogueFact) AFact() {}
func (*predicateFact) AFact() {}
