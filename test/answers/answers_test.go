// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package answers_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the table into the page")

// group are the rows that are asked of some stacks.
type group struct {
	title string
	rows  []row
	pairs []pair
}

func groups(t *testing.T) []group {
	redirect := gets("a redirect", "/folder", want{status: 307, as: asIs, header: []string{"Location", "/folder/"}})
	head := row{"HEAD", "HEAD", "/status/409", "", nil, want{status: 409}}
	allow := func(methods string) row {
		return row{"a wrong method", "PATCH", "/things", "", nil, want{status: 405, number: 1, message: "Method is not allowed", header: []string{"Allow", methods}}}
	}
	return []group{
		{"vanguard", append(slices.Clone(vanguardRows), fileRows...), vanguards(t)},
		{"grpc-gateway", gatewayRows, gateways(t)},
		{"http.ServeMux", append(plainWith(allow("GET, HEAD, POST")), redirect, head), []pair{serveMux(t)}},
		{"chi", plainWith(allow("GET, POST")), []pair{chiMux(t)}},
	}
}

// TestG12EveryAnswer asks everything of everyone. -v prints what was answered before and after.
func TestG12EveryAnswer(t *testing.T) {
	var page strings.Builder
	rows := 0
	for _, g := range groups(t) {
		before := make([][]string, len(g.rows))
		for _, p := range g.pairs {
			alone, with := serve(t, p.before, p.http2), serve(t, p.after, p.http2)
			for i, r := range g.rows {
				t.Run(g.title+"/"+p.name+"/"+r.name, func(t *testing.T) {
					was := r.send(t, alone)
					before[i] = append(before[i], was.kind())
					p.check(t, r, r.send(t, with), was)
				})
			}
		}
		rows += len(g.rows)
		g.describe(&page, before)
	}
	if rows < 60 {
		t.Errorf("%d rows, want 60 or more", rows)
	}
	comparePage(t, page.String())
}

// check holds one answer to what is wanted of it, and its handler to have run or not.
func (p pair) check(t *testing.T, r row, a, was answer) {
	t.Helper()
	t.Logf("%-34s %-18s -> %-14s %s", r.name, was.kind(), a.kind(), strings.TrimSpace(a.body[:min(len(a.body), 90)]))
	if p.ran != nil {
		if ran := p.ran.Swap(0) > 0; ran != r.want.runs {
			t.Errorf("the handler ran: %t, want %t", ran, r.want.runs)
		}
	}
	if r.want.as == asIs && was.status == a.status && was.body != a.body {
		t.Errorf("body = %s, without errpact %s", a.body, was.body)
	}
	r.want.check(t, r.method, a)
}

// describe is the group's part of the page.
func (g group) describe(page *strings.Builder, before [][]string) {
	fmt.Fprintf(page, "\n### %s\n\n| case | alone | with errpact |\n|---|---|---|\n", g.title)
	for i, r := range g.rows {
		fmt.Fprintf(page, "| %s | %s | %s |\n", r.name, distinct(before[i]), r.want.after(r.method))
	}
}

const (
	pagePath = "../../docs/rest.md"
	begin    = "<!-- begin: go test ./answers -run EveryAnswer -update, in test -->\n"
	end      = "\n<!-- end -->"
)

// comparePage holds the page's table against the one that was measured.
func comparePage(t *testing.T, table string) {
	t.Helper()
	text, err := os.ReadFile(pagePath)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), begin)
	was, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("the page has no marks %q and %q", begin, end)
	}
	if *update {
		if err := os.WriteFile(pagePath, []byte(head+begin+table+end+tail), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if t.Failed() {
		return // a filter, or a mistake: the table is not whole
	}
	if diff := cmp.Diff(was, table); diff != "" {
		t.Errorf("the page's table is stale (-page +measured); -update writes it:\n%s", diff)
	}
}
