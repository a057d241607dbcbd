// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package yaml_test holds what errpact reads of YAML, by the outline of a document, against a YAML library, which
// no user of errpact has to import.
package yaml_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/errpact/errpact/internal/openapi/outline"
)

// TestOutlineReadsWhatIsWritten writes documents of all styles by the library, and wants the outline to find the
// keys and strings in them.
func TestOutlineReadsWhatIsWritten(t *testing.T) {
	for seed := range uint64(500) {
		check(t, seed)
	}
}

// FuzzOutline does the same for documents of more seeds.
func FuzzOutline(f *testing.F) {
	f.Add(uint64(0))
	f.Fuzz(check)
}

// check writes the document of a seed, compares what both read, and adds to every mapping without an anchor.
func check(t *testing.T, seed uint64) {
	w := writer{rand.New(rand.NewPCG(seed, 0))}
	text := w.text(t, w.mapping(4))
	var document yaml.Node
	d, err := outline.Read(text)
	if err := errors.Join(err, yaml.Unmarshal(text, &document)); err != nil {
		t.Fatalf("seed %d: %v\n%s", seed, err, text)
	}
	if len(document.Content) == 0 || len(document.Content[0].Content) == 0 {
		return
	}
	compare(t, d, d.Root(), document.Content[0])
	var got, want any
	if err := errors.Join(yaml.Unmarshal(d.Bytes(), &got), document.Decode(&want)); err != nil {
		t.Fatalf("seed %d: %v\n%s", seed, err, d.Bytes())
	}
	if diff := cmp.Diff(want, got); diff != "" || t.Failed() {
		t.Fatalf("seed %d (-want +got):\n%s\n%s", seed, diff, text)
	}
}

// added is what the outline writes and the library reads.
var added = outline.Addition{Key: "added", Value: json.RawMessage(
	`{"404":{"y":null,"a: b":[1,-2.5e3,true,"no",{"c":"#d","e":[]},["\u0007\u2028é\\\""]],"":{},"~":"x: y"}}`)}

// compare wants the members of a tree's mapping to be those of the document's, and gives both one more.
func compare(t *testing.T, d *outline.Document, n outline.Node, tree *yaml.Node) {
	members, err := d.Members(n)
	if tree.Anchor != "" {
		if err == nil {
			t.Errorf("read a mapping that has an anchor: %v", members)
		}
		return
	}
	if err != nil || len(members) != len(tree.Content)/2 {
		t.Errorf("have %d members, want %d: %v", len(members), len(tree.Content)/2, err)
		return
	}
	for i, m := range members {
		key, value := tree.Content[2*i], tree.Content[2*i+1]
		if m.Key != key.Value {
			t.Errorf("key = %q, want %q", m.Key, key.Value)
		}
		switch {
		case value.Kind == yaml.MappingNode:
			compare(t, d, m.Value, value)
		case value.Kind == yaml.ScalarNode && value.Tag == "!!str" && value.Anchor == "":
			if got := d.String(m.Value); got != value.Value && got != "" {
				t.Errorf("string under %q = %q, want %q", m.Key, got, value.Value)
			}
		}
	}
	if err := d.Add(n, added); err != nil {
		t.Error(err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(added.Value, &document); err != nil {
		t.Error(err)
		return
	}
	tree.Content = append(tree.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: added.Key}, document.Content[0])
}

// writer makes documents.
type writer struct{ *rand.Rand }

func pick[T any](w writer, all ...T) T { return all[w.IntN(len(all))] }

// keys and texts are such as a reader by lines may take for something else.
var (
	keys = []string{
		"a", "b-c", "$ref", "200", "4XX", "default", "/a/{b}", "x y", "it's", `"quoted"`, "a: b", "a #b", "#c", "- d", "? e", "true", "null", "~", "", "é",
		"{f}", "[g]", "*h", "&i", "!j", "|", ">", "%k", "@l", "`m", "'", "\"", "a:b", ":n", "-o", "\\", "a\tb",
	}
	texts = []string{
		"text", "3.0.3", "a: b", "a\nb: c\n", "a\n\n# b: c\n\n  d: e\n", "- a\n- b", "trailing \nspace ", "#no comment", "x # y", "\"", "'", "a\n\n", "\n", "", "  a",
		"---", "...", "a\n---\nb", "{a: b}", "[", "}", "|", ">-", "a\tb\n\tc: d", "é", "&a", "*b", "!c", "key:", "null", "1e3", "on",
		strings.Repeat("long words: ", 20), "\r\n", "c\rd",
	}
	comments = []string{"", "", "", "# a: b", "# \"", "# - {"}
)

// mapping makes a tree in which mappings are at most so deep. What is in flow style has no comments: the library
// writes brackets after them at column 0, which YAML does not allow.
func (w writer) mapping(depth int) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, i := range w.Perm(len(keys))[:w.IntN(5)] {
		key := w.scalar(keys[i])
		key.HeadComment, key.FootComment = pick(w, comments...), pick(w, comments...)
		if key.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			key.Style = 0
		}
		n.Content = append(n.Content, key, w.value(depth-1))
	}
	if w.IntN(8) == 0 {
		inFlow(n)
	}
	return n
}

func inFlow(n *yaml.Node) {
	n.Style |= yaml.FlowStyle
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	for _, c := range n.Content {
		inFlow(c)
	}
}

func (w writer) value(depth int) *yaml.Node {
	switch kind := w.IntN(6); {
	case depth > 0 && kind < 3:
		n := w.mapping(depth)
		if w.IntN(10) == 0 && len(n.Content) > 0 {
			n.Anchor = "x"
		}
		return n
	case depth > 0 && kind == 3:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for range w.IntN(4) {
			n.Content = append(n.Content, w.value(depth-1))
		}
		if w.IntN(3) == 0 {
			inFlow(n)
		}
		return n
	}
	n := w.scalar(pick(w, texts...))
	n.LineComment = pick(w, comments...)
	return n
}

// scalar is a string. The library writes the end of one of several lines in single quotes at column 0, which YAML
// does not allow and the outline refuses.
func (w writer) scalar(text string) *yaml.Node {
	style := pick(w, 0, yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle, yaml.LiteralStyle, yaml.FoldedStyle)
	if style == yaml.SingleQuotedStyle && strings.ContainsAny(text, "\r\n") {
		style = 0
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: style}
}

// text writes a tree, whose root is in block style, in one of the library's manners.
func (w writer) text(t *testing.T, tree *yaml.Node) []byte {
	t.Helper()
	tree.Style = 0
	if len(tree.Content) == 0 {
		tree.Content = append(tree.Content, w.scalar("a"), w.value(3))
	}
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(pick(w, 2, 4, 3))
	if w.IntN(2) == 0 {
		encoder.CompactSeqIndent()
	}
	if err := encoder.Encode(tree); err != nil {
		t.Fatal(err)
	}
	if w.IntN(4) == 0 {
		text, err := json.Marshal(w.json(3))
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("json: " + string(text) + "\n")
	}
	return b.Bytes()
}

// json makes a value of JSON, which is one of YAML in flow style with nothing after a key's colon. The library never
// writes that.
func (w writer) json(depth int) any {
	switch kind := w.IntN(4); {
	case depth > 0 && kind < 2:
		object := make(map[string]any)
		for _, i := range w.Perm(len(keys))[:w.IntN(4)] {
			object[keys[i]] = w.json(depth - 1)
		}
		return object
	case depth > 0 && kind == 2:
		return []any{w.json(depth - 1), w.json(depth - 1)}
	}
	return pick(w, texts...)
}
