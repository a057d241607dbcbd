// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// lintContracts checks the lists of errors of a file: those of catalogues, services and methods.
func lintContracts(all *problems, file protoreflect.FileDescriptor, catalogues []*Catalogue) {
	for _, enum := range Enums([]protoreflect.FileDescriptor{file}) {
		for _, c := range catalogues {
			if c.Name == string(enum.FullName()) {
				lintSets(all.at(enum), c, catalogues)
			}
		}
	}
	for i := range file.Services().Len() {
		service := file.Services().Get(i)
		at := all.at(service)
		lintList(at, packageOf(service), readService(at, service), catalogues)
		for j := range service.Methods().Len() {
			lintMethod(all.at(service.Methods().Get(j)), service.Methods().Get(j), catalogues)
		}
	}
}

func lintMethod(at place, method protoreflect.MethodDescriptor, catalogues []*Catalogue) {
	m, found := readMethod(at, method)
	if !found {
		return
	}
	if s := m.SuccessStatus; s != 0 && (s < 200 || s > 299) {
		at.report(RuleMethodErrors, "want success_status 200 to 299, have %d", s)
	}
	if m.ErrorsNone && len(m.Errors) > 0 {
		at.report(RuleMethodErrors, "want errors or errors_none, have both")
	}
	lintList(at, packageOf(method), m.Errors, catalogues)
}

// lintSets checks the lists of a catalogue.
func lintSets(at place, c *Catalogue, catalogues []*Catalogue) {
	lintList(at.in("errors"), c.Package, c.Errors, catalogues)
	seen := make(map[string]bool)
	for i := range c.Sets {
		set := &c.Sets[i]
		at := at.in("set %q", set.Name)
		if !setName.get().MatchString(set.Name) {
			at.report(RuleSets, "want a name like %s", setName.text)
		}
		if seen[set.Name] {
			at.report(RuleSets, "want the set once")
		}
		seen[set.Name] = true
		if twins := resolveSet(c.Package, "@"+set.Name, catalogues); twins[0].of.Name != c.Name {
			reportTwin(at, meaning[*Set]{c, set}, twins[0].of)
		}
		if len(set.Errors) == 0 {
			at.report(RuleSets, "want errors")
		}
		if holds(set, c, set, catalogues, make(map[*Set]bool)) {
			at.report(RuleSets, "want no set that holds itself")
		}
		lintList(at, c.Package, set.Errors, catalogues)
	}
}

// holds reports whether a set of a catalogue names the sought one, directly or by other sets.
func holds(sought *Set, c *Catalogue, set *Set, catalogues []*Catalogue, seen map[*Set]bool) bool {
	if seen[set] {
		return false
	}
	seen[set] = true
	for _, name := range set.Errors {
		for _, next := range resolveSet(c.Package, name, catalogues) {
			if next.what == sought || holds(sought, next.of, next.what, catalogues, seen) {
				return true
			}
		}
	}
	return false
}

// lintList checks one list. What is wrong with a set that it names is said of the set.
func lintList(at place, pkg string, names []string, catalogues []*Catalogue) {
	seen := make(map[string]bool)
	for _, name := range names {
		if seen[name] {
			at.report(RuleMethodErrors, "want each of errors once, have %q twice", name)
			continue
		}
		seen[name] = true
		if sets := resolveSet(pkg, name, catalogues); len(sets) > 0 {
			if len(sets) == 1 || sets[0].of.Package != sets[1].of.Package {
				reportSets(at, name, sets)
			}
			continue
		}
		d := declaring{pkg: pkg, catalogues: catalogues}
		d.list(at, "", []string{name})
	}
}

// hint says what to write in place of a name that no catalogue has.
func hint(name string, catalogues []*Catalogue) string {
	if near := nearest(name, catalogues); near != "" {
		return fmt.Sprintf(": write %q", near)
	}
	return ": write the name of an enum value that has option errpact.v1.entry"
}
