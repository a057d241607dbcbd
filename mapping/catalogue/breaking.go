// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/connectcode"
)

// Breaking returns what callers of an older version of the catalogues in files would miss in this one.
// Both are all files that are known, with the built-in catalogue's, as for [Lint]. Nil files are skipped. A catalogue that
// [Read] refuses is a problem, since it cannot be compared, unless its older version had mistakes too. A problem's
// descriptor is the new one where there is one. Rules that are off by default are checked if they are among optional.
func Breaking(before, now []protoreflect.FileDescriptor, optional ...Rule) []*Problem {
	all := new(problems)
	wasGo, isGo := goNamesOf(before), goNamesOf(now)
	after := make(map[protoreflect.FullName]protoreflect.EnumDescriptor)
	for _, enum := range Enums(now) {
		after[enum.FullName()] = enum
	}
	for _, old := range Enums(before) {
		was, err := Read(old)
		if err != nil {
			if errors.Is(err, errMissingImport) {
				reportUnread(all.at(old), err)
				all.list[len(all.list)-1].Old = true
			}
			continue
		}
		enum, found := after[old.FullName()]
		if !found {
			all.at(old).report(RuleCatalogueNoDelete, "want the catalogue to stay, have it removed or without its option")
			all.list[len(all.list)-1].Old = true
			continue
		}
		is, err := Read(enum)
		if err != nil {
			reportUnread(all.at(enum), err)
			continue
		}
		breakingCatalogue(all, enum, was, is, wasGo[old.FullName()])
		breakingPrefix(all.at(enum), wasGo[old.FullName()], isGo[old.FullName()], catalogueName)
	}
	breakingContracts(all, before, now)
	return slices.DeleteFunc(all.list, func(p *Problem) bool { return !p.Rule.Default() && !slices.Contains(optional, p.Rule) })
}

// reportUnread reports a catalogue that cannot be compared. Its mistakes are for [Lint] to list.
func reportUnread(at place, err error) {
	why := errors.New("run the lint rules, which find its mistakes")
	if errors.Is(err, errMissingImport) {
		why = errMissingImport
	}
	at.report(RuleCatalogueNoDelete, "want a catalogue that can be read, to compare it with its other version: %w", why)
}

func breakingCatalogue(all *problems, enum protoreflect.EnumDescriptor, was, is *Catalogue, wasGo GoNames) {
	at := all.at(enum)
	if was.Domain != is.Domain {
		at.report(RuleDomainSame, "want domain %q as before, have %q", was.Domain, is.Domain)
	}
	for _, old := range was.Entries {
		i := slices.IndexFunc(is.Entries, func(e *Entry) bool { return e.Number == old.Number })
		if i < 0 {
			at.report(RuleNumberNoDelete, "want number %d (%s) to stay, have it removed", old.Number, old.Name)
			continue
		}
		e := is.Entries[i]
		breakingEntry(all.at(enum.Values().ByName(protoreflect.Name(e.Name))), old, e, wasGo)
	}
}

// goNamesOf are the Go names of all catalogues, by the enum's full name.
func goNamesOf(files []protoreflect.FileDescriptor) map[protoreflect.FullName]GoNames {
	enums := Enums(files)
	ByPath(enums)
	var packages GoPackages
	names := make(map[protoreflect.FullName]GoNames)
	for _, enum := range enums {
		c, err := Read(enum)
		if err != nil {
			c = nil
		}
		names[enum.FullName()] = packages.Names(enum, goPackageOf(enum.ParentFile()), c)
	}
	return names
}

// breakingPrefix compares the prefixes of all Go names of a catalogue or a service.
func breakingPrefix(at place, was, is GoNames, option string) {
	if was != is {
		at.report(RuleGoNameSame, "want Go names with %s as before, have them with %s: write go_prefix: %q in its option %s",
			was.prefixText(), is.prefixText(), was.prefix, option)
	}
}

func (n GoNames) prefixText() string {
	if n.prefix == "" {
		return "no prefix"
	}
	return fmt.Sprintf("prefix %q", n.prefix)
}

func breakingEntry(at place, was, is *Entry, wasGo GoNames) {
	if was.Name != is.Name {
		at.report(RuleNumberSameEntry, "want number %d for %s as before, have it for %s", was.Number, was.Name, is.Name)
		return
	}
	breakingName(at, was, is)
	breakingCodes(at, was.ConnectCode, is.ConnectCode, was.HTTPStatus, is.HTTPStatus)
	breakingParams(at, was.Params, is.Params)
	for _, old := range was.Reasons {
		r := is.reason(old.Name)
		if r == nil {
			at.report(RuleReasonNoDelete, "want reason %q to stay, have it removed or renamed", old.Name)
			continue
		}
		at := at.in("reason %q", r.Name)
		if old.TakesParams(was) && is.HasConstructors() && !r.TakesParams(is) {
			at.report(RuleGoNameSame, "want Go name %s as before, have none: leave out the reason's message, so that it has the entry's",
				wasGo.Constructor(wasGo.Reason(was, old)))
		}
		breakingCodes(at, old.ConnectCode, r.ConnectCode, old.HTTPStatus, r.HTTPStatus)
	}
}

// breakingParams compares placeholders, which are the arguments of Go's constructors. Callers of one with more arguments
// do not compile, so that they learn of it. Callers of one with the arguments swapped would go on to compile.
func breakingParams(at place, was, is []Param) {
	for _, p := range was {
		if !slices.Contains(is, p) {
			at.report(RulePlaceholderNoDelete, "want placeholder %q of type %s to stay", p.Name, p.Type)
		}
	}
	if before, now := commonNames(was, is), commonNames(is, was); !slices.Equal(before, now) {
		at.report(RulePlaceholderNoDelete, "want placeholders in the order %s as before, have %s: Go code passes their values in that order",
			strings.Join(before, ", "), strings.Join(now, ", "))
	}
}

// commonNames returns the names of the params that are among others, too, in quotes.
func commonNames(params, others []Param) (names []string) {
	for _, p := range params {
		if slices.ContainsFunc(others, func(other Param) bool { return other.Name == p.Name }) {
			names = append(names, strconv.Quote(p.Name))
		}
	}
	return names
}

// breakingName compares names that are derived. Anchors, and the Go names of reasons, are made of what
// other rules compare.
func breakingName(at place, was, is *Entry) {
	if was.ShortName != is.ShortName {
		at.report(RuleReasonSame, "want reason %q in google.rpc.ErrorInfo as before, have %q: write reason: %q in its option %s",
			was.ShortName, is.ShortName, was.ShortName, entryName)
	}
	if was, is := goName(was.ShortName), goName(is.ShortName); was != is {
		at.report(RuleGoNameSame, "want Go name %s as before, have %s", was, is)
	}
}

func breakingCodes(at place, wasCode, isCode uint32, wasStatus, isStatus int) {
	if wasCode != isCode {
		at.report(RuleConnectCodeSame, "want Connect code %s as before, have %s", connectcode.Name(wasCode), connectcode.Name(isCode))
	}
	if wasStatus != isStatus {
		at.report(RuleHTTPStatusSame, "want HTTP status %d as before, have %d", wasStatus, isStatus)
	}
}
