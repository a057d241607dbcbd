// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// rule is a rule of a policy, as far as its call shows it.
type rule struct {
	// Name is "MapIs", or another function of package mapping.
	Name string
	// Filter is what it maps, of MapIs and MapAs.
	Filter string
	// To are the entries that it maps to.
	To []string
	// Passes says that it may leave an error to the next rule.
	Passes bool
}

// rulesOf returns the rules that a package makes.
func (e *engine) rulesOf() []rule {
	var found []rule
	for _, fn := range functionsOf(e.pkg) {
		if fn.Pos().IsValid() && strings.HasSuffix(e.pass.Fset.Position(fn.Pos()).Filename, "_test.go") {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(*ssa.Call); ok {
					if r, ok := e.rule(call); ok {
						found = append(found, r)
					}
				}
			}
		}
	}
	return found
}

func (e *engine) rule(call *ssa.Call) (rule, bool) {
	name, ok := strings.CutPrefix(calleeName(call.Common()), mappingPath+".")
	if !ok {
		return rule{}, false
	}
	r, args := rule{Name: name}, call.Call.Args
	switch name {
	case "MapIs":
		for _, i := range e.at(args[0], call.Block()).sorted() {
			if f, ok := filterOf(i); ok {
				r.Filter = f
			}
		}
		r.To = entriesOf(e.at(args[1], call.Block()))
	case "MapAs":
		sig, ok := args[0].Type().Underlying().(*types.Signature)
		if !ok || sig.Params().Len() != 1 {
			return r, false
		}
		r.Filter = "t" + typeID(sig.Params().At(0).Type())
		s := e.dynamic(args[0], nil, call, 0)
		_, r.Passes = s[Item{Kind: nilKind}.key()]
		r.To = entriesOf(s)
	case "MapFunc":
		r.To = entriesOf(e.dynamic(args[0], nil, call, 0))
	case "SQLRules", "FSRules", "NetRules":
		r.To = e.codesOf(name, call)
	default:
		return r, false
	}
	return r, true
}

// codesOf returns the entries that ready-made rules map to: the built-in ones, or those that they were given.
func (e *engine) codesOf(name string, call *ssa.Call) []string {
	var to []string
	fields := false
	for _, arg := range e.spread(call.Call.Args) {
		for _, s := range e.literal(arg) {
			fields = true
			to = append(to, entriesOf(e.at(s.value, s.by.Block()))...)
		}
	}
	if fields {
		return to
	}
	switch name {
	case "SQLRules":
		return []string{entryID(builtinCatalogue, 10, ""), entryID(builtinCatalogue, 12, "")}
	case "FSRules":
		return []string{entryID(builtinCatalogue, 10, "")}
	}
	return nil // those of NetRules have roles
}

// literal returns what the fields of a struct literal hold.
func (e *engine) literal(v ssa.Value) []stored {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return nil
	}
	alloc, ok := load.X.(*ssa.Alloc)
	if !ok {
		return nil
	}
	var all []stored
	for _, r := range *alloc.Referrers() {
		if addr, ok := r.(*ssa.FieldAddr); ok {
			for _, r := range *addr.Referrers() {
				if s, ok := r.(*ssa.Store); ok && canBeError(s.Val.Type()) {
					all = append(all, stored{s.Val, s})
				}
			}
		}
	}
	return all
}

func entriesOf(s set) []string {
	var ids []string
	for _, i := range s {
		if i.Kind == entryKind {
			ids = insert(ids, i.ID)
		}
	}
	return ids
}

// drivers are packages whose errors SQLRules know.
var drivers = []string{
	"database/sql", "database/sql/driver", "github.com/jackc/pgx", "github.com/lib/pq", "github.com/go-sql-driver/mysql",
	"github.com/mattn/go-sqlite3", "modernc.org/sqlite", "github.com/microsoft/go-mssqldb", "github.com/jmoiron/sqlx",
}

var (
	files    = []string{"os", "io/fs", "path/filepath"}
	networks = []string{"net", "net/http", "crypto/tls", "net/url"}
)

// mapped reports whether a rule, or the policy itself, knows an error, and which entries it becomes for certain.
func (k *known) mapped(i Item) (to []string, by string, ok bool) {
	if pkg := packageOfItem(i); i.Kind == plainKind && isOneOf(pkg, networks) {
		return nil, "", true // the policy knows another service's failures
	}
	for _, r := range k.rules {
		switch r.Name {
		case "MapIs", "MapAs":
			if !matches(i, r.Filter) {
				continue
			}
			to, by = append(to, r.To...), r.Name
			if !r.Passes {
				return to, by, true
			}
		}
	}
	if by != "" {
		return to, by, true
	}
	for _, r := range k.rules {
		switch {
		case r.Name == "MapFunc" && i.Kind != openKind,
			r.Name == "FSRules" && isOneOf(packageOfItem(i), files),
			r.Name == "NetRules" && isOneOf(packageOfItem(i), networks):
			return nil, r.Name, true
		case r.Name == "SQLRules" && isOneOf(packageOfItem(i), drivers):
			return nil, r.Name, true
		}
	}
	return nil, "", false
}

func isOneOf(pkg string, list []string) bool {
	return slices.ContainsFunc(list, func(known string) bool { return pkg == known || strings.HasPrefix(pkg, known+"/") })
}

// packageOfItem returns the package of a function, a type or a sentinel.
func packageOfItem(i Item) string {
	switch i.Kind {
	case plainKind, typeKind, sentinelKind:
	default:
		return ""
	}
	id := strings.TrimLeft(i.ID, "(*")
	slash := strings.LastIndexByte(id, '/') + 1
	pkg, _, _ := strings.Cut(id[slash:], ".")
	return id[:slash] + pkg
}
