// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"cmp"
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// finding is one line of the linter's.
type finding struct {
	id    string
	pos   token.Pos
	text  string
	fixes []analysis.SuggestedFix
}

// reporter collects the findings of a package.
type reporter struct {
	pass     *analysis.Pass
	findings []finding
	seen     map[string]bool
	dir      string // of the package
	protos   *Protos
}

// once adds a finding unless there is one of the same id and key.
func (r *reporter) once(id, key string, pos token.Pos, text string) {
	if r.seen[id+" "+key] {
		return
	}
	r.seen[id+" "+key] = true
	r.add(finding{id: id, pos: pos, text: text})
}

func (r *reporter) add(f finding) { r.findings = append(r.findings, f) }

// report looks for all that is wrong in the package.
func (e *engine) report(options *Options) error {
	dir := folderOf(e.pass)
	r := &reporter{pass: e.pass, seen: map[string]bool{}, dir: dir, protos: NewProtos(dir)}
	for _, h := range e.handlers() {
		c := &contract{engine: e, handler: h, report: r, strict: options.Strict, declare: options.Declare}
		c.check()
		if options.Declare {
			e.pass.Reportf(h.object.Pos(), "%s", c.undeclared())
		}
	}
	if options.Declare {
		return nil
	}
	e.calls(r)
	e.syntax(r)
	e.wiring(r)
	return r.flush(e, options)
}

// folderOf returns the folder of a package: that of the first file that is not generated, since cgo writes files elsewhere.
func folderOf(pass *analysis.Pass) string {
	for _, f := range pass.Files {
		if !ast.IsGenerated(f) {
			return filepath.Dir(pass.Fset.Position(f.FileStart).Filename)
		}
	}
	return "."
}

// flush reports the findings in the order of the source.
func (r *reporter) flush(e *engine, options *Options) error {
	r.findings = slices.DeleteFunc(r.findings, func(f finding) bool {
		return e.isGenerated(f.pos) || e.inTestFile(f.pos)
	})
	r.allow()
	baseline, err := readBaseline(options.Baseline)
	if err != nil {
		return err
	}
	slices.SortStableFunc(r.findings, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.pos, b.pos), strings.Compare(a.text, b.text))
	})
	for _, f := range r.findings {
		if baseline[BaselineLine(r.pass.Pkg.Path(), f.text+" ["+f.id+"]")] {
			continue
		}
		r.pass.Report(analysis.Diagnostic{
			Pos: f.pos, Category: f.id, Message: f.text + " [" + f.id + "]", SuggestedFixes: f.fixes,
			URL: "https://github.com/errpact/errpact/blob/main/docs/findings.md#" + f.id,
		})
	}
	return nil
}
