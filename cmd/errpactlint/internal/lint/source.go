// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/ast"
	"go/format"
	"go/scanner"
	"go/token"
	"strconv"
	"strings"
)

// source returns an expression as it is written, for fixes.
func (e *engine) source(x ast.Expr) string {
	var b strings.Builder
	if format.Node(&b, e.pass.Fset, x) != nil {
		return "err"
	}
	return b.String()
}

// line returns an expression in one line, for texts.
func (e *engine) line(x ast.Expr) string { return oneLine(e.source(x)) }

// oneLine joins the lines of Go code, since a baseline has one line for each finding. Literals stay as they are, except that
// a raw string of several lines is quoted.
func oneLine(code string) string {
	file := token.NewFileSet().AddFile("", -1, len(code))
	var s scanner.Scanner
	s.Init(file, []byte(code), nil, 0)
	var b strings.Builder
	end := 0
	for {
		pos, tok, text := s.Scan()
		switch {
		case tok == token.EOF:
			return b.String()
		case tok == token.SEMICOLON && text == "\n": // the end of a line
			continue
		case text == "":
			text = tok.String()
		}
		start := file.Offset(pos)
		if start > end {
			b.WriteByte(' ')
		}
		end = start + len(text)
		if raw, err := strconv.Unquote(text); err == nil && strings.Contains(text, "\n") {
			text = strconv.Quote(raw)
		}
		b.WriteString(text)
	}
}
