// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../../docs/oncall.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// blocks are the fenced blocks of a language.
func blocks(text, language string) []string {
	var found []string
	for _, match := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	return found
}

// reader follows the page, and has its own addresses for the page's.
type reader struct {
	workshop
	at map[string]string
	// config is the page's prometheus.yml.
	config string
}

func (r *reader) own(text string) string {
	for from, to := range r.at {
		text = strings.ReplaceAll(text, from, to)
	}
	return text
}

// follow runs a command of the page, and returns what it prints. What ends with & goes on beside the others. A query is
// asked until it prints what the page shows.
func (r *reader) follow(line, shown string) (printed string) {
	r.Helper()
	started, background := strings.CutSuffix(line, " &")
	switch {
	case strings.HasPrefix(line, "promtool query"):
		for range 200 {
			if printed = r.run(r.own(line)); isShown(r.own(shown), printed) {
				break
			}
		}
		return printed
	case !background:
		return r.run(r.own(line))
	case strings.HasPrefix(line, "./capsule"):
		api, metrics := r.serve(strings.Replace(started, "127.0.0.1:9464", "127.0.0.1:0", 1))
		r.at["http://127.0.0.1:8080"], r.at["127.0.0.1:9464"] = api, metrics
	case strings.HasPrefix(line, "prometheus"):
		r.at["http://127.0.0.1:9090"] = r.watch(started, r.own(r.config))
	default:
		r.Fatalf("the page starts %s", line)
	}
	return ""
}

// isShown reports whether a page shows an output, in which "…" stands for parts that it leaves out.
func isShown(shown, output string) bool {
	parts := strings.Split(regexp.QuoteMeta(strings.TrimSpace(shown)), "…")
	return regexp.MustCompile(`(?s)^` + strings.Join(parts, `.*`) + `$`).MatchString(strings.TrimSpace(output))
}

var command = regexp.MustCompile(`(?m)^\$ (.*)\n((?:[^$\n].*\n|\n)*)`)

// TestThePageIsTrue follows docs/oncall.md with the demo and a Prometheus, until the alert that it provokes fires, and
// asks the queries.
func TestThePageIsTrue(t *testing.T) {
	text := page(t)
	r := &reader{newWorkshop(t), make(map[string]string), blocks(text, "yaml")[0]}
	commands := 0
	for _, block := range blocks(text, "console") {
		for _, match := range command.FindAllStringSubmatch(block, -1) {
			commands++
			if got := r.follow(match[1], match[2]); !isShown(r.own(match[2]), got) {
				t.Errorf("%s prints\n%s\nand the page shows\n%s", match[1], got, match[2])
			}
		}
	}
	for _, query := range blocks(text, "promql") {
		// The ratio needs an increase of requests, whose counter starts with the first one.
		r.call("GET", r.at["http://127.0.0.1:8080"]+"/api/folders", "panic", "")
		r.eventually(r.at["http://127.0.0.1:9090"], strings.TrimSpace(query))
	}
	if commands < 8 || len(blocks(text, "promql")) < 2 {
		t.Errorf("the page has %d commands and %d queries", commands, len(blocks(text, "promql")))
	}
}

// eventually waits until a query has a result above 0.
func (w workshop) eventually(prometheus, query string) {
	w.Helper()
	for range 200 {
		got := w.run("promtool query instant " + prometheus + " '" + query + "'")
		if regexp.MustCompile(`=> (0\.0*[1-9]|[1-9])`).MatchString(got) {
			return
		}
	}
	w.Errorf("nothing answers %s", query)
}

// TestThePageListsEachAlert, except for those of entries, with its severity.
func TestThePageListsEachAlert(t *testing.T) {
	w := newWorkshop(t)
	written := make(map[string][]string)
	alert := regexp.MustCompile(`(?m)^      - alert: "(\w+)"\n(?:        \w.*\n)*        labels:\n          severity: "(\w+)"`)
	for _, match := range alert.FindAllStringSubmatch(w.run("./errpact docs -format prometheus"), -1) {
		if strings.HasPrefix(match[1], "Errpact") && !slices.Contains(written[match[1]], match[2]) {
			written[match[1]] = append(written[match[1]], match[2])
		}
	}
	listed := make(map[string][]string)
	for _, match := range regexp.MustCompile("(?m)^\\| `(Errpact\\w+)` \\| (.*?) \\|").FindAllStringSubmatch(page(t), -1) {
		listed[match[1]] = strings.Split(match[2], ", ")
	}
	if diff := cmp.Diff(written, listed); diff != "" || len(slices.Collect(maps.Keys(written))) < 4 {
		t.Errorf("alerts (-written +listed):\n%s", diff)
	}
}
