// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/errpact/errpact/mapping/catalogue"
)

// contract holds one handler to its declaration.
type contract struct {
	*engine
	handler
	report      *reporter
	strict      bool
	declare     bool // note what is returned, for a method that declares nothing, too
	declaration catalogue.Declaration
	// returned has every error that the method may return.
	returned []string
	isOpen   bool
	// unknown are the places of errors that are not known.
	unknown []string
}

// check compares what the handler returns with what its method declares.
func (c *contract) check() {
	c.declaration, _ = catalogue.Declare(c.method, c.known.catalogues)
	if !c.declaration.Closed && !c.declare {
		return
	}
	index := errorResults(c.object.Signature())
	if len(index) == 0 {
		return
	}
	returns := returnsOf(c.fn)
	for _, r := range returns {
		for _, i := range c.engine.returned(r, index[len(index)-1]) {
			if c.isFound(i) {
				c.unknown = append(c.unknown, c.place(i))
			}
			if _, _, isMapped := c.known.mapped(i); i.Call != "" && !i.Part && !isMapped { // its finding is at the call
				c.unknown = append(c.unknown, c.place(Item{pos: i.call}))
			}
		}
	}
	for _, r := range returns {
		s := c.engine.returned(r, index[len(index)-1])
		certain := len(s) == 1
		for _, i := range s.sorted() {
			c.item(i, r, certain)
		}
	}
	c.unreturned()
}

// isFound reports whether an error that is not known has a finding of its own.
func (c *contract) isFound(i Item) bool {
	switch i.Kind {
	case plainKind, openKind, paramKind, resultKind:
		_, _, isMapped := c.known.mapped(i)
		return !isMapped
	}
	return false
}

func (c *contract) item(i Item, r *ssa.Return, certain bool) {
	switch i.Kind {
	case entryKind:
		c.entry(i, r, certain, i.ID, "")
	case sentinelKind, typeKind, plainKind:
		if to, by, ok := c.known.mapped(i); ok {
			// Ready-made rules choose by what they find inside.
			certain = certain && len(to) == 1 && strings.HasPrefix(by, "Map")
			for _, id := range to {
				c.entry(i, r, certain, id, ", by mapping."+by)
			}
			return
		}
		c.opaque(i, r)
	case statusKind, elsewhereKind, givenKind: // a Connect code stands for an entry, which the policy chooses
		c.isOpen = true
	case remoteKind:
		c.relay(i, r)
	case openKind, paramKind, resultKind:
		c.isOpen = true
		if _, _, ok := c.known.mapped(i); !ok {
			c.opaque(i, r)
		}
	}
}

func (c *contract) entry(i Item, r *ssa.Return, certain bool, id, by string) {
	c.returned = insert(c.returned, id)
	name, number, reason := splitEntry(id)
	if c.declaration.Has(name, number, reason) || c.isBaseline(id) {
		return
	}
	c.find("undeclared", i, r, id, fmt.Sprintf("%s %s %s%s, which %s does not declare",
		c.object.Name(), verb(certain), c.known.nameOf(id), by, c.where()))
}

// relay reports another service's error that the code has recognised, and returns as if its callers could, too.
func (c *contract) relay(i Item, r *ssa.Return) {
	for _, f := range i.Only {
		if f[0] != 'e' || f == anyEntry {
			continue
		}
		c.find("relay", i, r, f, fmt.Sprintf("%s returns %s of another service as it is, and callers get the entry for upstream errors: "+
			"return an entry, or the error's Relay()", c.object.Name(), c.known.nameOf(f[1:])))
	}
}

func verb(certain bool) string {
	if certain {
		return "returns"
	}
	return "may return"
}

// opaque reports an error that is no entry: one finding for all that comes through one call of an interface.
func (c *contract) opaque(i Item, r *ssa.Return) {
	if i.Part && slices.Contains(c.unknown, c.place(i)) { // that one's finding is for this, too
		return
	}
	text := c.object.Name() + " may return "
	switch {
	case i.Call != "":
		text += asItIs(i.Call)
		if at := c.place(i); at != "" {
			text += ", such as one made at " + at
		}
		i.pos, i.At = i.call, ""
		c.find("opaque", i, r, "call "+i.Call, text)
	case i.Kind == openKind:
		c.find("opaque", i, r, i.ID, text+"any error: "+i.ID+" cannot be followed")
	case i.Kind == paramKind, i.Kind == resultKind:
		c.find("opaque", i, r, i.ID, text+"any error: a value that its caller passes cannot be followed")
	default:
		c.find("opaque", i, r, i.ID, text+asItIs(shortName(i.ID)))
	}
}

func asItIs(cause string) string {
	return "the error of " + cause + " as it is, and no rule of this package or its imports maps it"
}

// find reports something of an item once for each method, where it was made, or else where it is returned.
func (c *contract) find(id string, i Item, r *ssa.Return, name, text string) {
	pos := i.pos
	if !pos.IsValid() || c.isGenerated(pos) {
		pos = r.Pos()
		if i.At != "" {
			text += ", made at " + i.At
		}
	}
	c.report.once(id, c.object.FullName()+" "+name, pos, text)
}

// isBaseline reports whether an entry is one that no method needs to declare: the same as at run time.
func (c *contract) isBaseline(id string) bool {
	e, reason := c.known.entryOf(id)
	if e == nil {
		return false
	}
	code, role := e.ConnectCode, e.Role
	if reason != nil {
		code, role = reason.ConnectCode, max(reason.Role, role)
	}
	return role != catalogue.RoleNone || isSurrounding(code)
}

// isSurrounding reports whether errors of a Connect code come from what stands around handlers: permission_denied,
// resource_exhausted and unauthenticated (https://connectrpc.com/docs/protocol#error-codes).
func isSurrounding(code uint32) bool { return code == 7 || code == 8 || code == 16 }

// unreturned reports what the method's own list has and nothing returns.
func (c *contract) unreturned() {
	if c.isOpen && !c.strict {
		return
	}
	for _, d := range c.declaration.Errors {
		id := entryID(d.Catalogue.Name, int64(d.Entry.Number), "")
		if d.Reason != nil {
			id += "/" + d.Reason.Name
		}
		if d.By != string(c.method.FullName()) || c.isBaseline(id) || hasRole(d.Entry) || isMadeAround(d.Entry) || c.mayReturn(id) {
			continue
		}
		c.report.once("unreturned", c.object.FullName()+" "+id, c.declPos(),
			fmt.Sprintf("%s never returns %s, which %s declares", c.object.Name(), d.Name(), c.where()))
	}
}

func (c *contract) declPos() token.Pos { return c.object.Pos() }

// mayReturn reports whether the method returns an entry or one of its reasons, or a rule makes it.
func (c *contract) mayReturn(id string) bool {
	lists := [][]string{c.returned}
	for _, r := range c.known.rules {
		lists = append(lists, r.To)
	}
	for _, list := range lists {
		for _, returned := range list {
			if returned == id || strings.HasPrefix(returned, id+"/") {
				return true
			}
		}
	}
	return false
}

// hasRole reports whether an entry or one of its reasons has a role, so that the policy returns it.
func hasRole(e *catalogue.Entry) bool {
	return e.Role != catalogue.RoleNone ||
		slices.ContainsFunc(e.Reasons, func(r *catalogue.Reason) bool { return r.Role != catalogue.RoleNone })
}

// isMadeAround reports whether an entry stands in for requests that cannot be read, which the handler never sees.
func isMadeAround(e *catalogue.Entry) bool {
	for _, f := range e.Fallbacks {
		if f.When > catalogue.WhenAny {
			return true
		}
	}
	for _, f := range e.HTTPFallbacks {
		if f.When > catalogue.WhenAny {
			return true
		}
	}
	return false
}

// where names the place of the declaration.
func (c *contract) where() string {
	if place := c.report.protos.line(c.method); place != "" {
		return place
	}
	return string(c.method.FullName())
}
