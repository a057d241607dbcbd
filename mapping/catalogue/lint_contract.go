// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"
	"strings"

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
		if !strings.HasPrefix(name, "@") {
			continue
		}
		of, next := resolveSet(c.Package, name, catalogues)
		if next == sought || next != nil && holds(sought, of, next, catalogues, seen) {
			return true
		}
	}
	return false
}

// lintList checks one list. What is wrong with a set that it names is said of the set.
func lintList(at place, pkg string, names []string, catalogues []*Catalogue) {
	lintNames(at, pkg, names, catalogues)
	for _, name := range names {
		if strings.HasPrefix(name, "@") {
			if _, set := resolveSet(pkg, name, catalogues); set != nil {
				continue
			}
		}
		d := declaring{pkg: pkg, catalogues: catalogues}
		d.list(at, "", []string{name})
	}
}

// lintNames checks that each name of a list means one thing, once.
func lintNames(at place, pkg string, names []string, catalogues []*Catalogue) {
	seen := make(map[string]bool)
	for _, name := range names {
		if seen[name] {
			at.report(RuleMethodErrors, "want each of errors once, have %q twice", name)
			continue
		}
		seen[name] = true
		if c, _, _ := resolve(pkg, name, catalogues); c != nil {
			lintOneMeaning(at, pkg, name, c, catalogues)
		}
	}
}

// lintOneMeaning: which of two catalogues comes first is no business of a method in a third package.
func lintOneMeaning(at place, pkg, name string, first *Catalogue, catalogues []*Catalogue) {
	value, _, _ := strings.Cut(name, "/")
	if strings.Contains(value, ".") || valueName(first.Name, value) == pkg+"."+value {
		return
	}
	for _, c := range catalogues {
		if c == first {
			continue
		}
		if other, _, _ := resolve(pkg, name, []*Catalogue{c}); other != nil {
			at.report(RuleMethodErrors, "want the package before %q, since %s and %s have it: write %q",
				name, first.Name, c.Name, valueName(first.Name, name))
			return
		}
	}
}

// hint says what to write in place of a name that no catalogue has.
func hint(name string, catalogues []*Catalogue) string {
	if near := nearest(name, catalogues); near != "" {
		return fmt.Sprintf(": write %q", near)
	}
	return ": write the name of an enum value that has option errpact.v1.entry"
}
