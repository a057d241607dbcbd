// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// lintDomains: (domain, reason) is what names an error for whoever reads google.rpc.ErrorInfo alone.
// https://google.aip.dev/193#errorinfo
func lintDomains(readers []*reader) {
	taken := make(map[[2]string][]namedAt)
	for _, r := range readers {
		for _, e := range r.into.Entries {
			at := r.problems.at(valueOf(r.enum, e))
			r.lintDomain(taken, at, e.ShortName, nameByHand(e))
			for _, reason := range e.Reasons {
				r.lintDomain(taken, at.in("reason %q", reason.Name), reason.Name, "give the reason another name")
			}
		}
	}
}

// namedAt is where a reason stands, in which enum.
type namedAt struct {
	enum  protoreflect.EnumDescriptor
	where string
}

func (r *reader) lintDomain(taken map[[2]string][]namedAt, at place, reason, fix string) {
	if reason == "" || isBlank(r.into.Domain) {
		return
	}
	key := [2]string{r.into.Domain, reason}
	if other, found := clash(taken[key], r.enum); found {
		at.report(RuleDistinct, "want reason %q in google.rpc.ErrorInfo once in domain %q, have it for %s too: %s",
			reason, r.into.Domain, other.where, fix)
		return
	}
	taken[key] = append(taken[key], namedAt{r.enum, at.String()})
}

// clash returns the first of those that took a name which is not of another version of the enum.
func clash(taken []namedAt, enum protoreflect.EnumDescriptor) (namedAt, bool) {
	for _, other := range taken {
		if other.enum == enum || !areVersions(enum, other.enum) {
			return other, true
		}
	}
	return namedAt{}, false
}

var version = lazyPattern{text: `\.v[0-9][a-z0-9]*$`}

// areVersions reports whether two enums are one in two versions of an API, which share what they name.
func areVersions(a, b protoreflect.EnumDescriptor) bool {
	unversioned := func(e protoreflect.EnumDescriptor) string {
		name := string(e.ParentFile().Package())
		return version.get().ReplaceAllString(name, "") + strings.TrimPrefix(string(e.FullName()), name)
	}
	return unversioned(a) == unversioned(b)
}

// lintGo checks names as protoc-gen-errpact-go gives them to catalogues, and returns those that are taken.
func lintGo(readers []*reader) *GoPackages {
	byEnum := make(map[protoreflect.EnumDescriptor]*reader)
	members := make(map[string][]protoreflect.EnumDescriptor)
	var enums []protoreflect.EnumDescriptor
	for _, r := range readers {
		byEnum[r.enum] = r
		enums = append(enums, r.enum)
	}
	ByPath(enums)
	packages := new(GoPackages)
	for _, enum := range enums {
		for _, key := range packageKeys(enum, goPackageOf(enum.ParentFile())) {
			members[key] = append(members[key], enum)
		}
	}
	for _, enum := range enums {
		r, goPackage := byEnum[enum], goPackageOf(enum.ParentFile())
		names := packages.Names(enum, goPackage, &r.into)
		r.problems.list = append(r.problems.list, packages.Declare(enum, goPackage, &r.into, names)...)
		if other := otherThan(enum, members, packageKeys(enum, goPackage)); other != nil && r.into.GoPrefix == nil {
			r.problems.at(enum).report(RuleGoPrefix, "want go_prefix stated, since %s has Go names in the package too: write go_prefix: %q to keep the names as they are",
				Where(other), names.prefix)
		}
	}
	return packages
}

// lintGoContracts checks names as protoc-gen-errpact-go gives them to contracts, beside those of catalogues.
func lintGoContracts(packages *GoPackages, files []protoreflect.FileDescriptor, catalogues []*Catalogue) []*Problem {
	services := servicesOf(files)
	byPath(services)
	closed := make(map[protoreflect.ServiceDescriptor][]protoreflect.MethodDescriptor)
	alike := make(map[goIdent][]protoreflect.MethodDescriptor)
	for _, service := range services {
		for i := range service.Methods().Len() {
			method := service.Methods().Get(i)
			if d, _ := Declare(method, catalogues); d.Closed { // what is wrong with it is said of its list
				closed[service] = append(closed[service], method)
				alike[plainName(method)] = append(alike[plainName(method)], method)
			}
		}
	}
	all := new(problems)
	for _, service := range services {
		names, wrong := packages.ServiceNames(service, goPackageOf(service.ParentFile()))
		all.list = append(all.list, wrong...)
		for _, method := range closed[service] {
			all.list = append(all.list, packages.DeclareContract(method, goPackageOf(service.ParentFile()), names.Contract(method))...)
		}
		if statesGoPrefix(service) {
			continue
		}
		if other := otherService(closed[service], alike); other != nil {
			all.at(service).report(RuleGoPrefix, "want go_prefix stated, since %s declares errors too, and both would have the Go name %s: write go_prefix: %q in its option %s to keep the names as they are",
				Where(other), plainName(other).name, names.prefix, serviceName)
		}
	}
	return all.list
}

// plainName is the Go name of a method's contract where its service has no prefix.
func plainName(method protoreflect.MethodDescriptor) goIdent {
	return goIdent{goPackageOf(method.ParentFile()), GoNames{}.Contract(method)}
}

// otherService returns a method of another service that is named like one of methods; nil without one.
func otherService(methods []protoreflect.MethodDescriptor, alike map[goIdent][]protoreflect.MethodDescriptor) protoreflect.MethodDescriptor {
	for _, method := range methods {
		for _, other := range alike[plainName(method)] {
			if other.Parent() != method.Parent() {
				return other
			}
		}
	}
	return nil
}

func otherThan(enum protoreflect.EnumDescriptor, members map[string][]protoreflect.EnumDescriptor, keys []string) protoreflect.EnumDescriptor {
	for _, key := range keys {
		for _, other := range members[key] {
			if other != enum {
				return other
			}
		}
	}
	return nil
}
