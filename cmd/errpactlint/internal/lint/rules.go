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
	// Filter is what it maps, of MapIs, MapAs and, where it is not any error of a database, of SQLRules.
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
		if fn.Pos().IsValid() && e.inTestFile(fn.Pos()) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(*ssa.Call); ok {
					found = append(found, e.rules(call)...)
				}
			}
		}
	}
	return found
}

// rules returns the rules that a call makes.
func (e *engine) rules(call *ssa.Call) []rule {
	name, ok := strings.CutPrefix(calleeName(call.Common()), mappingPath+".")
	if !ok {
		return nil
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
			return nil
		}
		r.Filter = "t" + typeID(sig.Params().At(0).Type())
		s := e.dynamic(args[0], nil, call, 0)
		_, r.Passes = s[Item{Kind: nilKind}.key()]
		r.To = entriesOf(s)
	case "MapFunc":
		r.To = entriesOf(e.dynamic(args[0], nil, call, 0))
	case "SQLRules", "FSRules", "NetRules":
		return e.readyMade(name, call)
	default:
		return nil
	}
	return []rule{r}
}

// readyMade returns the rules for databases, files and networks: with the built-in entries, or those that they were given.
func (e *engine) readyMade(name string, call *ssa.Call) []rule {
	var missing, other, constraints []string // for what does not exist, for any error, and for violated constraints
	args := e.spread(call.Call.Args)
	if len(args) == 0 || isNilConst(args[0]) {
		switch name { // those of NetRules have roles
		case "SQLRules":
			missing, other = []string{entryID(builtinCatalogue, 10, "")}, []string{entryID(builtinCatalogue, 12, "")}
		case "FSRules":
			missing = []string{entryID(builtinCatalogue, 10, "")}
		}
		args = nil
	}
	for _, arg := range args {
		codes, ok := arg.Type().Underlying().(*types.Struct)
		if !ok {
			continue
		}
		for f := range codes.Fields() {
			for _, s := range e.fields[f] {
				switch to := e.codesIn(s); f.Name() {
				case "NotFound":
					missing = append(missing, to...)
				case "Unavailable", "Database":
					other = append(other, to...)
				default:
					constraints = append(constraints, to...)
				}
			}
		}
	}
	found := []rule{{Name: name, To: other}}
	switch {
	case name == "SQLRules":
		found = append(found, rule{Name: name, Filter: noRows, To: missing}, rule{Name: name, Filter: violation, To: constraints})
	case name == "FSRules":
		found[0].To = missing
	}
	return found
}

// codesIn returns the entries in a field of SQLCodes, FSCodes or NetCodes.
func (e *engine) codesIn(s stored) []string {
	if _, isMap := s.value.Type().Underlying().(*types.Map); isMap {
		return entriesOf(e.elements(s.value, s.value))
	}
	return entriesOf(e.at(s.value, s.by.Block()))
}

func isNilConst(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
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

const (
	// noRows is the filter of sql.ErrNoRows.
	noRows = "sdatabase/sql.ErrNoRows"
	// violation is that of a violated constraint, which nothing meets: a call does not show which ones it may violate.
	violation = "c"
)

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
		if r.Name != "MapIs" && r.Name != "MapAs" || !matches(i, r.Filter) {
			continue
		}
		to, by = append(to, r.To...), r.Name
		if !r.Passes {
			return to, by, true
		}
	}
	if by != "" {
		return to, by, true
	}
	for _, r := range k.rules {
		switch {
		case r.Name == "MapFunc" && i.Kind != openKind, r.Name == "NetRules" && isOneOf(packageOfItem(i), networks):
			return nil, r.Name, true
		case r.Name == "FSRules" && isOneOf(packageOfItem(i), files):
			if opens(i) {
				to = r.To
			}
			return to, r.Name, true
		case r.Name == "SQLRules" && isOneOf(packageOfItem(i), drivers):
			if r.mayMeet(i) {
				to = append(to, r.To...)
			}
			by = r.Name
		}
	}
	return to, by, by != ""
}

// mayMeet reports whether one of SQLRules may be for an error of a database.
func (r rule) mayMeet(i Item) bool {
	isNoRows := matches(i, noRows)
	switch r.Filter {
	case "":
		return !isNoRows
	case noRows:
		return isNoRows || strings.HasSuffix(i.ID, "Row).Scan") && !slices.Contains(i.Not, noRows)
	}
	return false
}

// opens reports whether an error of the file system may be about a name: those of open files are not.
func opens(i Item) bool { return i.Kind == plainKind && !strings.HasPrefix(i.ID, "(*os.File)") }

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
