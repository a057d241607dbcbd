// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/mapping/catalogue"
)

// names are the Go names of one set.
type names struct {
	catalogue string
	// entries are by number.
	entries map[int32]string
	reasons map[reasonKey]string
}

type reasonKey struct {
	number int32
	reason string
}

func newNames(prefix string, c *catalogue.Catalogue) names {
	n := names{
		catalogue: prefix + "Catalogue",
		entries:   make(map[int32]string, len(c.Entries)),
		reasons:   make(map[reasonKey]string),
	}
	for _, e := range c.Entries {
		name := prefix + goName(e.ShortName)
		n.entries[e.Number] = name
		for _, r := range e.Reasons {
			n.reasons[reasonKey{e.Number, r.Name}] = name + goName(r.Name)
		}
	}
	return n
}

// goName makes "NotExist" of "NOT_EXIST". Parts that are not all in upper case keep theirs.
func goName(name string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(name, "_") {
		if part == "" {
			continue
		}
		rest := part[1:]
		if part == strings.ToUpper(part) {
			rest = strings.ToLower(rest)
		}
		b.WriteString(strings.ToUpper(part[:1]) + rest)
	}
	if goName := b.String(); goName != "" && 'A' <= goName[0] && goName[0] <= 'Z' {
		return goName
	}
	return "X" + b.String() // as protoc-gen-go does, so that it is exported
}

// scope keeps the names of one Go package apart. It serves all packages of a request.
type scope struct {
	// first has the proto and Go packages that have an enum already.
	first map[string]bool
	taken map[protogen.GoIdent]string
}

func newScope() *scope {
	return &scope{first: make(map[string]bool), taken: make(map[protogen.GoIdent]string)}
}

// prefix is empty for the first enum of a package, and "OuterInner" for another one that is called
// Inner in a message Outer. Two proto packages in one Go package are taken for one.
func (s *scope) prefix(file *protogen.File, enum *protogen.Enum) string {
	protoPackage, goPackage := "proto "+string(file.Desc.Package()), "go "+string(file.GoImportPath)
	taken := s.first[protoPackage] || s.first[goPackage]
	s.first[protoPackage], s.first[goPackage] = true, true
	if !taken {
		return ""
	}
	return strings.ReplaceAll(enum.GoIdent.GoName, "_", "")
}

// declare takes a set's names, and has an error for each that is another one's already.
func (s *scope) declare(set *set) []error {
	var errs []error
	add := func(name string, where string) {
		ident := set.importPath().Ident(name)
		if other, taken := s.taken[ident]; taken {
			errs = append(errs, fmt.Errorf("%s: want the Go name %s.%s once, have it for %s too", where, set.packageName(), name, other))
			return
		}
		s.taken[ident] = where
	}
	add(set.names.catalogue, catalogue.Where(set.enum.Desc))
	for _, e := range set.catalogue.Entries {
		where := catalogue.Where(set.enum.Desc.Values().ByNumber(protoreflect.EnumNumber(e.Number)))
		add(set.names.entries[e.Number], where)
		for _, c := range set.constructorsOf(e) {
			add(c.name, where)
		}
		for _, r := range e.Reasons {
			add(set.names.reasons[reasonKey{e.Number, r.Name}], fmt.Sprintf("%s: reason %q", where, r.Name))
		}
	}
	return errs
}
