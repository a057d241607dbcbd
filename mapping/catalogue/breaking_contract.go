// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// breakingContracts compares what methods declare. A change is said of the list that it was made in, once: of the
// method's own, of its service's, of a catalogue's or of a set.
func breakingContracts(all *problems, before, now []protoreflect.FileDescriptor) {
	was, is := contractsOf(before), contractsOf(now)
	breakingContractNames(all, was, is)
	said := make(map[string]bool)
	for _, name := range is.names {
		old, known := was.methods[name]
		if !known || !old.Closed {
			continue // a new method, or one that could return anything
		}
		declared := is.methods[name]
		if !declared.Closed {
			all.at(is.lists[name]).report(RuleContractNoAdd, "want the errors declared as before, have none: the method may return any error")
			continue
		}
		for _, d := range declared.missingIn(old) {
			is.report(all, said, RuleContractNoAdd, name, d, "want no new error, have %q")
		}
		for _, d := range old.missingIn(declared) {
			is.report(all, said, RuleContractNoDelete, name, d, "want error %q to stay, have it removed")
		}
	}
}

// breakingContractNames compares the prefixes of the Go names that the contracts of a service have.
func breakingContractNames(all *problems, was, is contracts) {
	for _, service := range is.services {
		for i := range service.Methods().Len() {
			if name := service.Methods().Get(i).FullName(); was.methods[name].Closed && is.methods[name].Closed {
				breakingPrefix(all.at(service), was.goNames[service.FullName()], is.goNames[service.FullName()], serviceName)
				break
			}
		}
	}
}

// missingIn returns the errors of d that other does not declare.
func (d Declaration) missingIn(other Declaration) []Declared {
	return slices.DeleteFunc(slices.Clone(d.Errors), func(e Declared) bool {
		reason := ""
		if e.Reason != nil {
			reason = e.Reason.Name
		}
		return other.Has(e.Catalogue.Name, e.Entry.Number, reason)
	})
}

// contracts are what the methods of files declare.
type contracts struct {
	// names are in the order of the files.
	names   []protoreflect.FullName
	methods map[protoreflect.FullName]Declaration
	// lists has what may list errors: methods, services and enums.
	lists map[protoreflect.FullName]protoreflect.Descriptor
	// services are in the order of their files' paths, as Go names are given.
	services []protoreflect.ServiceDescriptor
	goNames  map[protoreflect.FullName]GoNames
}

// report says once what is wrong with the list of d. If the list is not there any more, it is said of the method.
func (c contracts) report(all *problems, said map[string]bool, rule Rule, method protoreflect.FullName, d Declared, format string) {
	list, set, isSet := strings.Cut(d.By, "@")
	descriptor, found := c.lists[protoreflect.FullName(list)]
	if !found {
		descriptor = c.lists[method]
	}
	at := all.at(descriptor)
	if isSet && found {
		at = at.in("set %q", set)
	}
	if key := string(rule) + at.String() + d.Name(); !said[key] {
		said[key] = true
		at.report(rule, format, d.Name())
	}
}

func contractsOf(files []protoreflect.FileDescriptor) contracts {
	c := contracts{
		methods: make(map[protoreflect.FullName]Declaration), lists: make(map[protoreflect.FullName]protoreflect.Descriptor),
		services: servicesOf(files), goNames: make(map[protoreflect.FullName]GoNames),
	}
	var catalogues []*Catalogue
	for _, enum := range Enums(files) {
		c.lists[enum.FullName()] = enum
		if read, err := Read(enum); err == nil {
			catalogues = append(catalogues, read)
		}
	}
	for _, service := range c.services {
		c.lists[service.FullName()] = service
		for j := range service.Methods().Len() {
			method := service.Methods().Get(j)
			c.lists[method.FullName()], c.names = method, append(c.names, method.FullName())
			c.methods[method.FullName()], _ = Declare(method, catalogues) // without names that are not known: Lint says so of either version
		}
	}
	byPath(c.services)
	var packages GoPackages
	for _, service := range c.services {
		c.goNames[service.FullName()], _ = packages.ServiceNames(service, goPackageOf(service.ParentFile())) // Lint says what is wrong
	}
	return c
}
