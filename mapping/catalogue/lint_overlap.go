// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// lintOverlaps finds what two catalogues share that mapping.NewPolicy takes from one alone, a number or a domain, and the
// anchors that they share on a page. The later one in the order of [overlapOrder] has the problem. Versions of one
// catalogue may share all, since no server and no page needs to be given them together. The built-in catalogue may share
// its numbers and names, since a catalogue that takes its place uses them again.
func lintOverlaps(readers []*reader) {
	o := overlaps{make(map[string][]namedAt), make(map[int32][]namedAt), make(map[string][]namedAt), freeNumber(readers)}
	for _, r := range readers {
		o.domain(r)
		if r.into.Name != builtinName {
			o.entries(r)
		}
	}
}

// overlapOrder puts the catalogues last that can be changed: first the built-in one, then those that are not
// checked, then the others, each by the paths of their files.
func overlapOrder(readers []*reader, checked func(protoreflect.FileDescriptor) bool) []*reader {
	rank := func(r *reader) int {
		switch {
		case string(r.enum.FullName()) == builtinName:
			return 0
		case checked != nil && !checked(r.enum.ParentFile()):
			return 1
		}
		return 2
	}
	sorted := slices.Clone(readers)
	slices.SortStableFunc(sorted, func(a, b *reader) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(pathOf(a.enum), pathOf(b.enum)))
	})
	return sorted
}

// overlaps has what the catalogues before one have taken.
type overlaps struct {
	domains map[string][]namedAt
	numbers map[int32][]namedAt
	anchors map[string][]namedAt
	// free is the next number that none of them has.
	free int64
}

func (o *overlaps) domain(r *reader) {
	domain := r.into.Domain
	if isBlank(domain) {
		return // reported
	}
	at := r.problems.at(r.enum)
	if other, found := clash(o.domains[domain], r.enum); found {
		label := cmp.Or(strings.TrimSuffix(string(r.enum.Name()), "Error"), string(r.enum.Name()))
		at.report(RuleDomainsDistinct, "want domain %q in one catalogue, have it for %s too, and a server cannot be given both: write domain: %q, or another",
			domain, other.where, strings.ToLower(label)+"."+domain)
	}
	o.domains[domain] = append(o.domains[domain], namedAt{r.enum, at.String()})
}

func (o *overlaps) entries(r *reader) {
	for _, e := range r.into.Entries {
		at := r.problems.at(valueOf(r.enum, e))
		if other, found := clash(o.numbers[e.Number], r.enum); found {
			at.report(RuleNumbersDistinct, "want number %d in one catalogue, have it for %s too, and a server cannot be given both: write %d, or another free number",
				e.Number, other.where, o.free)
			o.free = min(o.free+1, math.MaxInt32)
		}
		o.numbers[e.Number] = append(o.numbers[e.Number], namedAt{r.enum, at.String()})
		o.anchor(r, at, e)
	}
}

func (o *overlaps) anchor(r *reader, at place, e *Entry) {
	anchor := Anchor(e.Name, "")
	if other, found := clash(o.anchors[anchor], r.enum); found {
		at.report(RuleAnchorsDistinct, "want the anchor %s in one catalogue, have it for %s too, and a page cannot have both: write %s, or except the rule if callers know this one",
			anchor, other.where, o.otherName(r, e))
	}
	o.anchors[anchor] = append(o.anchors[anchor], namedAt{r.enum, at.String()})
}

// otherName says how an entry gets another anchor: it keeps the prefix that buf asks of an enum's values, and the reason
// that callers match.
func (o *overlaps) otherName(r *reader, e *Entry) string {
	enum, own := string(r.enum.Name()), e.Name
	if rest, ok := trimPrefix(e.Name, enum); ok {
		own = rest
	}
	fix := "another name"
	if name := strings.TrimSuffix(e.Name, own) + packageLabel(r.into.Package) + own; len(o.anchors[name]) == 0 && r.enum.Values().ByName(protoreflect.Name(name)) == nil {
		fix = name + ", or another name"
	}
	if e.ShortName == shortName(enum, e.Name) {
		fix += fmt.Sprintf(", with reason: %q as before", e.ShortName)
	}
	return fix
}

// packageLabel makes "SHOP_" of a package acme.shop.v1, and "OTHER_" of none.
func packageLabel(pkg string) string {
	pkg = version.get().ReplaceAllString(pkg, "")
	return strings.ToUpper(cmp.Or(pkg[strings.LastIndexByte(pkg, '.')+1:], "other")) + "_"
}

// freeNumber returns the first number of the thousand after all that are used, or the largest that an enum has.
func freeNumber(readers []*reader) int64 {
	var largest int64
	for _, r := range readers {
		for _, e := range r.into.Entries {
			largest = max(largest, int64(e.Number))
		}
	}
	return min((largest/1000+1)*1000, math.MaxInt32)
}

// lintUnmarked finds enums that are no catalogues although values of theirs are entries. Nothing is made of such
// an enum: no Go package, no page, no answer.
func lintUnmarked(all *problems, file protoreflect.FileDescriptor) {
	for _, enum := range appendEnums(nil, file) {
		if IsCatalogue(enum) {
			continue
		}
		if value := firstEntry(enum); value != nil {
			all.at(enum).report(RuleCatalogueOption, "want option %s, since %s has option %s: write option (%s) = {domain: \"…\"} in the enum, with the service or company whose errors these are, such as \"shop.acme.example\"",
				catalogueName, value.Name(), entryName, catalogueName)
		}
	}
}

// firstEntry returns the first value of an enum that has the option errpact.v1.entry; nil if none has it.
func firstEntry(enum protoreflect.EnumDescriptor) protoreflect.EnumValueDescriptor {
	annotations, err := annotationsOf(enum)
	if err != nil {
		return nil // its file does not know the option
	}
	for i := range enum.Values().Len() {
		value := enum.Values().Get(i)
		if _, found, err := optionBytes(value.Options(), annotations.entry.Number()); found || err != nil {
			return value
		}
	}
	return nil
}
