// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"errors"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// A Declaration is what a method declares: the errors of its own list, of its service's, and of the catalogues of
// its package.
type Declaration struct {
	// Closed says that the method declares its errors. Without it, nothing is known, and Errors is empty.
	Closed bool
	// Errors has each error once, those of the method's own list first.
	Errors []Declared
}

// Declared is one error that a method declares.
type Declared struct {
	Catalogue *Catalogue
	Entry     *Entry
	// Reason is nil if the entry is declared, with all its reasons.
	Reason *Reason
	// By is what lists it: the full name of the method, its service or a catalogue's enum, or, of a set, that of
	// the enum with "@" and the set's name.
	By string
}

// Name returns the error as a list has it: "SHOP_ERROR_OUT_OF_STOCK/LAST_ONE".
func (d Declared) Name() string {
	switch {
	case d.Entry == nil:
		return ""
	case d.Reason == nil:
		return d.Entry.Name
	}
	return d.Entry.Name + "/" + d.Reason.Name
}

// is reports whether both are the same error.
func (d Declared) is(other Declared) bool {
	return d.Catalogue == other.Catalogue && d.Entry == other.Entry && d.Reason == other.Reason
}

// Has reports whether an error is declared, by its catalogue's name, number and reason. An entry without a reason
// stands for all its reasons.
func (d Declaration) Has(catalogue string, number int32, reason string) bool {
	return slices.ContainsFunc(d.Errors, func(d Declared) bool {
		return d.Catalogue != nil && d.Entry != nil && d.Catalogue.Name == catalogue && d.Entry.Number == number && (d.Reason == nil || d.Reason.Name == reason)
	})
}

// Declare returns what a method declares. It looks names up in the catalogues; their order does not matter, and it skips
// nil ones. The error joins every name that is not known, and every one that several catalogues have: for such a name
// the Declaration has the errors of the first by the catalogues' names. A nil method is an error.
func Declare(method protoreflect.MethodDescriptor, catalogues []*Catalogue) (Declaration, error) {
	if isNil(method) {
		return Declaration{}, errors.New("want a method's descriptor, have nil")
	}
	found := new(problems)
	own, _ := readMethod(found.at(method), method)
	d := declaring{pkg: packageOf(method), catalogues: catalogues}
	d.Closed = own.ErrorsNone
	d.list(found.at(method), string(method.FullName()), own.Errors)
	if service, ok := method.Parent().(protoreflect.ServiceDescriptor); ok {
		d.list(found.at(method), string(service.FullName()), readService(found.at(service), service))
	}
	for _, c := range catalogues {
		if c != nil && c.Package == d.pkg {
			d.list(found.at(method), c.Name, c.Errors)
		}
	}
	return d.Declaration, found.join()
}

// declaring resolves lists.
type declaring struct {
	Declaration
	pkg        string
	catalogues []*Catalogue
	// sets are those that were resolved, or are being resolved: a set may hold itself.
	sets []*Set
}

// list adds the errors of a list.
func (d *declaring) list(at place, by string, names []string) {
	d.Closed = d.Closed || len(names) > 0
	for _, name := range names {
		if strings.HasPrefix(name, "@") {
			d.set(at, name)
			continue
		}
		found := resolve(d.pkg, name, d.catalogues)
		if len(found) == 0 {
			at.report(RuleMethodErrors, "want each of errors to be an entry, or ENTRY/REASON, of a known catalogue, have %q%s", name, hint(name, d.catalogues))
			continue
		}
		declared := found[0].what
		declared.By = by
		reportMeanings(at, name, valueName(declared.Catalogue.Name, name), found)
		if !slices.ContainsFunc(d.Errors, declared.is) {
			d.Errors = append(d.Errors, declared)
		}
	}
}

// set adds the errors of a set, once. Its names are those of its own catalogue's package.
func (d *declaring) set(at place, name string) {
	found := resolveSet(d.pkg, name, d.catalogues)
	if len(found) == 0 {
		at.report(RuleMethodErrors, "want the set of a known catalogue, have %q", name)
		return
	}
	reportSets(at, name, found)
	if c, set := found[0].of, found[0].what; !slices.Contains(d.sets, set) {
		pkg := d.pkg
		d.pkg, d.sets = c.Package, append(d.sets, set)
		d.list(at, c.Name+"@"+set.Name, set.Errors)
		d.pkg = pkg
	}
}
