// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Problem is one mistake of a catalogue.
type Problem struct {
	Rule Rule
	// Descriptor is what has the mistake: an enum, one of its values, or a method.
	Descriptor protoreflect.Descriptor
	// Old says that Descriptor is of the older of two versions: the newer one does not have it.
	Old bool
	// Err says what is wrong, without the place.
	Err error
}

// Error is the place, as [Where] has it, and the mistake.
func (p *Problem) Error() string { return Where(p.Descriptor) + ": " + p.Err.Error() }

// Unwrap is the mistake without the place.
func (p *Problem) Unwrap() error { return p.Err }

// problems collects mistakes, so that all are said at once.
type problems struct{ list []*Problem }

func (p *problems) at(d protoreflect.Descriptor) place { return place{p, d, ""} }

// join is nil if there is no mistake.
func (p *problems) join() error {
	errs := make([]error, len(p.list))
	for i, problem := range p.list {
		errs[i] = problem
	}
	return errors.Join(errs...)
}

// place is what mistakes are reported of.
type place struct {
	problems   *problems
	descriptor protoreflect.Descriptor
	// within is the part of the descriptor's annotation, with ": " after it; empty for all of it.
	within string
}

func (p place) in(format string, args ...any) place {
	p.within += fmt.Sprintf(format, args...) + ": "
	return p
}

// String returns the place for a text about another one.
func (p place) String() string { return strings.TrimSuffix(Where(p.descriptor)+": "+p.within, ": ") }

func (p place) report(rule Rule, format string, args ...any) {
	err := fmt.Errorf("%s"+format, append([]any{p.within}, args...)...)
	p.problems.list = append(p.problems.list, &Problem{Rule: rule, Descriptor: p.descriptor, Err: err})
}

// Where names a descriptor for an error's text: its full name, after file and line where there is
// source info, such as "acme/shop.proto:12: acme.SHOP_ERROR_OUT_OF_STOCK".
func Where(d protoreflect.Descriptor) string {
	name := string(d.FullName())
	file := d.ParentFile()
	if file == nil {
		return name
	}
	location := file.SourceLocations().ByDescriptor(d)
	if location.Path == nil {
		return name
	}
	return fmt.Sprintf("%s:%d: %s", file.Path(), location.StartLine+1, name)
}
