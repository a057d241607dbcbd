// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/errpact/errpact/internal/guidance"
	"github.com/errpact/errpact/mapping"
)

// Style paints parts of a text; the zero Style is plain.
type Style struct{ Colour bool }

func (s Style) paint(code, text string) string {
	if !s.Colour || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s Style) bold(text string) string  { return s.paint("1", text) }
func (s Style) red(text string) string   { return s.paint("1;31", text) }
func (s Style) faint(text string) string { return s.paint("2", text) }

// Text returns the explanation for a person at a terminal. What came from outside has its control
// characters escaped.
func (x Explanation) Text(style Style) string {
	var b strings.Builder
	title := fmt.Sprintf("%s  (%d)", x.Name, x.Number)
	if x.Reason != "" {
		title = fmt.Sprintf("%s / %s  (%d)", x.Name, x.Reason, x.Number)
	}
	fmt.Fprintln(&b, style.red(safe(title)))
	fmt.Fprintln(&b, style.bold(safe(x.Message)))
	fmt.Fprintln(&b)
	x.facts(&b, style)
	if note := x.note(); note != "" {
		fmt.Fprintf(&b, "\n%s", paragraph(note))
	}
	if x.Description != "" {
		fmt.Fprintf(&b, "\n%s\n%s", style.bold(guidance.WhatHappened), paragraph(x.Description))
	}
	fmt.Fprintf(&b, "\n%s\n", style.bold(guidance.WhatToDo))
	for _, advice := range []string{x.Resolution, x.RetryAdvice + "."} {
		if advice != "" {
			b.WriteString(paragraph(advice))
		}
	}
	x.contents(&b, style)
	return b.String()
}

// textWidth is that of paragraphs, without their indentation.
const textWidth = 76

func (x Explanation) facts(b *strings.Builder, style Style) {
	status := fmt.Sprint(x.HTTPStatus)
	if text := mapping.StatusText(x.HTTPStatus); text != "" {
		status += " " + text
	}
	facts := [][2]string{{"Connect code", x.ConnectCode}, {"HTTP status", status}, {"catalogue", x.Catalogue}, {"domain", x.Domain}}
	for i, also := range x.Also {
		facts = append(facts, [2]string{"or it is", also})
		if i > 0 {
			facts[len(facts)-1][0] = ""
		}
	}
	facts = append(facts, [][2]string{{"fault", x.Fault}, {"request id", x.RequestID}, {"retry after", x.RetryDelay}, {"help", x.HelpURL}, {"read from", x.Form}}...)
	for _, f := range facts {
		if f[1] != "" {
			fmt.Fprintf(b, "  %s  %s\n", style.faint(fmt.Sprintf("%-12s", f[0])), safe(f[1]))
		}
	}
}

// note says what the input leaves open; it is empty if it names the entry and all else.
func (x Explanation) note() string {
	switch {
	case x.TextOnly && x.Inferred:
		return "This text has a code and a message, and nothing else. The entry is the likeliest one for that code."
	case x.TextOnly:
		return "This text names the entry and has a message, and nothing else."
	case x.Inferred:
		return "The input names no entry. This one is the likeliest for what it says."
	case !x.Known:
		return "No known catalogue has this number. If you have the file of its catalogue, name it: -catalogue FILE."
	}
	return ""
}

func (x Explanation) contents(b *strings.Builder, style Style) {
	section := func(title string) { fmt.Fprintf(b, "\n%s\n", style.bold(title)) }
	if len(x.Metadata) > 0 {
		section("Metadata")
		for _, key := range slices.Sorted(maps.Keys(x.Metadata)) {
			fmt.Fprintf(b, "  %s = %s\n", safe(key), safe(x.Metadata[key]))
		}
	}
	if len(x.Violations) > 0 {
		section("Fields")
		for _, v := range x.Violations {
			field := safe(v.Field)
			if field == "" {
				field = "(the request)"
			}
			fmt.Fprintf(b, "  %s: %s\n", field, safe(v.Description))
		}
	}
	if len(x.Payload) > 0 {
		section("Payload")
		fmt.Fprintf(b, "  %s\n", oneLine(x.Payload))
	}
	if len(x.Details) > 0 {
		section("Details")
		for _, d := range x.Details {
			value := oneLine(d.Value)
			if value == "" {
				value = fmt.Sprintf("(%d bytes of an unknown type)", d.Bytes)
			}
			fmt.Fprintf(b, "  %s\n    %s\n", safe(d.Type), value)
		}
	}
}

// safe escapes what would move a terminal's cursor, or worse.
func safe(text string) string {
	if !strings.ContainsFunc(text, unsafe) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if unsafe(r) {
			fmt.Fprintf(&b, "\\u%04x", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func unsafe(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }

// wrap breaks lines between words.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// paragraph returns a text as indented lines. It breaks them before it escapes what is in them, since a text of a
// catalogue has lines of its own.
func paragraph(text string) string {
	var b strings.Builder
	for _, line := range wrap(text, textWidth) {
		fmt.Fprintf(&b, "  %s\n", safe(line))
	}
	return b.String()
}

// oneLine returns a JSON value without the line ends and spaces between its parts.
func oneLine(value json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, value) != nil {
		return safe(string(value))
	}
	return safe(b.String())
}
