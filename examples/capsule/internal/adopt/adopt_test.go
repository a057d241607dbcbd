// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package adopt_test holds docs/adopt.md: the code of its steps, and the table of what a caller gets after each.
package adopt_test

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"

	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/examples/capsule/internal/adopt/after"
	"github.com/errpact/errpact/examples/capsule/internal/adopt/before"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
)

var update = flag.Bool("update", false, "write the table of what callers get into the page")

const page = "../../../../docs/adopt.md"

// steps are the service after each step of the page.
func steps(t *testing.T) []http.Handler {
	t.Helper()
	policy := func(opts ...mapping.Option) *mapping.Policy {
		p, err := after.NewPolicy(append(opts, mapping.WithReport(nil))...)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	plain, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	with := func(p *mapping.Policy) connect.HandlerOption {
		return connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(p)))
	}
	return []http.Handler{
		before.NewHandler(new(before.Folders)),
		before.NewHandler(new(before.Folders), with(plain)),
		before.NewHandler(new(before.Folders), with(policy())),
		after.NewHandler(new(after.Folders), policy()),
	}
}

func newClient(t *testing.T, handler http.Handler, opts ...connect.ClientOption) capsulev1connect.FolderServiceClient {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return capsulev1connect.NewFolderServiceClient(server.Client(), server.URL, opts...)
}

func get(t *testing.T, client capsulev1connect.FolderServiceClient, id string) error {
	t.Helper()
	_, err := client.GetFolder(t.Context(), connect.NewRequest(&capsulev1.GetFolderRequest{FolderId: id}))
	return err
}

// failures are the rows of the page's table.
var failures = []struct{ id, what string }{
	{"missing", "no such row"},
	{"locked", "the database is locked"},
	{"broken", "a bug, or an error that nobody thought of"},
	{"", "a request without an id"},
}

const (
	tableStart = "<!-- callers: written by `go test ./internal/adopt -update` in examples/capsule -->\n"
	tableEnd   = "<!-- end -->\n"
)

// TestPageSaysWhatCallersGetAfterEachStep calls the service of each step with a client that has no errpact.
func TestPageSaysWhatCallersGetAfterEachStep(t *testing.T) {
	var table strings.Builder
	table.WriteString(tableStart + "\n| what happened | before | 1: interceptor | 2: rules | 4: handlers |\n|---|---|---|---|---|\n")
	handlers := steps(t)
	for _, failure := range failures {
		fmt.Fprintf(&table, "| %s |", failure.what)
		last := ""
		for _, handler := range handlers {
			cell := said(t, get(t, newClient(t, handler), failure.id))
			shown := cell
			if cell == last {
				shown = "the same"
			}
			fmt.Fprintf(&table, " %s |", shown)
			last = cell
		}
		table.WriteString("\n")
	}
	table.WriteString("\n" + tableEnd)
	text := readPage(t)
	start, end := strings.Index(text, tableStart), strings.Index(text, tableEnd)
	if start < 0 || end < start {
		t.Fatal("the page has no place for the table")
	}
	want := text[:start] + table.String() + text[end+len(tableEnd):]
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(text, want); diff != "" {
		t.Errorf("the page (-) and the services (+) differ; -update writes the table:\n%s", diff)
	}
}

// said returns a cell of the table: what a client without errpact has in hand.
func said(t *testing.T, err error) string {
	t.Helper()
	e, ok := errors.AsType[*connect.Error](err)
	if !ok {
		t.Fatalf("%v is no *connect.Error", err)
	}
	var details []string
	for _, detail := range e.Details() {
		details = append(details, detail.Type()[strings.LastIndexByte(detail.Type(), '.')+1:])
	}
	cell := fmt.Sprintf("`%v`, %q", e.Code(), e.Message())
	if len(details) > 0 {
		cell += ", with " + strings.Join(details, ", ")
	}
	return cell
}

// TestClientsOfEveryStepAreTyped: the client may be moved before its server or after it.
func TestClientsOfEveryStepAreTyped(t *testing.T) {
	for step, handler := range steps(t) {
		client := newClient(t, handler, connect.WithInterceptors(interceptor.New()))
		err := get(t, client, "missing")
		if !errors.Is(err, errpactv1err.NotExist) || connect.CodeOf(err) != connect.CodeNotFound {
			t.Errorf("step %d: %v is not NOT_EXIST for errpact, or not_found for Connect", step, err)
		}
		if e, ok := mapping.From(err); !ok || e.Inferred() != (step < 2) {
			t.Errorf("step %d: inferred = %v", step, e.Inferred())
		}
		err = get(t, client, "broken")
		if leaks := strings.Contains(err.Error(), "password"); leaks != (step == 0) {
			t.Errorf("step %d: %v", step, err)
		}
	}
}

// TestPageShowsTheFiles holds the code on the page against the packages before and after.
func TestPageShowsTheFiles(t *testing.T) {
	text := readPage(t)
	for _, name := range []string{"before/folders.go", "after/folders.go"} {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, code, _ := strings.Cut(string(source), "// GetFolder returns")
		if !strings.Contains(text, "```go\n// GetFolder returns"+code+"```") {
			t.Errorf("the page does not show %s from GetFolder on", name)
		}
	}
}

func readPage(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
