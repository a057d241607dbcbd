// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// IDs are those of all findings, in the order of docs/findings.md.
var IDs = []string{
	"undeclared", "unreturned", "opaque", "rawstatus", "leak", "compare", "nilerror", "unused", "relay", "wiring", "exhaustive", "allow",
}

const (
	allowPrefix = "//errpact:allow"
	letters     = "abcdefghijklmnopqrstuvwxyz" // which make another word of it
)

// allowance is a comment that silences findings of one id, on its own line and below the last line of its group.
type allowance struct {
	id, file    string
	line, after int
	pos         token.Pos
	used        bool
}

// allowances reads the comments of a package, and reports those that say too little.
func (r *reporter) allowances() []*allowance {
	var all []*allowance
	for _, file := range r.pass.Files {
		if ast.IsGenerated(file) || strings.HasSuffix(r.pass.Fset.Position(file.Package).Filename, "_test.go") {
			continue
		}
		for _, group := range file.Comments {
			for _, c := range group.List {
				text, ok := strings.CutPrefix(c.Text, allowPrefix)
				if !ok || text != strings.TrimLeft(text, letters) {
					continue
				}
				id, reason, _ := strings.Cut(strings.TrimSpace(text), " ")
				switch {
				case !slices.Contains(IDs, id) || id == "allow":
					r.add(finding{id: "allow", pos: c.Pos(), text: "errpact:allow wants one of " + strings.Join(IDs[:len(IDs)-1], ", ")})
					continue
				case strings.TrimSpace(reason) == "":
					r.add(finding{id: "allow", pos: c.Pos(), text: "errpact:allow wants a reason after " + id})
					continue
				}
				p := r.pass.Fset.Position(c.Pos())
				after := r.pass.Fset.Position(group.End()).Line + 1
				all = append(all, &allowance{id: id, file: p.Filename, line: p.Line, after: after, pos: c.Pos()})
			}
		}
	}
	return all
}

// allow leaves out the findings that a comment silences, and reports the comments that silence nothing.
func (r *reporter) allow() {
	all := r.allowances()
	r.findings = slices.DeleteFunc(r.findings, func(f finding) bool {
		p := r.pass.Fset.Position(f.pos)
		silenced := false
		for _, a := range all {
			if a.id == f.id && a.file == p.Filename && (a.line == p.Line || a.after == p.Line) {
				a.used, silenced = true, true
			}
		}
		return silenced
	})
	for _, a := range all {
		if !a.used {
			r.add(finding{id: "allow", pos: a.pos, text: "errpact:allow " + a.id + " silences nothing: remove it"})
		}
	}
}
