// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package protoedit

import "slices"

const options = "errpact/v1/options.proto"

// imported is an import, with the indexes of its first and its last token.
type imported struct {
	path        string
	isOption    bool // of edition 2024
	first, last int
}

// imports returns the imports of a file.
func imports(all []token) []imported {
	var found []imported
	for i := 0; i < len(all); i++ {
		switch text := all[i].text; {
		case text == "{" || text == "[" || text == "(":
			i = closing(all, i)
		case text == "import" && (i == 0 || all[i-1].text == ";" || all[i-1].text == "}"):
			one := imported{first: i}
			for i++; i < len(all) && all[i].text != ";"; i++ {
				one.isOption = one.isOption || all[i].text == "option"
				if part, err := unquote(all[i].text); err == nil {
					one.path += part
				}
			}
			if i == len(all) {
				return found
			}
			one.last = i
			found = append(found, one)
		}
	}
	return found
}

// importOptions adds the import that the lists need, unless it is there. It goes among the others, which buf sorts, and
// before those of options, which protoc wants to be last.
func importOptions(source string, all []token) []edit {
	const line = "import \"" + options + "\";"
	have := imports(all)
	if slices.ContainsFunc(have, func(i imported) bool { return i.path == options }) {
		return nil
	}
	next := slices.IndexFunc(have, func(i imported) bool { return i.isOption || i.path > options })
	if next == 0 || next > 0 && have[next-1].last+1 != have[next].first {
		first, from := have[next].first, 0
		if first > 0 {
			from = all[first-1].end
		}
		at := beforeComments(source, from, all[first].start)
		return []edit{{at, at, line + "\n"}}
	}
	if next < 0 {
		next = len(have)
	}
	if next > 0 {
		at := afterComments(source, all[have[next-1].last].end)
		return []edit{{at, at, "\n" + line}}
	}
	for _, word := range []string{"package", "syntax", "edition"} {
		if i := find(all, 0, len(all), word); i >= 0 {
			for i < len(all)-1 && all[i].text != ";" {
				i++
			}
			at := afterComments(source, all[i].end)
			return []edit{{at, at, "\n\n" + line}}
		}
	}
	return []edit{{0, 0, line + "\n"}}
}
