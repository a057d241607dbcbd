// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package protoedit

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Method has the errors to add to a method's list.
type Method struct {
	Service, Name string
	Errors        []string
}

// edit replaces a part of a file.
type edit struct {
	start, end int
	text       string
}

// Add returns the file with the errors added, in the format of buf, and with the import that the lists need. Its error
// joins the methods that are not there, or have options in a form that it does not know.
func Add(source string, methods []Method) (string, error) {
	all := scan(source)
	var edits []edit
	var problems []error
	for _, m := range methods {
		if len(m.Errors) == 0 {
			continue
		}
		e, err := add(source, all, m)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s.%s: %w", m.Service, m.Name, err))
			continue
		}
		edits = append(edits, e)
	}
	if len(edits) > 0 {
		edits = append(edits, importOptions(source, all)...)
	}
	return apply(source, edits), errors.Join(problems...)
}

// apply makes the edits, with the line ends of the file.
func apply(source string, edits []edit) string {
	lineEnd := "\n"
	if strings.Contains(source, "\r\n") {
		lineEnd = "\r\n"
	}
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Compare(b.start, a.start) })
	for _, e := range edits {
		text := strings.ReplaceAll(strings.ReplaceAll(e.text, "\r\n", "\n"), "\n", lineEnd)
		source = source[:e.start] + text + source[e.end:]
	}
	return source
}

func add(source string, all []token, m Method) (edit, error) {
	service := find(all, 0, len(all), "service", m.Service, "{")
	if service < 0 {
		return edit{}, errors.New("no such service in the file")
	}
	rpc := find(all, service+3, closing(all, service+2), "rpc", m.Name)
	if rpc < 0 {
		return edit{}, errors.New("no such method in the file")
	}
	at := rpc + 2
	for at < len(all) && all[at].text != "{" && all[at].text != ";" {
		at++
	}
	if at == len(all) {
		return edit{}, errors.New("want a body or a semicolon")
	}
	if all[at].text == ";" {
		return edit{all[at].start, all[at].end, " {\n" + option(m.Errors) + "  }"}, nil
	}
	return addToBody(source, all, at, m.Errors)
}

// addToBody adds to the option of a method that has a body.
func addToBody(source string, all []token, open int, names []string) (edit, error) {
	end := closing(all, open)
	if end == len(all) {
		return edit{}, errors.New("want a closing brace")
	}
	equals := restOption(all, open+1, end)
	if equals >= 0 {
		if !matches(all[equals:], []string{"=", "{"}) {
			return edit{}, errors.New(`want option (errpact.v1.rest) = {…}`)
		}
		return addToOption(source, all, equals+1, names)
	}
	content := strings.TrimSpace(source[all[open].end:all[end].start])
	switch start := lineStart(source, all[end].start); {
	case content == "":
		return edit{all[open].start, all[end].end, "{\n" + option(names) + "  }"}, nil
	case isBlank(source[start:all[end].start]):
		return edit{start, start, option(names)}, nil
	}
	return edit{all[open].end, all[end].start, "\n    " + content + "\n" + option(names) + "  "}, nil
}

// restOption returns the index of the sign after option (errpact.v1.rest); -1 without one. The name may start with a
// dot, and have spaces (https://protobuf.dev/reference/protobuf/proto3-spec/#option).
func restOption(all []token, from, to int) int {
	for {
		at := find(all, from, to, "option", "(")
		if at < 0 {
			return -1
		}
		from = closing(all, at+1) + 1
		var name strings.Builder
		for _, t := range all[at+2 : min(from-1, to)] {
			name.WriteString(t.text)
		}
		if strings.TrimPrefix(name.String(), ".") == "errpact.v1.rest" {
			return from
		}
	}
}

// addToOption adds to the list in an option, or adds a list.
func addToOption(source string, all []token, open int, names []string) (edit, error) {
	end := closing(all, open)
	if none := find(all, open+1, end, "errors_none"); none >= 0 {
		return edit{}, errors.New("it declares errors_none: remove that first")
	}
	list := find(all, open+1, end, "errors", ":", "[")
	if list < 0 {
		if other := find(all, open+1, end, "errors"); other >= 0 {
			return edit{}, errors.New("want errors: […]")
		}
		fields := strings.TrimSpace(source[all[open].end:all[end].start])
		if strings.Contains(fields, "\n") {
			start := lineStart(source, all[end].start)
			if isBlank(source[start:all[end].start]) {
				return edit{start, start, errorsField(names)}, nil
			}
			return edit{all[open].end, all[end].start, "\n      " + fields + "\n" + errorsField(names) + "    "}, nil
		}
		if fields != "" {
			fields = "      " + fields + "\n"
		}
		return edit{all[open].end, all[end].start, "\n" + fields + errorsField(names) + "    "}, nil
	}
	return extend(source, all, list+2, names)
}

// extend adds to a list. It keeps the lines of a list that has several, and comments where they are.
func extend(source string, all []token, open int, names []string) (edit, error) {
	end := closing(all, open)
	var have []string
	for _, t := range all[open+1 : end] {
		if t.text == "," {
			continue
		}
		name, err := unquote(t.text)
		if err != nil {
			return edit{}, fmt.Errorf("want a list of strings, have %s", t.text)
		}
		have = append(have, name)
		names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
	}
	if len(names) == 0 {
		return edit{all[open].start, all[open].start, ""}, nil
	}
	isLine := !strings.Contains(source[all[open].start:all[end].end], "\n")
	if !hasComments(source, all[open:end+1]) && (isLine || len(have) == 0) {
		return edit{all[open].start, all[end].end, list(append(have, names...))}, nil
	}
	last, comma := all[end-1].end, ","
	behind := afterComments(source, last)
	if len(have) == 0 {
		comma = ""
		behind = last + len(strings.TrimRight(source[last:all[end].start], " \t\r\n"))
	}
	text := comma + source[last:behind] + "\n        " + strings.Join(quoted(names), ",\n        ")
	if rest := source[behind:all[end].start]; !strings.Contains(rest, "\n") {
		return edit{last, all[end].start, text + "\n      "}, nil
	}
	return edit{last, behind, text}, nil
}

// unquote returns the text of a string, in single or double quotes.
func unquote(text string) (string, error) {
	if len(text) > 1 && text[0] == '\'' && text[len(text)-1] == '\'' {
		text = `"` + text[1:len(text)-1] + `"`
	}
	return strconv.Unquote(text)
}

func option(names []string) string {
	return "    option (errpact.v1.rest) = {\n" + errorsField(names) + "    };\n"
}

func errorsField(names []string) string { return "      errors: " + list(names) + "\n" }

// list is in one line if it has one element, as buf formats it.
func list(names []string) string {
	if len(names) == 1 {
		return "[" + strconv.Quote(names[0]) + "]"
	}
	return "[\n        " + strings.Join(quoted(names), ",\n        ") + "\n      ]"
}

func quoted(names []string) []string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = strconv.Quote(n)
	}
	return all
}
