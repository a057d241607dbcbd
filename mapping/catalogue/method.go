// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Method is what a method states of itself by the option errpact.v1.rest.
type Method struct {
	// SuccessStatus is 0 where it is not stated.
	SuccessStatus int
	// Errors are as they are written.
	Errors []string
}

// ReadMethod returns what a method states, and whether it states anything. A nil method is an error.
func ReadMethod(method protoreflect.MethodDescriptor) (Method, bool, error) {
	if isNil(method) {
		return Method{}, false, errors.New("want a method's descriptor, have nil")
	}
	found := new(problems)
	m, ok := readMethod(found.at(method), method)
	return m, ok, found.join()
}

func readMethod(at place, method protoreflect.MethodDescriptor) (Method, bool) {
	var m Method
	extension := restOf(method.ParentFile())
	if extension == nil {
		return m, false
	}
	option, found := decode(at, method.Options(), extension)
	if !found || option.Message == nil {
		return m, found
	}
	m.SuccessStatus, _ = option.number("success_status")
	m.Errors = option.strings("errors")
	return m, true
}

// restOf is the declaration of the option, nil where the file has none of it.
func restOf(file protoreflect.FileDescriptor) protoreflect.ExtensionDescriptor {
	found, _ := search(file)
	if found.rest == nil || !isMessage(found.rest, optionsPackage+".Rest") {
		return nil
	}
	return found.rest
}

// Resolve finds the entry, and its reason, that a method's error names: NAME or NAME/REASON, where
// NAME may have its package before it. Without one it is of the method's own package, or else of the
// first catalogue that has it; a nil method has no package, and nil catalogues are skipped. The reason is nil
// where none is named; all are nil if nothing is found.
func Resolve(method protoreflect.MethodDescriptor, name string, catalogues []*Catalogue) (*Catalogue, *Entry, *Reason) {
	value, reason, hasReason := strings.Cut(name, "/")
	own := ownName(method, value)
	for _, matches := range []func(fullName, name string) bool{
		func(fullName, _ string) bool { return fullName == own },
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

// ownName returns the full name of a value in the method's own package; "" for a method without a file.
func ownName(method protoreflect.MethodDescriptor, value string) string {
	if isNil(method) || method.ParentFile() == nil {
		return ""
	}
	return string(method.ParentFile().Package()) + "." + value
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

func lintMethods(all *problems, file protoreflect.FileDescriptor, catalogues []*Catalogue) {
	for i := range file.Services().Len() {
		methods := file.Services().Get(i).Methods()
		for j := range methods.Len() {
			at := all.at(methods.Get(j))
			m, found := readMethod(at, methods.Get(j))
			if !found {
				continue
			}
			if s := m.SuccessStatus; s != 0 && (s < 200 || s > 299) {
				at.report(RuleMethodErrors, "want success_status 200 to 299, have %d", s)
			}
			for _, name := range m.Errors {
				c, _, _ := Resolve(methods.Get(j), name, catalogues)
				if c == nil {
					at.report(RuleMethodErrors, "want each of errors to be an entry, or ENTRY/REASON, of a known catalogue, have %q%s", name, hint(name, catalogues))
					continue
				}
				lintOneMeaning(at, methods.Get(j), name, c, catalogues)
			}
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

// lintOneMeaning: which of two catalogues comes first is no business of a method in a third package.
func lintOneMeaning(at place, method protoreflect.MethodDescriptor, name string, first *Catalogue, catalogues []*Catalogue) {
	value, _, _ := strings.Cut(name, "/")
	if strings.Contains(value, ".") || valueName(first.Name, value) == string(method.ParentFile().Package())+"."+value {
		return
	}
	for _, c := range catalogues {
		if c == first {
			continue
		}
		if other, _, _ := Resolve(method, name, []*Catalogue{c}); other != nil {
			at.report(RuleMethodErrors, "want the package before %q, since %s and %s have it: write %q",
				name, first.Name, c.Name, valueName(first.Name, name))
			return
		}
	}
}
