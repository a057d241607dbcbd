// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package page

import (
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/mapping/catalogue"
)

// builtinName is the enum of the built-in catalogue.
const builtinName = "errpact.v1.ErrorCode"

// OnlyDeclared is [New] without the entries and reasons of the built-in catalogue that none of the methods
// declares.
func OnlyDeclared(title string, methods []protoreflect.MethodDescriptor, enums ...protoreflect.EnumDescriptor) (*Page, error) {
	sources, err := readAll(enums)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(sources, func(s source) bool { return s.read.Name == builtinName })
	if i < 0 {
		return newPage(title, sources)
	}
	named, err := declaredOf(sources[i].read, methods, sources)
	if err != nil {
		return nil, err
	}
	if sources[i].read = named.in(sources[i].read); len(sources[i].read.Entries) == 0 {
		sources = slices.Delete(sources, i, i+1)
	}
	return newPage(title, sources)
}

// declared has the numbers of entries that methods name, each with the reasons that are named alone; nil means
// all of them, since an entry stands for its reasons.
type declared map[int32][]*catalogue.Reason

// declaredOf collects what methods name of the catalogue c, which is one of sources.
func declaredOf(c *catalogue.Catalogue, methods []protoreflect.MethodDescriptor, sources []source) (declared, error) {
	var all []*catalogue.Catalogue
	for _, s := range sources {
		all = append(all, s.read)
	}
	named := make(declared)
	for _, method := range methods {
		declaration, err := catalogue.Declare(method, all)
		if err != nil {
			return nil, err
		}
		for _, d := range declaration.Errors {
			if d.Catalogue == c {
				named.add(d.Entry, d.Reason)
			}
		}
	}
	return named, nil
}

func (d declared) add(e *catalogue.Entry, r *catalogue.Reason) {
	reasons, known := d[e.Number]
	switch {
	case r == nil:
		d[e.Number] = nil
	case !known || reasons != nil:
		d[e.Number] = append(reasons, r)
	}
}

// in returns a copy of the catalogue with what is declared.
func (d declared) in(c *catalogue.Catalogue) *catalogue.Catalogue {
	short := *c
	short.Entries = nil
	for _, e := range c.Entries {
		reasons, found := d[e.Number]
		switch {
		case !found:
			continue
		case reasons != nil:
			finer := *e
			finer.Reasons = slices.DeleteFunc(slices.Clone(e.Reasons), func(r *catalogue.Reason) bool { return !slices.Contains(reasons, r) })
			e = &finer
		}
		short.Entries = append(short.Entries, e)
	}
	return &short
}
