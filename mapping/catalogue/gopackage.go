// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// GoPackages hands out Go names, and finds those that two catalogues or services of a package would share. It is
// asked for one catalogue or service after the other, in the order of their files' paths, as [ByPath] has it. The zero
// GoPackages is ready for use.
type GoPackages struct {
	// first has the enum that came first, by proto package and by Go package.
	first map[string]protoreflect.EnumDescriptor
	// services has the Go packages of the services so far.
	services map[string]bool
	taken    map[goIdent]string
}

type goIdent struct{ goPackage, name string }

// ByPath sorts enums by the paths of their files, and keeps the order of declaration in each. A protoc
// plugin's request has files in the order of their imports, which changes when those do.
func ByPath(enums []protoreflect.EnumDescriptor) { byPath(enums) }

func byPath[D protoreflect.Descriptor](all []D) {
	slices.SortStableFunc(all, func(a, b D) int { return cmp.Compare(pathOf(a), pathOf(b)) })
}

// pathOf is the path of a descriptor's file; empty without one.
func pathOf(d protoreflect.Descriptor) string {
	if isNil(d) || d.ParentFile() == nil {
		return ""
	}
	return d.ParentFile().Path()
}

// Names returns the Go names of the catalogue c, which the enum states. The Go package is that of the
// code that protoc-gen-go makes of the enum; two proto packages in one of Go count as one. Without a c that
// can be read, the enum takes its place in its package all the same.
func (p *GoPackages) Names(enum protoreflect.EnumDescriptor, goPackage string, c *Catalogue) GoNames {
	if p == nil || isNil(enum) {
		return GoNames{}
	}
	other := p.enter(enum, goPackage)
	switch {
	case c != nil && c.GoPrefix != nil:
		return GoNames{*c.GoPrefix}
	case other != nil:
		return GoNames{enumGoName(enum)}
	}
	return GoNames{}
}

// enter returns the first catalogue of the enum's packages; nil if that is the enum.
func (p *GoPackages) enter(enum protoreflect.EnumDescriptor, goPackage string) protoreflect.EnumDescriptor {
	if p.first == nil {
		p.first = make(map[string]protoreflect.EnumDescriptor)
	}
	keys := packageKeys(enum, goPackage)
	var other protoreflect.EnumDescriptor
	for _, key := range keys {
		if other == nil {
			other = p.first[key]
		}
	}
	for _, key := range keys {
		if p.first[key] == nil {
			p.first[key] = enum
		}
	}
	return other
}

func packageKeys(enum protoreflect.EnumDescriptor, goPackage string) []string {
	return []string{"proto " + string(enum.ParentFile().Package()), "go " + goPackage}
}

// Declare takes all names of a catalogue, and returns a problem for each that is taken already.
func (p *GoPackages) Declare(enum protoreflect.EnumDescriptor, goPackage string, c *Catalogue, names GoNames) []*Problem {
	if p == nil || isNil(enum) || c == nil {
		return nil
	}
	d := declarer{packages: p, goPackage: goPackage}
	if p.taken == nil {
		p.taken = make(map[goIdent]string)
	}
	d.add(d.problems.at(enum), names.Catalogue(), "write another go_prefix in option "+catalogueName)
	for _, e := range c.Entries {
		at, fix := d.problems.at(valueOf(enum, e)), nameByHand(e)
		d.add(at, names.Entry(e), fix)
		if e.HasConstructors() {
			d.add(at, names.Constructor(names.Entry(e)), fix)
		}
		for _, r := range e.Reasons {
			at := at.in("reason %q", r.Name)
			const fix = "give the reason another name"
			d.add(at, names.Reason(e, r), fix)
			if r.TakesParams(e) {
				d.add(at, names.Constructor(names.Reason(e, r)), fix)
			}
		}
	}
	return d.problems.list
}

// ServiceNames returns the Go names of what a service's methods declare, and a problem if Go does not allow
// its go_prefix. Without one, the names of the second and later services of a Go package begin with the service's own: "Shop" of
// ShopService.
func (p *GoPackages) ServiceNames(service protoreflect.ServiceDescriptor, goPackage string) (GoNames, []*Problem) {
	if p == nil || isNil(service) {
		return GoNames{}, nil
	}
	if p.services == nil {
		p.services = make(map[string]bool)
	}
	isFirst := !p.services[goPackage]
	p.services[goPackage] = true
	found := new(problems)
	stated := readGoPrefix(found.at(service), serviceOption(new(problems).at(service), service))
	switch {
	case stated != nil:
		return GoNames{*stated}, nil
	case isFirst:
		return GoNames{}, found.list
	}
	return GoNames{serviceGoName(service)}, found.list
}

// DeclareContract takes the name of a method's contract, and returns a problem if it is taken already.
func (p *GoPackages) DeclareContract(method protoreflect.MethodDescriptor, goPackage, name string) []*Problem {
	if p == nil || isNil(method) {
		return nil
	}
	if p.taken == nil {
		p.taken = make(map[goIdent]string)
	}
	d := declarer{packages: p, goPackage: goPackage}
	d.add(d.problems.at(method), name, "write another go_prefix in the service's option "+serviceName)
	return d.problems.list
}

type declarer struct {
	packages  *GoPackages
	goPackage string
	problems  problems
}

func (d *declarer) add(at place, name, fix string) {
	ident := goIdent{d.goPackage, name}
	if other, taken := d.packages.taken[ident]; taken {
		at.report(RuleGoName, "want the Go name %s once, have it for %s too: %s", name, other, fix)
		return
	}
	d.packages.taken[ident] = at.String()
}

// nameByHand says how an entry gets another name than the one that is derived.
func nameByHand(e *Entry) string {
	if by := suggestReason(e.Name); by != e.ShortName && by != "" {
		return fmt.Sprintf("write reason: %q, or another name, in its option %s", by, entryName)
	}
	return fmt.Sprintf(`write reason: "ANOTHER_NAME" in its option %s`, entryName)
}

func valueOf(enum protoreflect.EnumDescriptor, e *Entry) protoreflect.EnumValueDescriptor {
	return enum.Values().ByName(protoreflect.Name(e.Name))
}

// goPackageOf is what a file's option go_package says; for want of one, the proto package stands for it.
func goPackageOf(file protoreflect.FileDescriptor) string {
	if options, ok := file.Options().(interface{ GetGoPackage() string }); ok {
		if path, _, _ := strings.Cut(options.GetGoPackage(), ";"); path != "" {
			return path
		}
	}
	return "proto " + string(file.Package())
}
