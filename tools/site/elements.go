// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/formatters/html"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/alecthomas/chroma/v2/styles"
	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// elements renders the nodes that look other than goldmark has them.
type elements struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (elements) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindHeading, renderHeading)
	r.Register(ast.KindFencedCodeBlock, renderCode)
	r.Register(ast.KindCodeBlock, renderCode)
	r.Register(extast.KindTable, renderTable)
}

// renderHeading ends a heading with a link to it.
func renderHeading(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.Heading)
	id, _ := n.AttributeString("id")
	var err error
	switch {
	case entering:
		_, err = fmt.Fprintf(w, "<h%d id=\"%s\">", n.Level, id)
	case n.Level == 1:
		_, err = fmt.Fprintln(w, "</h1>")
	default:
		_, err = fmt.Fprintf(w, " <a class=\"anchor\" href=\"#%s\" aria-label=\"Link to this section\">#</a></h%d>\n", id, n.Level)
	}
	return ast.WalkContinue, err
}

func renderCode(w util.BufWriter, content []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	language := ""
	if n, ok := node.(*ast.FencedCodeBlock); ok {
		language = string(n.Language(content))
	}
	code, err := highlight(language, lines(node, content))
	if err != nil {
		return ast.WalkStop, err
	}
	_, err = w.WriteString(string(code))
	return ast.WalkSkipChildren, err
}

// renderTable lets a wide table scroll by itself, and not with the page.
func renderTable(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	text := "</table></div>\n"
	if entering {
		text = "<div class=\"scroll\"><table>\n"
	}
	_, err := w.WriteString(text)
	return ast.WalkContinue, err
}

var formatter = html.New(html.WithClasses(true), html.PreventSurroundingPre(true))

// highlight returns a block of code with a class for each kind of token. The style sheet has their colours.
func highlight(language, code string) (template.HTML, error) {
	lexer := lexers.Get(language)
	if language == "" || lexer == nil {
		return template.HTML("<pre><code>" + template.HTMLEscapeString(code) + "</code></pre>\n"), nil
	}
	tokens, err := chroma.Coalesce(lexer).Tokenise(nil, code)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("<pre><code class=\"language-" + language + "\">")
	if err := formatter.Format(&b, styles.Fallback, tokens); err != nil {
		return "", err
	}
	b.WriteString("</code></pre>\n")
	return template.HTML(b.String()), nil
}
