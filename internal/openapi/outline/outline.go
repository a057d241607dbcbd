// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package outline finds the members of mappings in a JSON or YAML text, and adds members to them. Everything
// else stays as it is, byte for byte: the order of keys, comments, indentation, the spelling of values.
//
// It reads of a text only what it is asked for: the keys of one mapping, and where each value begins and ends.
// YAML is read by its indentation, and by its brackets and quotes. An anchor, an alias, a tag, a merge key or a key
// with a question mark at a mapping that is looked into is an error that names the line. The values that nobody
// looks into may be anything.
package outline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Document is a text and the changes to it. It is not safe for concurrent use.
type Document struct {
	text  []byte
	edits []edit
	notation
}

// notation is JSON or YAML.
type notation interface {
	root() Node
	members(Node) ([]Member, error)
	// str returns the string that a value is, and "" for anything else.
	str(Node) string
	// add returns the edits that give the mapping, whose members are known, more of them.
	add(n Node, members []Member, added []Addition) []edit
	replace(m Member, value json.RawMessage) edit
}

// Node is a value's place in the text.
type Node struct {
	start, end int
	// block is where the lines below a YAML value's own begin, and column is its key's.
	block, column int
	// isFlow says that a YAML value is inside of brackets.
	isFlow bool
}

// Member is a key of a mapping and its value.
type Member struct {
	Key   string
	Value Node
	// start is where the key begins.
	start int
}

// Addition is a member to be added. Its value is JSON, whatever the notation of the document.
type Addition struct {
	Key   string
	Value json.RawMessage
}

// edit puts text in the place of a part of the document.
type edit struct {
	start, end int
	text       []byte
}

// Read reads a document. A text that begins with "{" is JSON and must be valid, anything else is YAML.
func Read(text []byte) (*Document, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("want UTF-8")
	}
	d := &Document{text: text}
	switch body := bytes.Trim(bytes.TrimPrefix(text, bom), spaces); {
	case len(body) == 0:
		return nil, errors.New("want JSON or YAML, have nothing")
	case body[0] == '{':
		j, err := newJSON(text)
		d.notation = j
		return d, err
	}
	if i := bytes.IndexByte(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n\n")), '\r'); i >= 0 {
		return nil, errorAt(text, i, "want lines that end with a line feed, have a carriage return alone")
	}
	d.notation = newYAML(text)
	return d, nil
}

// bom is the byte order mark.
var bom = []byte("\ufeff")

// spaces are those of both notations. Other characters that Unicode calls spaces are text.
const spaces = " \t\r\n"

// Root returns the whole document's value.
func (d *Document) Root() Node { return d.root() }

// Members returns the members of a mapping, in order, as they were read. The error names the line of a value
// that is no mapping or that cannot be read by its outline, and of a key that is there twice.
func (d *Document) Members(n Node) ([]Member, error) {
	members, err := d.members(n)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(members))
	for _, m := range members {
		if seen[m.Key] {
			return nil, d.errorAt(m.start, "want the key %q once", m.Key)
		}
		seen[m.Key] = true
	}
	return members, nil
}

// Lookup returns the value under a path of keys. It reports false if a key is missing or if a value on the way
// is no mapping that [Document.Members] reads.
func (d *Document) Lookup(n Node, path ...string) (Node, bool) {
	for _, key := range path {
		members, err := d.Members(n)
		if err != nil {
			return Node{}, false
		}
		i := slices.IndexFunc(members, func(m Member) bool { return m.Key == key })
		if i < 0 {
			return Node{}, false
		}
		n = members[i].Value
	}
	return n, true
}

// String returns the string that a value is. It returns "" for anything else, and for a YAML string of several
// lines.
func (d *Document) String(n Node) string { return d.str(n) }

// Add adds members at the end of a mapping, which may be empty. It must be called once for a mapping, and
// with keys that the mapping does not have.
func (d *Document) Add(n Node, added ...Addition) error {
	members, err := d.Members(n)
	if err == nil && len(added) > 0 {
		d.edits = append(d.edits, d.add(n, members, added)...)
	}
	return err
}

// Replace puts a value in the place of a member's.
func (d *Document) Replace(m Member, value json.RawMessage) {
	d.edits = append(d.edits, d.replace(m, value))
}

// Bytes returns the text with all changes.
func (d *Document) Bytes() []byte {
	edits := slices.Clone(d.edits)
	slices.SortStableFunc(edits, func(a, b edit) int { return a.start - b.start })
	var out []byte
	end := 0
	for _, e := range edits {
		out = append(append(out, d.text[end:e.start]...), e.text...)
		end = e.end
	}
	return append(out, d.text[end:]...)
}

func (d *Document) errorAt(offset int, format string, args ...any) error {
	return errorAt(d.text, offset, format, args...)
}

// errorAt is an error that names the line of an offset.
func errorAt(text []byte, offset int, format string, args ...any) error {
	line := 1 + bytes.Count(text[:offset], []byte("\n"))
	return fmt.Errorf("line %d: %w", line, fmt.Errorf(format, args...))
}

// newlineOf is how the text ends its lines.
func newlineOf(text []byte) []byte {
	if i := bytes.IndexByte(text, '\n'); i > 0 && text[i-1] == '\r' {
		return []byte("\r\n")
	}
	return []byte("\n")
}
