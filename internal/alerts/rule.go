// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// A group is evaluated in order, so that a rule may use those before it.
type group struct {
	name  string
	rules []rule
}

// A rule records, or is an alert.
// https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
type rule struct {
	record, alert, expr string
	// wait is how long it has to be true; empty means not at all.
	wait                string
	labels, annotations []pair
}

type pair struct{ key, value string }

// document returns the groups that have rules, in YAML.
func document(groups []group) []byte {
	b := bytes.NewBufferString("# Written by errpact docs -format prometheus.\ngroups:\n")
	for _, g := range groups {
		if len(g.rules) == 0 {
			continue
		}
		fmt.Fprintf(b, "  - name: %s\n    rules:\n", g.name)
		for _, r := range g.rules {
			r.write(b)
		}
	}
	return b.Bytes()
}

func (r rule) write(b *bytes.Buffer) {
	lead := "      - "
	for _, p := range []pair{{"record", r.record}, {"alert", r.alert}, {"expr", r.expr}, {"for", r.wait}} {
		if p.value != "" {
			fmt.Fprintf(b, "%s%s: %s\n", lead, p.key, scalar(p.value))
			lead = "        "
		}
	}
	mapping(b, "labels", r.labels)
	mapping(b, "annotations", r.annotations)
}

func mapping(b *bytes.Buffer, key string, pairs []pair) {
	if len(pairs) == 0 {
		return
	}
	fmt.Fprintf(b, "        %s:\n", key)
	for _, p := range pairs {
		fmt.Fprintf(b, "          %s: %s\n", p.key, scalar(p.value))
	}
}

// scalar writes a text in single quotes if that is easier to read, else in double ones, where YAML reads what JSON does.
// https://yaml.org/spec/1.2.2/#73-flow-scalar-styles
func scalar(text string) string {
	if strings.Contains(text, `"`) && !strings.ContainsFunc(text, func(r rune) bool { return r == '\'' || r < ' ' || r > '~' }) {
		return "'" + text + "'"
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string cannot fail
	return printable(strings.TrimSuffix(b.String(), "\n"))
}

// printable escapes characters that JSON may have as they are, and YAML may not.
// https://yaml.org/spec/1.2.2/#51-character-set
func printable(text string) string {
	if !strings.ContainsFunc(text, unprintable) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if unprintable(r) {
			fmt.Fprintf(&b, `\U%08x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// untemplated keeps a text of a catalogue from being read as a template, which labels and annotations are.
// https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
func untemplated(text string) string { return strings.ReplaceAll(text, "{{", `{{ "{{" }}`) }
