// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"cmp"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Resolve finds the entry, and its reason, that a method's error names: NAME or NAME/REASON, where NAME may have its
// package before it. Without one it is of the method's own package, or else of the only catalogue that has it; a nil
// method has no package, and nil catalogues are skipped. The reason is nil where none is named; all are nil if nothing is
// found, if several catalogues have the name, and for a set, which [Declare] resolves.
func Resolve(method protoreflect.MethodDescriptor, name string, catalogues []*Catalogue) (*Catalogue, *Entry, *Reason) {
	found := resolve(packageOf(method), name, catalogues)
	if len(found) != 1 {
		return nil, nil, nil
	}
	d := found[0].what
	return d.Catalogue, d.Entry, d.Reason
}

// packageOf returns the package of a descriptor's file; "" for one without a file.
func packageOf(d protoreflect.Descriptor) string {
	if isNil(d) || d.ParentFile() == nil {
		return ""
	}
	return string(d.ParentFile().Package())
}

// A meaning is a set or an entry that a name in a list can stand for, with its catalogue.
type meaning[T any] struct {
	of   *Catalogue
	what T
}

// resolve finds the errors that a name in a list of a package may mean.
func resolve(pkg, name string, catalogues []*Catalogue) []meaning[Declared] {
	value, reason, hasReason := strings.Cut(name, "/")
	own := pkg + "." + value
	return meanings(catalogues, func(c *Catalogue, isOwn bool) (Declared, bool) {
		for _, e := range c.Entries {
			fullName := valueName(c.Name, e.Name)
			if isOwn && (pkg == "" || fullName != own) || !isOwn && fullName != value && e.Name != value {
				continue
			}
			if r := e.reason(reason); !hasReason || r != nil {
				return Declared{Catalogue: c, Entry: e, Reason: r}, true
			}
		}
		return Declared{}, false
	})
}

// resolveSet finds the sets that a name in a list of a package may mean, as in "@auth" or "@acme.shop.v1.auth".
func resolveSet(pkg, name string, catalogues []*Catalogue) []meaning[*Set] {
	return meanings(catalogues, func(c *Catalogue, isOwn bool) (*Set, bool) {
		for i := range c.Sets {
			set := &c.Sets[i]
			isShort := name == "@"+set.Name
			if isOwn && isShort && c.Package == pkg || !isOwn && (isShort || name == "@"+c.Package+"."+set.Name) {
				return set, true
			}
		}
		return nil, false
	})
}

// meanings returns what catalogues have of a name: those of the list's own package or, if these have nothing, all. It has
// one of each catalogue, in the order of their names: each reader has the catalogues in another order.
func meanings[T any](catalogues []*Catalogue, find func(c *Catalogue, isOwn bool) (T, bool)) []meaning[T] {
	var found []meaning[T]
	for _, isOwn := range []bool{true, false} {
		for _, c := range catalogues {
			if c == nil {
				continue
			}
			if what, ok := find(c, isOwn); ok {
				found = append(found, meaning[T]{c, what})
			}
		}
		if len(found) > 0 {
			break
		}
	}
	slices.SortStableFunc(found, func(a, b meaning[T]) int { return cmp.Compare(a.of.Name, b.of.Name) })
	return slices.CompactFunc(found, func(a, b meaning[T]) bool { return a.of.Name == b.of.Name })
}

// reportMeanings reports a name that means several things, and what to write for the first of them.
func reportMeanings[T any](at place, name, write string, all []meaning[T]) {
	if len(all) > 1 {
		at.report(RuleMethodErrors, "want the package before %q, since %s and %s have it: write %q", name, all[0].of.Name, all[1].of.Name, write)
	}
}

// reportSets is [reportMeanings] for sets. Two of one package cannot be told apart by it.
func reportSets(at place, name string, all []meaning[*Set]) {
	first := all[0]
	if len(all) > 1 && first.of.Package == all[1].of.Package {
		reportTwin(at, all[1], first.of)
		return
	}
	reportMeanings(at, name, "@"+first.of.Package+"."+first.what.Name, all)
}

// reportTwin reports a set whose name another catalogue of its package has.
func reportTwin(at place, set meaning[*Set], other *Catalogue) {
	at.report(RuleSets, "want set %q once in package %s, have it in %s and %s: give it another name", set.what.Name, set.of.Package, other.Name, set.of.Name)
}

func (e *Entry) reason(name string) *Reason {
	for _, r := range e.Reasons {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// valueName is a value's full name, which is a sibling's of its enum.
func valueName(enum, value string) string {
	return enum[:strings.LastIndexByte(enum, '.')+1] + value
}
