// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Anchors of the catalogue's entries are raw HTML, which goldmark leaves out unless it is told otherwise.
var converter = goldmark.New(
	goldmark.WithExtensions(extension.Table),
	goldmark.WithRendererOptions(html.WithUnsafe(), renderer.WithNodeRenderers(util.Prioritized(elements{}, 100))),
)

// A listed link is the first of an item of a page's lists.
type listed struct {
	// under is the paragraph above the list.
	under, text, destination string
}

// A block of code.
type block struct{ language, code string }

// markdown renders a page.
func (t *tree) markdown(source, out string, content []byte) (*page, error) {
	p := &page{source: source, out: out}
	r := reader{tree: t, page: p, content: content, ids: map[string]int{}}
	document := converter.Parser().Parse(text.NewReader(content))
	if err := ast.Walk(document, r.visit); err != nil {
		return nil, err
	}
	for node := document.FirstChild(); node != nil; node = node.NextSibling() {
		r.section(node)
	}
	if p.Title == "" {
		r.broken = append(r.broken, fmt.Errorf("%s has no title", source))
	}
	var body bytes.Buffer
	err := converter.Renderer().Render(&body, content, document)
	p.Body = template.HTML(body.String())
	return p, errors.Join(append(r.broken, err)...)
}

// reader prepares a parsed page for rendering, and collects what other parts of the site need of it.
type reader struct {
	tree    *tree
	page    *page
	content []byte
	ids     map[string]int
	broken  []error
}

func (r *reader) visit(node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	var err error
	switch n := node.(type) {
	case *ast.Heading:
		r.heading(n)
	case *ast.Link:
		var to string
		to, err = r.tree.resolve(r.page.source, r.page.out, string(n.Destination))
		n.Destination = []byte(to)
	case *ast.Image:
		err = r.image(n)
	case *ast.ListItem:
		r.item(n)
	case *ast.FencedCodeBlock:
		r.page.blocks = append(r.page.blocks, block{string(n.Language(r.content)), lines(n, r.content)})
	}
	if err != nil {
		r.broken = append(r.broken, err)
	}
	return ast.WalkContinue, nil
}

// heading gives a heading its anchor: GitHub's, since that is where the pages are read too.
func (r *reader) heading(n *ast.Heading) {
	title := plain(n, r.content)
	if r.page.Title == "" && n.Level == 1 {
		r.page.Title = title
	}
	id := slug(title)
	if again := r.ids[id]; again > 0 {
		n.SetAttributeString("id", []byte(fmt.Sprintf("%s-%d", id, again)))
	} else {
		n.SetAttributeString("id", []byte(id))
	}
	r.ids[id]++
}

func (r *reader) image(n *ast.Image) error {
	width, height, err := r.tree.picture(r.page.source, string(n.Destination))
	n.SetAttributeString("width", []byte(width))
	n.SetAttributeString("height", []byte(height))
	return err
}

// item notes the first link of a list's item, before its destination is resolved.
func (r *reader) item(n *ast.ListItem) {
	first := n.FirstChild()
	if first == nil {
		return
	}
	link, ok := first.FirstChild().(*ast.Link)
	if !ok {
		return
	}
	above := ""
	if before := n.Parent().PreviousSibling(); before != nil {
		above = plain(before, r.content)
	}
	r.page.links = append(r.page.links, listed{above, plain(link, r.content), string(link.Destination)})
}

// section adds a part of the page to the section that it stands in.
func (r *reader) section(node ast.Node) {
	p := r.page
	if n, ok := node.(*ast.Heading); ok {
		id, _ := n.AttributeString("id")
		p.Sections = append(p.Sections, &section{ID: string(id.([]byte)), Title: plain(n, r.content), Level: n.Level})
		return
	}
	if len(p.Sections) > 0 {
		p.Sections[len(p.Sections)-1].text.WriteString(plain(node, r.content) + " ")
	}
}

// plain returns the text of a node, without its markup.
func plain(node ast.Node, content []byte) string {
	var b strings.Builder
	_ = ast.Walk(node, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := node.(type) {
		case *ast.Text:
			if entering {
				b.Write(util.UnescapePunctuations(n.Segment.Value(content)))
				if n.SoftLineBreak() || n.HardLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			if entering {
				b.WriteString(lines(n, content))
			}
		default:
			if !entering && n.Type() == ast.TypeBlock {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(b.String())
}

// lines returns the text of a block of code.
func lines(node ast.Node, content []byte) string {
	return string(node.Lines().Value(content))
}

var notInSlug = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

// slug returns the anchor that GitHub gives to a heading.
func slug(heading string) string {
	return strings.ReplaceAll(notInSlug.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
}
