// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"slices"

	"github.com/errpact/errpact/cmd/errpact/internal/source"
	"github.com/errpact/errpact/internal/page"
)

var docsCommand = command{
	name:    "docs",
	purpose: "render catalogues: a page, Markdown, JSON, or OpenAPI components",
	usage: `usage: errpact docs [flags] [FILE]

Renders the catalogues of a FileDescriptorSet or buf image to stdout, the built-in one last; "-" reads
from stdin, and without FILE the built-in catalogue is rendered alone. HTML is one file that fetches
nothing. OpenAPI has the envelope's schema, a response for each entry, and for services with
(errpact.v1.rest).errors the answers of each operation.

  errpact docs > errors.html
  buf build -o - | errpact docs -format markdown - > ERRORS.md
  errpact docs -format openapi -title "Shop API" -only-declared image.binpb > openapi.json

Exit codes: 0 rendered, 1 the file cannot be read or has mistakes, 2 called wrongly.`,
	run: runDocs,
}

// formats are what -format may be; the first is its default.
var formats = []string{"html", "markdown", "json", "openapi"}

func runDocs(t terminal, flags *flag.FlagSet, args []string) error {
	format := flags.String("format", formats[0], "html, markdown, json or openapi")
	title := flags.String("title", "API errors", "the page's title")
	onlyDeclared := flags.Bool("only-declared", false, "leave out the built-in entries that no method declares")
	if err := parse(t, flags, args); err != nil {
		return err
	}
	if !slices.Contains(formats, *format) {
		return misused(flags, "want -format html, markdown, json or openapi, have %q", *format)
	}
	name := source.Builtin
	switch flags.NArg() {
	case 0:
	case 1:
		name = flags.Arg(0)
	default:
		return misused(flags, "want at most one FILE, have %d", flags.NArg())
	}
	files, err := source.Read(name, t.in)
	if err != nil {
		return err
	}
	p, err := newPage(*title, files.WithBuiltin(), *onlyDeclared)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	switch *format {
	case "markdown":
		return p.Markdown(t.out)
	case "json":
		return printJSON(t.out, p)
	case "openapi":
		return p.OpenAPI(t.out, files)
	}
	return p.HTML(t.out)
}

func newPage(title string, files source.Files, onlyDeclared bool) (*page.Page, error) {
	enums := files.Enums()
	if onlyDeclared {
		return page.OnlyDeclared(title, files.Methods(), enums...)
	}
	return page.New(title, enums...)
}
