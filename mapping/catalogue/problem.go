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

// Error returns the place, as [Where] has it, and the mistake. A nil Problem, and a nil Err, are "<nil>".
func (p *Problem) Error() string {
	if p == nil {
		return nilText
	}
	return fmt.Sprintf("%s: %v", Where(p.Descriptor), p.Err)
}

// Unwrap returns the mistake without the place. A nil Problem has none.
func (p *Problem) Unwrap() error {
	if p == nil {
		return nil
	}
	return p.Err
}

// nilText is what fmt writes for nil.
const nilText = "<nil>"

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
// source info, such as "acme/shop.proto:12: acme.SHOP_ERROR_OUT_OF_STOCK". A nil one is "<nil>".
func Where(d protoreflect.Descriptor) string {
	if isNil(d) {
		return nilText
	}
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
