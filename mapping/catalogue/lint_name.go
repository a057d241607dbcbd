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

// lintGo checks names as protoc-gen-errpact-go gives them.
func lintGo(readers []*reader) {
	byEnum := make(map[protoreflect.EnumDescriptor]*reader)
	members := make(map[string][]protoreflect.EnumDescriptor)
	var enums []protoreflect.EnumDescriptor
	for _, r := range readers {
		byEnum[r.enum] = r
		enums = append(enums, r.enum)
	}
	ByPath(enums)
	var packages GoPackages
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
