// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/cmd/errpact/internal/explain"
)

// A pasted case is an input and what explain makes of it. testdata has a file of them for each family of printers:
//
//	=== what it is (alone) (quoted)
//	the input, as it is, or with Go's escapes if it is quoted; alone it means something, and in a log it does not
//	--- ENTRY/REASON connect_code http_status, or refused
//	message: "in Go's quotes if it has any, or lines"
//	metadata: key=value
//	field: path: description
//
// The first line of a file is the form that its cases are read from, unless they have a line "form:" of their own.
// Whatever is not in a case must be empty. An entry in parentheses is inferred.
type pasted struct {
	name, input    string
	want           explain.Explanation
	refused, alone bool
}

// readCases returns those of a file.
func readCases(t testing.TB, file string) (cases []pasted) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(raw), "\n=== ")
	form, isForm := strings.CutPrefix(strings.TrimSpace(head), "form: ")
	if !isForm {
		t.Fatalf("%s starts with %q, want the form", file, head)
	}
	for text := range strings.SplitSeq(rest, "\n=== ") {
		name, body, _ := strings.Cut(text, "\n")
		input, expected, ok := strings.Cut(body, "\n--- ")
		if !ok {
			t.Fatalf("%s: %q expects nothing", file, name)
		}
		if quoted, ok := strings.CutSuffix(name, " (quoted)"); ok {
			if input, err = strconv.Unquote(`"` + input + `"`); err != nil {
				t.Fatalf("%s: %q: %v", file, name, err)
			}
			name = quoted
		}
		c := pasted{input: input}
		c.name, c.alone = strings.CutSuffix(name, " (alone)")
		if err := c.expect(form, strings.TrimSpace(expected)); err != nil {
			t.Fatalf("%s: %q: %v", file, name, err)
		}
		cases = append(cases, c)
	}
	return cases
}

// expect reads what is expected of a case.
func (c *pasted) expect(form, text string) error {
	first, rest, _ := strings.Cut(text, "\n")
	if c.refused = first == "refused"; c.refused {
		return nil
	}
	words := strings.Fields(first)
	if len(words) != 3 {
		return fmt.Errorf("want an entry, a Connect code and an HTTP status, have %q", first)
	}
	w := &c.want
	w.Form, w.ConnectCode, w.Inferred = form, words[1], strings.HasPrefix(words[0], "(")
	w.Name, w.Reason, _ = strings.Cut(strings.Trim(words[0], "()"), "/")
	w.HTTPStatus, _ = strconv.Atoi(words[2])
	for line := range strings.Lines(rest) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if plain, err := strconv.Unquote(value); err == nil && value[0] == '"' {
			value = plain
		}
		switch key {
		case "form":
			w.Form = value
		case "message":
			w.Message = value
		case "metadata":
			key, value, _ := strings.Cut(value, "=")
			if w.Metadata == nil {
				w.Metadata = make(map[string]string)
			}
			w.Metadata[key] = value
		case "field":
			path, description, _ := strings.Cut(value, ": ")
			w.Violations = append(w.Violations, explain.Violation{Field: path, Description: description})
		case "request id":
			w.RequestID = value
		case "retry":
			w.RetryDelay = value
		case "payload":
			w.Payload = json.RawMessage(value)
		case "detail":
			w.Details = append(w.Details, explain.Detail{Type: value})
		default:
			return fmt.Errorf("cannot expect %q", line)
		}
	}
	return nil
}

// families returns the cases of each family of printers.
func families(t testing.TB) map[string][]pasted {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	all := make(map[string][]pasted)
	for _, file := range files {
		all[strings.TrimSuffix(filepath.Base(file), ".txt")] = readCases(t, file)
	}
	return all
}

// TestExplainsWhatPrintersWrite reads what is an error, and refuses what only looks like one.
func TestExplainsWhatPrintersWrite(t *testing.T) {
	x := builtin(t)
	all := families(t)
	for _, family := range slices.Sorted(maps.Keys(all)) {
		explained, refused := 0, 0
		for _, c := range all[family] {
			t.Run(family+"/"+c.name, func(t *testing.T) { c.check(t, x) })
			if c.refused {
				refused++
			} else {
				explained++
			}
		}
		if explained < 10 || refused < 10 {
			t.Errorf("%s has %d inputs that are explained and %d that are refused, want ten of each", family, explained, refused)
		}
	}
}

func (c pasted) check(t *testing.T, x *explain.Explainer) {
	got, err := x.Explain([]byte(c.input))
	if c.refused {
		if err == nil {
			t.Errorf("%q is explained as %s %q, from %s, want it refused", c.input, got.Name, got.Message, got.Form)
		} else if !strings.HasPrefix(err.Error(), "find no error in the input: ") {
			t.Errorf("refused with %q", err)
		}
		return
	}
	if err != nil {
		t.Fatalf("%q: %v", c.input, err)
	}
	// These are the catalogue's own words, what follows from them, and the sizes of details.
	got.Fault, got.Retry, got.RetryAdvice = "", "", ""
	got.Description, got.Resolution, got.HelpURL, got.Domain, got.Catalogue, got.Number, got.Known, got.TextOnly = "", "", "", "", "", 0, false, false
	for i, d := range got.Details {
		got.Details[i] = explain.Detail{Type: d.Type}
	}
	if diff := cmp.Diff(c.want, got); diff != "" {
		t.Errorf("%q (-want +got):\n%s", c.input, diff)
	}
}

// builtin returns an Explainer for the built-in catalogue.
func builtin(t testing.TB) *explain.Explainer {
	t.Helper()
	x, err := explain.New(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// allPairs has each case in each wrapper, as `make suite` does.
var allPairs = flag.Bool("all-pairs", false, "read each case in every wrapper, where otherwise they take turns")

// TestExplainsWhatPrintersWriteInLogs reads the same where others pass it on, in strings of JSON and behind prefixes: each
// case in one of the wrappers, and each wrapper with cases of all families.
func TestExplainsWhatPrintersWriteInLogs(t *testing.T) {
	x := builtin(t)
	all := slices.Sorted(maps.Keys(wrappers))
	for family, cases := range families(t) {
		for i, c := range cases {
			for k, around := range all {
				if *allPairs || k == i%len(all) {
					t.Run(family+"/"+c.name+"/"+around, func(t *testing.T) { c.checkWithin(t, x, wrappers[around](c.input)) })
				}
			}
		}
	}
}

func (c pasted) checkWithin(t *testing.T, x *explain.Explainer, line string) {
	got, err := x.Explain([]byte(line))
	switch {
	case c.alone:
	case c.refused && err == nil:
		t.Errorf("%q is explained as %s %q, from %s, want it refused", line, got.Name, got.Message, got.Form)
	case !c.refused && (err != nil || got.Name != c.want.Name || got.Reason != c.want.Reason || got.ConnectCode != c.want.ConnectCode || got.Form != c.want.Form):
		t.Errorf("%q is explained as %s/%s %s, from %s, %v; want %+v", line, got.Name, got.Reason, got.ConnectCode, got.Form, err, c.want)
	}
}
