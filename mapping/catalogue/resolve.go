// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Resolve finds the entry, and its reason, that a method's error names: NAME or NAME/REASON, where
// NAME may have its package before it. Without one it is of the method's own package, or else of the
// first catalogue that has it; a nil method has no package, and nil catalogues are skipped. The reason is nil
// where none is named; all are nil if nothing is found, as for a set, which [Declare] resolves.
func Resolve(method protoreflect.MethodDescriptor, name string, catalogues []*Catalogue) (*Catalogue, *Entry, *Reason) {
	return resolve(packageOf(method), name, catalogues)
}

// packageOf returns the package of a descriptor's file; "" for one without a file.
func packageOf(d protoreflect.Descriptor) string {
	if isNil(d) || d.ParentFile() == nil {
		return ""
	}
	return string(d.ParentFile().Package())
}

// resolve finds an error that a list in a package names.
func resolve(pkg, name string, catalogues []*Catalogue) (*Catalogue, *Entry, *Reason) {
	value, reason, hasReason := strings.Cut(name, "/")
	own := pkg + "." + value
	for _, matches := range []func(fullName, name string) bool{
		func(fullName, _ string) bool { return pkg != "" && fullName == own },
		func(fullName, name string) bool { return fullName == value || name == value },
	} {
		for _, c := range catalogues {
			if c == nil {
				continue
			}
			for _, e := range c.Entries {
				if !matches(valueName(c.Name, e.Name), e.Name) {
					continue
				}
				if !hasReason {
					return c, e, nil
				}
				if r := e.reason(reason); r != nil {
					return c, e, r
				}
			}
		}
	}
	return nil, nil, nil
}

// resolveSet finds the set that a list in a package names, as in "@auth" or "@acme.shop.v1.auth"; nil if no
// catalogue has it.
func resolveSet(pkg, name string, catalogues []*Catalogue) (*Catalogue, *Set) {
	name = strings.TrimPrefix(name, "@")
	for _, matches := range []func(c *Catalogue, set string) bool{
		func(c *Catalogue, set string) bool { return c.Package == pkg && set == name },
		func(c *Catalogue, set string) bool { return c.Package+"."+set == name || set == name },
	} {
		for _, c := range catalogues {
			if c == nil {
				continue
			}
			for i := range c.Sets {
				if set := &c.Sets[i]; matches(c, set.Name) {
					return c, set
				}
			}
		}
	}
	return nil, nil
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
