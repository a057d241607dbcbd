// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/errpact/errpact/cmd/errpact/internal/source"
	"github.com/errpact/errpact/internal/openapi"
	"github.com/errpact/errpact/internal/page"
	"github.com/errpact/errpact/internal/serviceconfig"
)

var docsCommand = command{
	name:    "docs",
	purpose: "render catalogues: a page, Markdown, JSON, OpenAPI, alerts, or retry policies",
	usage: `usage: errpact docs [flags] [FILE]

Renders the catalogues of a FileDescriptorSet or buf image to stdout, the built-in one last; "-" reads
from stdin, and without FILE the built-in catalogue is rendered alone. HTML is one file that fetches
nothing.

OpenAPI has a response for each entry, one for each status that the service's own layers give (401, 403,
404, 405, 413, 415, 429, 500), one for all other errors, and the operations of methods that have
google.api.http, without the bodies of requests and successes. Methods without it are left out. Each operation
has the errors that (errpact.v1.rest).errors declares, those of the layers, and a default response.

With -into the errors are added to a document of OpenAPI 3 that has the operations already, in JSON or
YAML. It is changed in place, and what it has stays. A method's operation is found by its HTTP method and
path, or by its operationId; one that is no method's, as all are without FILE, has the errors of the layers.
Run it after the generator of the document, each time.

Prometheus has recording rules for the errors of each fault and for the share of requests that the server
fails, and alerts: on panics and error budgets (severity page), and on unmapped errors and each entry that is
not the caller's fault (severity ticket). The names of the counters of requests are those that otelconnect,
otelgrpc and otelhttp have in Prometheus. A request must be in one of the two only: if otelhttp is around your
RPCs, too, leave one empty. Without both there are no alerts on budgets.

A service config has the retry policies of gRPC clients in any language. A unary method with an
idempotency_level is tried again after UNAVAILABLE and the codes of declared errors that may pass. Any other is
tried again only after codes that promise that no work was begun (RETRY_ALWAYS), and that gRPC does not make by
itself. A gRPC client repeats what grpc-go answers. It does not repeat what a Connect server answers.

  errpact docs > errors.html
  buf build -o - | errpact docs -format markdown - > ERRORS.md
  errpact docs -format openapi -title "Shop API" -only-declared image.binpb > openapi.json
  errpact docs -format openapi -into api.yaml image.binpb
  errpact docs -format prometheus -page-url https://api.example.com/errors image.binpb > rules.yaml
  errpact docs -format service-config image.binpb > service_config.json

Exit codes: 0 rendered, 1 a file cannot be read or has mistakes, 2 called wrongly.`,
	run: runDocs,
}

func runDocs(t terminal, flags *flag.FlagSet, args []string) error {
	format := flags.String("format", formats[0], strings.Join(formats, ", "))
	title := flags.String("title", "API errors", "the page's title")
	onlyDeclared := flags.Bool("only-declared", false, "leave out the built-in entries that no method declares")
	into := flags.String("into", "", "add the errors to this `document` of OpenAPI 3, in JSON or YAML")
	rules := rulesFlags(flags)
	if err := parse(t, flags, args); err != nil {
		return err
	}
	if mistake := mistakeIn(flags, *format, *onlyDeclared, rules.config()); mistake != nil {
		return misused(flags, "%v", mistake)
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
		return writeOpenAPI(t, p, files, *into)
	case "prometheus":
		return rules.config().Write(t.out, p.Read())
	case "service-config":
		return writeServiceConfig(t, p, files)
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

// writeOpenAPI writes a document to stdout or, if into names one, adds to that.
func writeOpenAPI(t terminal, p *page.Page, files source.Files, into string) error {
	api, err := openapi.New(p, files.Methods())
	if err != nil {
		return err
	}
	if into != "" {
		return addErrors(t, api, into)
	}
	if len(files.Methods()) > 0 && !api.HasOperations() {
		fmt.Fprintln(t.err, "errpact docs: no method has a google.api.http route, so the document has no paths")
	}
	return api.Write(t.out)
}

// addErrors changes a document in place.
func addErrors(t terminal, api *openapi.API, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	text, notes, err := api.AddTo(text)
	if err != nil {
		return fmt.Errorf("add to %s: %w", name, err)
	}
	for _, note := range notes {
		fmt.Fprintf(t.err, "%s: %s\n", name, note)
	}
	return replace(name, text)
}

// replace gives a file that is there a new text. Whoever reads the file meanwhile, or after an interruption, has the old
// text or the new one, whole. A symbolic link stays, and its target has the text.
func replace(name string, text []byte) error {
	name, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Chmod(info.Mode().Perm()), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}

func writeServiceConfig(t terminal, p *page.Page, files source.Files) error {
	config, err := serviceconfig.New(files.Methods(), p.Read())
	if err != nil {
		return err
	}
	if len(config.MethodConfig) == 0 {
		fmt.Fprintln(t.err, "no unary method may be repeated: none has an idempotency_level, or declares an error of RETRY_ALWAYS that gRPC does not make by itself")
	}
	return config.Write(t.out)
}
