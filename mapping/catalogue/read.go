// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Read returns the catalogue of an annotated enum. The enum's descriptor may come from
// generated code, from a protoc plugin's request or from a descriptor set, as long as its file's
// imports came along. A nil enum is an error.
//
// The error joins every mistake of the annotations, each with the full name of the value that has
// it, and with file and line where the descriptor has source info.
func Read(enum protoreflect.EnumDescriptor) (*Catalogue, error) {
	if isNil(enum) {
		return nil, errors.New("want an enum's descriptor, have nil")
	}
	if enum.IsPlaceholder() {
		return nil, fmt.Errorf("%s: want the enum's file, have its name alone", enum.FullName())
	}
	annotations, err := annotationsOf(enum)
	if err != nil {
		return nil, err
	}
	r := newReader(enum, annotations)
	r.read()
	if err := r.problems.join(); err != nil {
		return nil, err
	}
	return &r.into, nil
}

// IsCatalogue reports whether the enum has the option errpact.v1.catalogue, be it right or wrong.
// A nil enum has none.
func IsCatalogue(enum protoreflect.EnumDescriptor) bool {
	if isNil(enum) || enum.IsPlaceholder() {
		return false
	}
	number := protoreflect.FieldNumber(extensionNumber)
	annotations, err := annotationsOf(enum)
	switch {
	case errors.Is(err, errMissingImport):
		// [Read] says what is missing; to pass the enum over would hide it.
	case err != nil:
		return false
	default:
		number = annotations.catalogue.Number()
	}
	_, found, err := optionBytes(enum.Options(), number)
	return found || err != nil
}

// isNil knows a nil pointer in the interface too: generated code never gives one, a caller may.
func isNil(descriptor protoreflect.Descriptor) bool {
	v := reflect.ValueOf(descriptor)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

// reader reads one enum.
type reader struct {
	enum        protoreflect.EnumDescriptor
	annotations annotations
	problems    *problems
	into        Catalogue
}

func newReader(enum protoreflect.EnumDescriptor, a annotations) *reader {
	return &reader{enum: enum, annotations: a, problems: new(problems)}
}

func (r *reader) read() {
	r.into.Name, r.into.Package = string(r.enum.FullName()), string(r.enum.ParentFile().Package())
	at := r.problems.at(r.enum)
	option, found := decode(at, r.enum.Options(), r.annotations.catalogue)
	switch {
	case !found:
		at.report(RuleAnnotated, "want option %s", catalogueName)
	case option.Message != nil:
		r.into.Domain = option.text("domain")
		checkDomain(at, r.into.Domain)
		r.into.GoPrefix = readGoPrefix(at, option)
		r.into.Errors = option.strings("errors")
		for _, set := range option.list("sets") {
			r.into.Sets = append(r.into.Sets, Set{set.text("name"), set.strings("errors")})
		}
	}
	claims := newClaims()
	numbers := make(map[protoreflect.EnumNumber]protoreflect.Name)
	for i := range r.enum.Values().Len() {
		value := r.enum.Values().Get(i)
		at := r.problems.at(value)
		if first, ok := numbers[value.Number()]; ok {
			at.report(RuleNumber, "want number %d once, have it for %s too", value.Number(), first)
			continue
		}
		numbers[value.Number()] = value.Name()
		// Without the enum's option, that alone is said, and not that every value lacks its own.
		if e := r.entry(at, value, found); e != nil {
			claims.entry(at, e)
			checkSize(at, &r.into, e)
			r.into.Entries = append(r.into.Entries, e)
		}
	}
	slices.SortFunc(r.into.Entries, func(a, b *Entry) int { return cmp.Compare(a.Number, b.Number) })
}

const goPrefixName protoreflect.Name = "go_prefix"

// readGoPrefix is nil where none is stated.
func readGoPrefix(at place, option message) *string {
	const name = goPrefixName
	if _, stated := option.field(name, protoreflect.StringKind, protoreflect.Optional); !stated {
		return nil
	}
	prefix := option.text(name)
	if !isGoPrefix(prefix) {
		at.report(RuleGoName, "want %s like ^([A-Z][A-Za-z0-9]*)?$, of at most %d characters, have %q", name, maxReason, prefix)
		return nil
	}
	return &prefix
}

// entry returns nil for a value without the option.
func (r *reader) entry(at place, value protoreflect.EnumValueDescriptor, required bool) *Entry {
	option, found := decode(at, value.Options(), r.annotations.entry)
	if !found {
		if required && !mayLackEntry(value) {
			at.report(RuleAnnotated, "want option %s", entryName)
		}
		return nil
	}
	if option.Message == nil {
		return nil
	}
	e := &Entry{Number: int32(value.Number()), Name: string(value.Name()), Deprecated: isDeprecated(value.Options())}
	e.read(at, option)
	if e.ShortName == "" {
		e.ShortName = shortName(string(r.enum.Name()), e.Name)
	}
	return e
}

// mayLackEntry: buf's STANDARD lint rules ask every enum for a zero value with this name, and a
// catalogue may have no use for it.
func mayLackEntry(value protoreflect.EnumValueDescriptor) bool {
	return value.Number() == 0 && strings.HasSuffix(string(value.Name()), "_UNSPECIFIED")
}

// isDeprecated reads EnumValueOptions.deprecated.
func isDeprecated(options protoreflect.ProtoMessage) bool {
	d, ok := options.(interface{ GetDeprecated() bool })
	return ok && d.GetDeprecated()
}
