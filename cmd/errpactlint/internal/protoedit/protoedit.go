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

const options = `"errpact/v1/options.proto"`

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
	if len(edits) > 0 && !imports(all) {
		edits = append(edits, importEdit(all))
	}
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Compare(b.start, a.start) })
	for _, e := range edits {
		source = source[:e.start] + e.text + source[e.end:]
	}
	return source, errors.Join(problems...)
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
	rest := find(all, open+1, end, "option", "(", "errpact.v1.rest", ")")
	switch {
	case rest < 0 && end == open+1:
		return edit{all[open].start, all[end].end, "{\n" + option(names) + "  }"}, nil
	case rest < 0:
		start := lineStart(source, all[end].start)
		if strings.TrimSpace(source[start:all[end].start]) != "" {
			return edit{}, errors.New("want the closing brace on a line of its own")
		}
		return edit{start, start, option(names)}, nil
	case !matches(all[rest+4:], []string{"=", "{"}):
		return edit{}, errors.New(`want option (errpact.v1.rest) = {…}`)
	}
	return addToOption(source, all, rest+5, names)
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
			return edit{start, start, errorsField(names)}, nil
		}
		if fields != "" {
			fields = "      " + fields + "\n"
		}
		return edit{all[open].end, all[end].start, "\n" + fields + errorsField(names) + "    "}, nil
	}
	return extend(source, all, list+2, names)
}

// extend adds to a list. It keeps the lines of a list that has several.
func extend(source string, all []token, open int, names []string) (edit, error) {
	end := closing(all, open)
	var have []string
	for _, t := range all[open+1 : end] {
		if t.text == "," {
			continue
		}
		name, err := strconv.Unquote(t.text)
		if err != nil {
			return edit{}, fmt.Errorf("want a list of strings, have %s", t.text)
		}
		have = append(have, name)
		names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
	}
	if len(names) == 0 {
		return edit{all[open].start, all[open].start, ""}, nil
	}
	if text := source[all[open].start:all[end].end]; len(have) == 0 || !strings.Contains(text, "\n") {
		return edit{all[open].start, all[end].end, list(append(have, names...))}, nil
	}
	last := all[end-1]
	return edit{last.end, last.end, ",\n        " + strings.Join(quoted(names), ",\n        ")}, nil
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

func lineStart(source string, at int) int { return strings.LastIndexByte(source[:at], '\n') + 1 }

func imports(all []token) bool { return find(all, 0, len(all), "import", options) >= 0 }

// importEdit puts the import among the others, which buf sorts.
func importEdit(all []token) edit {
	line := "import " + options + ";\n"
	after := -1
	for i := range len(all) - 2 {
		if all[i].text == "import" && (i == 0 || all[i-1].text == ";") {
			if strings.Trim(all[i+1].text, `"'`) > strings.Trim(options, `"`) {
				return edit{all[i].start, all[i].start, line}
			}
			after = i + 2
		}
	}
	if after >= 0 {
		return edit{all[after].end, all[after].end, "\n" + strings.TrimSuffix(line, "\n")}
	}
	for _, word := range []string{"package", "syntax", "edition"} {
		if at := find(all, 0, len(all), word); at >= 0 {
			for at < len(all)-1 && all[at].text != ";" {
				at++
			}
			return edit{all[at].end, all[at].end, "\n\n" + strings.TrimSuffix(line, "\n")}
		}
	}
	return edit{0, 0, line}
}
