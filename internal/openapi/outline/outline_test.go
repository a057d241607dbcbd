// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package outline_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/internal/openapi/outline"
)

// keys are those of the mapping under a path, separated by spaces.
func keys(t *testing.T, text string, path ...string) string {
	t.Helper()
	d, err := outline.Read([]byte(text))
	if err != nil {
		return err.Error()
	}
	n, found := d.Lookup(d.Root(), path...)
	if !found {
		return "not found"
	}
	members, err := d.Members(n)
	if err != nil {
		return err.Error()
	}
	var names []string
	for _, m := range members {
		names = append(names, m.Key)
	}
	return strings.Join(names, " ")
}

// TestMembersAreThoseOfTheMapping: whatever stands in values, in comments and in quotes is no key.
func TestMembersAreThoseOfTheMapping(t *testing.T) {
	for _, test := range []struct{ name, text, path, want string }{
		{"JSON", `{"a": 1, "b": {"c": 2, "d": [{"e": 3}]}}`, "b", "c d"},
		{"JSON on lines", "{\n  \"a\": {\n    \"x\": \"}\"\n  },\n  \"b\": null\n}\n", "", "a b"},
		{"JSON with escapes", `{"\u0061\/b": {"\"": 1, "é": 2}}`, "a/b", `" é`},
		{"JSON after a mark", "\ufeff" + ` {"a": {"b": 1}}`, "a", "b"},
		{"an empty object", `{"a": {}}`, "a", ""},
		{"a JSON list", `{"a": [1]}`, "a", "line 1: want an object"},
		{"a JSON key twice", "{\"a\": 1,\n\"a\": 2}", "", `line 2: want the key "a" once`},
		{"YAML", "a: 1\nb:\n  c: 2\n  d: {e: 3}\n", "b", "c d"},
		{"deep indentation", "a:\n    b:\n        c: 1\n    d: 2\ne: 3\n", "a", "b d"},
		{"comments", "# one: 1\na:\n# two: 2\n  # three: 3\n  b: 1 # four: 4\n\n  c: 2\n", "a", "b c"},
		{"a directive's end", "# title\n---\na: 1\n", "", "a"},
		{"a mark", "\ufeffa: 1\nb: 2\n", "", "a b"},
		{"Windows", "a:\r\n  b: 1\r\n\r\n  c: 2\r\nd: 3\r\n", "a", "b c"},
		{"a literal", "a: |\n  b: 1\n  # c\n\n  d: 2\ne: 3\n", "", "a e"},
		{"a literal with other lines first", "a: |2-\n    b: 1\n  c: 2\ne: 3\n", "", "a e"},
		{"a folded text", "a: >-\n  b: 1\n  'c\ne: 3\n", "", "a e"},
		{"lines of a plain text", "a: b\n  c: d\n  - e\nf: 3\n", "", "a f"},
		{"lines of a quoted text", "a: \"b\n  c: d\n  e\"\nf: 'g\n  h: i'\n", "", "a f"},
		{"lines in brackets", "a: [b,\n  c: d,\n  e]\nf: {g: h,\n  i: j}\n", "", "a f"},
		{"a sequence", "a:\n  - b: 1\n    c: 2\n  - d: 3\ne: 4\n", "", "a e"},
		{"a sequence at its key's column", "a:\n- b: 1\n  c: 2\n- d\ne: 4\n", "", "a e"},
		{"quoted keys", "\"200\":\n  'a''b': 1\n  \"c: \\\"d\\\"\": 2\n'404': 3\n", "200", `a'b c: "d"`},
		{"keys of signs", "/a/{b}: 1\n-x: 2\n?y: 3\n:z: 4\nhttp://e: 5\nx-a b: 6\n$ref: 7\na#b: 8\n", "", "/a/{b} -x ?y :z http://e x-a b $ref a#b"},
		{"a space before the colon", "a : 1\n\"b\"  : 2\n", "", "a b"},
		{"no value", "a:\nb: # nothing\n", "b", ""},
		{"an empty mapping", "a: {} # none\n", "a", ""},
		{"an anchor that nobody asks for", "a: &x\n  b: 1\nc: *x\nd: !t\n  e: 1\n", "", "a c d"},
		{"an anchor", "a: &x\n  b: 1\n", "a", `line 1: want a mapping, have "&x"`},
		{"an alias", "a: *x\n", "a", `line 1: want a mapping, have "*x"`},
		{"a tag", "a: !!map\n  b: 1\n", "a", `line 1: want a mapping, have "!!map"`},
		{"a flow mapping", "x: 1\na: {b: 1, c: {d: 2}, 'e': [f, {g: h}], \"i\":3, j: , k: l m} # n\n", "a", "b c e i j k"},
		{"a flow mapping of JSON", `x: {"u":"/p/{id}", 'v':{"w":[":"]}, "k":plain}` + "\ny: [{\"a\":\"}\"}, [b]:c]\n", "x", "u v k"},
		{"a value in quotes and a colon", "x: {a: it's, \"b\" :c, d:e: f}\n", "x", "a b d:e"},
		{"a flow mapping on lines", "a: {\n  b: 'c, d: }', # e: {\n\n  f: \"g\n   h\",\n  it's: 'it''s', 200: x#y,\n}\nz: 1\n", "a", "b f it's 200"},
		{"a flow mapping in one", "a: {b: {c: {d: 1}}}\n", "a b c", "d"},
		{"a flow mapping with a merge key", "a: {<<: *b}\n", "a", "line 1: want every key written out, have a merge key"},
		{"a flow mapping without values", "a: {b, c}\n", "a", "line 1: want a key and a colon"},
		{"a flow mapping with a key of lines", "a: {? b : c}\n", "a", "line 1: want a key and a colon"},
		{"a flow mapping with an anchor", "a: {&b c: d}\n", "a", "line 1: want a key and a colon"},
		{"a flow mapping with a key twice", "a: {b: 1,\n b: 2}\n", "a", `line 2: want the key "b" once`},
		{"a flow mapping under a tag", "a: !!map {b: 1}\n", "a", `line 1: want a mapping, have "!!map {b: 1}"`},
		{"a flow sequence", "a: [b, {c: d}]\n", "a", `line 1: want a mapping, have "[b, {c: d}]"`},
		{"a brace that does not close", "x: 1\na: {b: 1\nc: 2\n", "", `line 2: want brackets and quotes that close: "a: {b: 1"`},
		{"a quote that does not close", "a: 'b\nc: 2\n", "", `line 1: want brackets and quotes that close: "a: 'b"`},
		{"more after a brace", "a: {b: 1} c\n", "", `line 1: want nothing after brackets and quotes, have "c"`},
		{"quotes that close at column 0", "a: 'b\n\nc: d\n'\ne: 1\n", "", "a e"},
		{"a text", "a: text # c\n", "a", `line 1: want a mapping, have "text"`},
		{"a text below", "a:\n  text\n", "a", `line 2: want a key and a colon: "text"`},
		{"a sequence below", "a:\n  - b\n", "a", `line 2: want a key and a colon: "- b"`},
		{"a merge key", "a:\n  <<: *x\n  b: 1\n", "a", `line 2: want every key written out, have a merge key: "<<: *x"`},
		{"a key of lines", "a:\n  ? b\n  : c\n", "a", `line 2: want a key and a colon: "? b"`},
		{"a tab", "a:\n\tb: 1\n", "a", `not found`},
		{"a tab at the root", "a: 1\n\tb: 1\n", "", `line 2: want a key and a colon: "\tb: 1"`},
		{"a closing brace at the key's column", "a: {\n  b: 1\n}\nc: 1\n", "", "a c"},
		{"two documents", "a: 1\n---\nb: 2\n", "", `line 2: want a key and a colon: "---"`},
		{"another column", "a:\n   b: 1\n  c: 2\n", "a", `line 3: want the indentation of the key "b"`},
		{"a key twice", "a: 1\nb: 2\n'a': 3\n", "", `line 3: want the key "a" once`},
		{"an escape that JSON has not", `"\x41": 1`, "", `line 1: want JSON's escapes in quotes: "\"\\x41\": 1"`},
		{"a root that is a list", "- a\n", "", `line 1: want a key and a colon: "- a"`},
	} {
		var path []string
		if test.path != "" {
			path = strings.Fields(test.path)
		}
		if diff := cmp.Diff(test.want, keys(t, test.text, path...)); diff != "" {
			t.Errorf("%s: keys (-want +got):\n%s", test.name, diff)
		}
	}
}

// TestReadRefusesWhatIsNeither names what is wrong with a text.
func TestReadRefusesWhatIsNeither(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "want JSON or YAML, have nothing",
		"\ufeff\n":               "want JSON or YAML, have nothing",
		"a: \xff\n":              "want UTF-8",
		`{"a": 1`:                "line 1: want JSON, since the text begins with {: unexpected end of JSON input",
		"{\n\"a\": 1,\n}":        "line 3: want JSON, since the text begins with {: invalid character '}' looking for beginning of object key string",
		`{"a": 1} {"b": 2}`:      "line 1: want JSON, since the text begins with {: invalid character '{' after top-level value",
		"a: 1\nb: 2\rc: 3":       "line 2: want lines that end with a line feed, have a carriage return alone",
		"{a: 1}":                 "line 1: want JSON, since the text begins with {: invalid character 'a' looking for beginning of object key string",
		strings.Repeat("{", 1e5): "line 1: want JSON, since the text begins with {: invalid character '{' looking for beginning of object key string",
	} {
		_, err := outline.Read([]byte(text))
		if got := errorText(err); got != want {
			t.Errorf("Read(%.20q) = %q, want %q", text, got, want)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestStringIsTheValue: a value of several lines, or of another kind, is no string.
func TestStringIsTheValue(t *testing.T) {
	for text, want := range map[string]string{
		`{"a": "b\u0063"}`: "bc", `{"a": 1}`: "", `{"a": {}}`: "",
		"a: b": "b", "a: b # c": "b", "a: b#c\n": "b#c", "a: 3.0.3\n": "3.0.3", "a: 'it''s # here' # c\n": "it's # here",
		`a: "b \" # c" # d`: `b " # c`, "a: |\n  b\n": "", "a: b\n  c\n": "", "a: \"b\n  c\"\n": "", "a: 'b\n  c'\n": "", "a: [b]\n": "", "a: *b\n": "", "a:\n": "", "a:\n  b: c\n": "",
		"a: b\n\n# c\n": "b",
	} {
		d, err := outline.Read([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		n, found := d.Lookup(d.Root(), "a")
		if got := d.String(n); got != want || !found {
			t.Errorf("String of %q = %q, %t, want %q", text, got, found, want)
		}
	}
}

// TestAddKeepsEverythingElse: members are added at the end of a mapping, in the manner of the text.
func TestAddKeepsEverythingElse(t *testing.T) {
	added := []outline.Addition{{Key: "x", Value: json.RawMessage(`"y"`)}, {Key: "404", Value: json.RawMessage(`{"p":[1,{"q":null}]}`)}}
	for _, test := range []struct{ name, text, want string }{
		{"JSON", "{\n  \"a\": {\n    \"b\": 1\n  },\n  \"z\": 2\n}\n",
			"{\n  \"a\": {\n    \"b\": 1,\n    \"x\": \"y\",\n    \"404\": {\n      \"p\": [\n        1,\n        {\n          \"q\": null\n        }\n      ]\n    }\n  },\n  \"z\": 2\n}\n"},
		{"JSON with tabs", "{\n\t\"a\": {\n\t\t\"b\" : 1\n\t}\n}", "{\n\t\"a\": {\n\t\t\"b\" : 1,\n\t\t\"x\": \"y\",\n\t\t\"404\": {\n\t\t\t\"p\": [\n\t\t\t\t1,\n\t\t\t\t{\n\t\t\t\t\t\"q\": null\n\t\t\t\t}\n\t\t\t]\n\t\t}\n\t}\n}"},
		{"JSON on one line", `{"a":{"b":1},"z":2}`, `{"a":{"b":1,"x":"y","404":{"p":[1,{"q":null}]}},"z":2}`},
		{"an object on one line", "{\n  \"a\": {\"b\": 1}\n}", "{\n  \"a\": {\"b\": 1,\"x\":\"y\",\"404\":{\"p\":[1,{\"q\":null}]}}\n}"},
		{"an empty object", "{\n  \"a\": {}\n}", "{\n  \"a\": {\n    \"x\": \"y\",\n    \"404\": {\n      \"p\": [\n        1,\n        {\n          \"q\": null\n        }\n      ]\n    }\n  }\n}"},
		{"an empty object on one line", `{"a":{ }}`, `{"a":{"x":"y","404":{"p":[1,{"q":null}]}}}`},
		{"JSON of Windows", "{\r\n  \"a\": {\r\n    \"b\": 1\r\n  }\r\n}", "{\r\n  \"a\": {\r\n    \"b\": 1,\r\n    \"x\": \"y\",\r\n    \"404\": {\r\n      \"p\": [\r\n        1,\r\n        {\r\n          \"q\": null\r\n        }\r\n      ]\r\n    }\r\n  }\r\n}"},
		{"YAML", "a:\n  b: 1 # one\nz: 2\n", "a:\n  b: 1 # one\n  x: \"y\"\n  \"404\":\n    p:\n      - 1\n      - q: null\nz: 2\n"},
		{"YAML of four spaces", "a:\n    b: 1\n", "a:\n    b: 1\n    x: \"y\"\n    \"404\":\n        p:\n            - 1\n            - q: null\n"},
		{"YAML without a last line's end", "z: 2\na:\n  b: 1", "z: 2\na:\n  b: 1\n  x: \"y\"\n  \"404\":\n    p:\n      - 1\n      - q: null\n"},
		{"before blank lines and comments", "a:\n  b: 1\n    # of b\n\n  # of what follows\n# z\nz: 2\n", "a:\n  b: 1\n    # of b\n  x: \"y\"\n  \"404\":\n    p:\n      - 1\n      - q: null\n\n  # of what follows\n# z\nz: 2\n"},
		{"after blank lines that are a text's", "a:\n  b: |+\n    t\n\nz: 2\n", "a:\n  b: |+\n    t\n\n  x: \"y\"\n  \"404\":\n    p:\n      - 1\n      - q: null\nz: 2\n"},
		{"after a sequence", "a:\n  b:\n  - c\n  - d\nz: 2\n", "a:\n  b:\n  - c\n  - d\n  x: \"y\"\n  \"404\":\n    p:\n      - 1\n      - q: null\nz: 2\n"},
		{"no value", "a: # none\nz: 2\n", "a: # none\n  x: \"y\"\n  \"404\":\n    p:\n      - 1\n      - q: null\nz: 2\n"},
		{"an empty mapping", "a: {} # none\nz: 2\n", "a: # none\n  x: \"y\"\n  \"404\":\n    p:\n      - 1\n      - q: null\nz: 2\n"},
		{"an empty mapping at the end", "a: {}", "a:\n  x: \"y\"\n  \"404\":\n    p:\n      - 1\n      - q: null\n"},
		{"a flow mapping", "a: {b: 1} # c\nz: 2\n", "a: {b: 1, \"x\": \"y\", \"404\": {\"p\": [1, {\"q\": null}]}} # c\nz: 2\n"},
		{"a flow mapping on lines", "a: {\n  b: c, # d\n}\n", "a: {\n  b: c, \"x\": \"y\", \"404\": {\"p\": [1, {\"q\": null}]}, # d\n}\n"},
		{"an empty mapping on lines", "a: { # }\n }\nz: 2\n", "a:\n  x: \"y\"\n  \"404\":\n    p:\n      - 1\n      - q: null\nz: 2\n"},
		{"YAML of Windows", "a:\r\n  b: 1\r\n", "a:\r\n  b: 1\r\n  x: \"y\"\r\n  \"404\":\r\n    p:\r\n      - 1\r\n      - q: null\r\n"},
	} {
		d, err := outline.Read([]byte(test.text))
		if err != nil {
			t.Fatal(err)
		}
		a, _ := d.Lookup(d.Root(), "a")
		if err := d.Add(a, added...); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if diff := cmp.Diff(test.want, string(d.Bytes())); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", test.name, diff)
		}
	}
}

// TestAddToTheRootAndBelow: additions at one place come in the order in which they were made.
func TestAddToTheRootAndBelow(t *testing.T) {
	one := outline.Addition{Key: "one", Value: json.RawMessage("1")}
	for text, want := range map[string]string{
		"a: {b: {c: 1}}":       "a: {b: {c: 1, \"one\": 1}, \"one\": 1}\none: 1\n",
		"a: {b: {}, c: }\n":    "a: {b: {\"one\": 1}, c: , \"one\": 1 }\none: 1\n",
		"a: {b: , c: [1]}\n":   "a: {b: {\"one\": 1} , c: [1], \"one\": 1}\none: 1\n",
		"a:\n  b:\n    c: 1\n": "a:\n  b:\n    c: 1\n    one: 1\n  one: 1\none: 1\n",
		"{\n  \"a\": {\n    \"b\": {\n      \"c\": 1\n    }\n  }\n}": "{\n  \"a\": {\n    \"b\": {\n      \"c\": 1,\n      \"one\": 1\n    },\n    \"one\": 1\n  },\n  \"one\": 1\n}",
		`{"a":{"b":{"c":1}}}`: `{"a":{"b":{"c":1,"one":1},"one":1},"one":1}`,
	} {
		d, err := outline.Read([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range [][]string{{"a", "b"}, {"a"}, nil} {
			n, _ := d.Lookup(d.Root(), path...)
			if err := d.Add(n, one); err != nil {
				t.Error(err)
			}
		}
		if diff := cmp.Diff(want, string(d.Bytes())); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestReplaceTakesTheWholeValue and nothing else.
func TestReplaceTakesTheWholeValue(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\nb: 2\n":                              "a:\n  $ref: \"#/c\"\nb: 2\n",
		"a: # one\n  c: 1\n\n# two\nb: 2\n":         "a:\n  $ref: \"#/c\"\n\n# two\nb: 2\n",
		"a:\n- 1\n- 2\nb: 2\n":                      "a:\n  $ref: \"#/c\"\nb: 2\n",
		"b: 2\na: |\n  c":                           "b: 2\na:\n  $ref: \"#/c\"\n",
		"a: [1, {c: 2},\n]\nb: 2\n":                 "a:\n  $ref: \"#/c\"\nb: 2\n",
		`{"a": [1, 2], "b": 2}`:                     `{"a": {"$ref":"#/c"}, "b": 2}`,
		"{\n  \"a\": {\"c\": 1},\n  \"b\": 2\n}":    "{\n  \"a\": {\n    \"$ref\": \"#/c\"\n  },\n  \"b\": 2\n}",
		"{\n  \"b\": 2,\n  \"a\":\n    \"text\"\n}": "{\n  \"b\": 2,\n  \"a\":\n    {\n    \"$ref\": \"#/c\"\n  }\n}",
	} {
		d, err := outline.Read([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		members, err := d.Members(d.Root())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range members {
			if m.Key == "a" {
				d.Replace(m, json.RawMessage(`{"$ref":"#/c"}`))
			}
		}
		if diff := cmp.Diff(want, string(d.Bytes())); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// FuzzAdd: a text that is read has the added member afterwards, and everything that it had.
func FuzzAdd(f *testing.F) {
	for _, text := range []string{
		`{"a": {"b": 1}}`, "{\n  \"a\": {}\n}", "a:\n  b: 1\n# c\nd: |\n  e\n", "a: {}\n", "a:\n- b\n", "\"a\": 'b'\n", "---\na: 1", "a:\r\n  b: 1\r\n", "a: {b: {}, \"c\":'d', e: [f, {g: h}]}\n", "a: 'b\n\n'\nc: {\n}\n",
		"a:\f\n", "a: b\u00a0\n\u2028c: d",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := outline.Read(text)
		if err != nil {
			return
		}
		members, err := d.Members(d.Root())
		if err != nil {
			return
		}
		var targets []outline.Node
		for _, m := range members {
			if below, err := d.Members(m.Value); err == nil && !hasKey(below, "added") {
				targets = append(targets, m.Value)
			}
		}
		for _, n := range targets {
			if err := d.Add(n, outline.Addition{Key: "added", Value: json.RawMessage(`{"one":[true]}`)}); err != nil {
				t.Fatal(err)
			}
		}
		checkAdded(t, text, d.Bytes(), members)
	})
}

func hasKey(members []outline.Member, key string) bool {
	for _, m := range members {
		if m.Key == key {
			return true
		}
	}
	return false
}

// checkAdded wants the same keys at the root, and the added one where there was a mapping.
func checkAdded(t *testing.T, before, after []byte, members []outline.Member) {
	t.Helper()
	if json.Valid(before) && !json.Valid(after) {
		t.Fatalf("%q is no JSON", after)
	}
	d, err := outline.Read(after)
	if err != nil {
		t.Fatalf("%q: %v", after, err)
	}
	now, err := d.Members(d.Root())
	if err != nil || len(now) != len(members) {
		t.Fatalf("%q has %d keys, want %d: %v", after, len(now), len(members), err)
	}
	for i, m := range members {
		if now[i].Key != m.Key {
			t.Errorf("key %d = %q, want %q", i, now[i].Key, m.Key)
		}
		if below, err := d.Members(now[i].Value); err == nil && !hasKey(below, "added") {
			t.Errorf("%q lacks a key below %q", after, m.Key)
		}
	}
	if !isSubsequence(before, after) {
		t.Errorf("%q is not in %q", before, after)
	}
}

// isSubsequence reports whether every line of a text without braces, which an empty mapping loses, is in another, in
// order.
func isSubsequence(lines, of []byte) bool {
	for line := range bytes.Lines(lines) {
		line = bytes.TrimRight(line, "\r\n")
		if bytes.ContainsAny(line, "{}") {
			continue
		}
		i := bytes.Index(of, line)
		if i < 0 {
			return false
		}
		of = of[i+len(line):]
	}
	return true
}
