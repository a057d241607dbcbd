// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/errpact/errpact/mapping/catalogue"
)

// catalogueName returns the name of the catalogue that a variable holds.
func (e *engine) catalogueName(v ssa.Value) string {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return ""
	}
	g, ok := load.X.(*ssa.Global)
	if !ok {
		return ""
	}
	object, ok := g.Object().(*types.Var)
	if !ok {
		return ""
	}
	if object.Pkg() != e.pass.Pkg {
		var fact catalogueFact
		if e.pass.ImportObjectFact(object, &fact) {
			return fact.Name
		}
		return ""
	}
	for _, s := range e.globals[g] {
		if call, ok := s.value.(*ssa.Call); ok {
			return e.enumOf(call)
		}
	}
	return ""
}

// enumOf returns the catalogue of the enum whose descriptor a call gets, as in
// LazyCatalogue(func() protoreflect.EnumDescriptor { return v1.ErrorCode(0).Descriptor() }).
func (e *engine) enumOf(call *ssa.Call) string {
	if !strings.HasPrefix(calleeName(call.Common()), mappingPath+".") || len(call.Call.Args) == 0 {
		return ""
	}
	values := []ssa.Value{call.Call.Args[0]}
	for _, t := range e.callees(values[0], call) {
		if t.fn == nil {
			continue
		}
		for _, r := range returnsOf(t.fn) {
			values = append(values, r.Results[0])
		}
	}
	for _, v := range values {
		c, ok := v.(*ssa.Call)
		if !ok || len(c.Call.Args) == 0 {
			continue
		}
		if named, ok := types.Unalias(c.Call.Args[0].Type()).(*types.Named); ok {
			if found := e.known.catalogueOf(named.Obj()); found != nil {
				return found.Name
			}
		}
	}
	return ""
}

// entryOf returns the entry of an item; nil for one that no catalogue in sight has.
func (k *known) entryOf(id string) (*catalogue.Entry, *catalogue.Reason) {
	name, number, reason := splitEntry(id)
	for _, c := range k.catalogues {
		if c.Name != name {
			continue
		}
		for _, e := range c.Entries {
			if e.Number != number {
				continue
			}
			for _, r := range e.Reasons {
				if r.Name == reason {
					return e, r
				}
			}
			return e, nil
		}
	}
	return nil, nil
}

// nameOf returns an entry as a list has it: "SHOP_ERROR_OUT_OF_STOCK/LAST_ONE".
func (k *known) nameOf(id string) string {
	name, number, reason := splitEntry(id)
	e, _ := k.entryOf(id)
	text := name + " " + itoa(number)
	if e != nil {
		text = e.Name
	}
	if reason != "" {
		text += "/" + reason
	}
	return text
}
