// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/compiler/protogen"
)

// use is one package's use of another one's code.
type use struct {
	from, to protogen.GoImportPath
	contract *contract
	code     protogen.GoIdent
}

// cycles returns an error for each method that makes Go packages import each other, which Go refuses.
func cycles(all []*file) []error {
	var uses []use
	for _, f := range all {
		for _, c := range f.contracts {
			for _, code := range c.codes {
				from := f.importPath()
				known := slices.ContainsFunc(uses, func(u use) bool { return u.from == from && u.to == code.GoImportPath })
				if code.GoImportPath != from && !known {
					uses = append(uses, use{from, code.GoImportPath, c, code})
				}
			}
		}
	}
	var errs []error
	for _, u := range uses {
		if back := way(uses, u.to, u.from); back != nil {
			last := back[len(back)-1]
			errs = append(errs, fmt.Errorf("%s: want no errors of a package that declares errors of this one, have %s of %q, and %s of %q in %s: "+
				"move the catalogue that both use to a package without services", u.contract.method.Desc.FullName(),
				u.code.GoName, string(u.to), last.code.GoName, string(u.from), last.contract.method.Desc.FullName()))
		}
	}
	return errs
}

// way returns the uses that lead from one package to another, or nil.
func way(uses []use, from, to protogen.GoImportPath) []use {
	before := map[protogen.GoImportPath]use{}
	for next := []protogen.GoImportPath{from}; len(next) > 0; next = next[1:] {
		for _, u := range uses {
			if _, seen := before[u.to]; u.from != next[0] || seen || u.to == from {
				continue
			}
			before[u.to] = u
			next = append(next, u.to)
		}
	}
	var found []use
	for at := to; at != from; {
		u, ok := before[at]
		if !ok {
			return nil
		}
		found = append([]use{u}, found...)
		at = u.from
	}
	return found
}
