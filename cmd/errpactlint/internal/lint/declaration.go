// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/errpact/errpact/mapping/catalogue"
)

// Undeclared has the errors that a handler returns and its method has yet to declare.
type Undeclared struct {
	// Dir is the folder of the handler's package.
	Dir string
	// Path and Package are those of the method's file in its descriptor.
	Path, Package string
	// Foreign is set for a service of another Go module, whose protos may be out of reach.
	Foreign         bool
	Service, Method string
	Errors          []string
}

// undeclared returns an Undeclared, in JSON. Its file is found by the command: go vet would keep the place of one that
// has been moved.
func (c *contract) undeclared() string {
	file := c.method.ParentFile()
	u := Undeclared{
		Dir: c.report.dir, Path: file.Path(), Package: string(file.Package()), Foreign: !c.isOfModule(c.service.pkg),
		Service: string(c.service.descriptor.Name()), Method: string(c.method.Name()),
	}
	for _, id := range c.returned {
		name, number, reason := splitEntry(id)
		if c.declaration.Has(name, number, reason) || c.isBaseline(id) || reason != "" && slices.Contains(c.returned, entryID(name, int64(number), "")) {
			continue
		}
		if text := c.listed(id); text != "" {
			u.Errors = append(u.Errors, text)
		}
	}
	text, err := json.Marshal(u)
	if err != nil {
		return ""
	}
	return string(text)
}

// listed returns the name of an entry for the method's list: with its package only where another has the name, too;
// "" if no catalogue in sight has it.
func (c *contract) listed(id string) string {
	catalogueName, _, _ := splitEntry(id)
	e, _ := c.known.entryOf(id)
	if e == nil {
		return ""
	}
	short := c.known.nameOf(id)
	if found, entry, _ := catalogue.Resolve(c.method, short, c.known.catalogues); found != nil && found.Name == catalogueName && entry == e {
		return short
	}
	return catalogueName[:strings.LastIndexByte(catalogueName, '.')+1] + short
}
