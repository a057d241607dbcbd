// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package outline

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// yamlText is a YAML text. What it relies on is that in a block mapping every line of a value is indented more
// than its key, except for the items of a sequence, which may have the key's own column.
// https://yaml.org/spec/1.2.2/#82-block-collection-styles
type yamlText struct {
	text, newline []byte
	// unit is one level of indentation.
	unit int
}

const defaultUnit = 2

func newYAML(text []byte) *yamlText {
	y := &yamlText{text: text, newline: newlineOf(text), unit: defaultUnit}
	members, err := y.members(y.root())
	for i := 0; err == nil && i < len(members); i++ {
		if below, err := y.members(members[i].Value); err == nil && len(below) > 0 && !below[0].Value.isFlow {
			y.unit = below[0].Value.column - members[i].Value.column
			break
		}
	}
	return y
}

// root is the document after a byte order mark, comments and a line "---".
func (y *yamlText) root() Node {
	start := len(y.text) - len(bytes.TrimPrefix(y.text, bom))
	for offset := start; offset < len(y.text); {
		l := y.line(offset)
		if bytes.HasPrefix(l.content, []byte("---")) && withoutComment(l.content[3:]) == "" {
			start = l.end
		}
		if !l.isBlank() && !l.isComment() {
			break
		}
		offset = l.end
	}
	return Node{start: start, block: start, end: len(y.text), column: -1}
}

// line is one of the text's. Its content has neither the indentation nor spaces at the end.
type line struct {
	start, end, column int
	content            []byte
}

func (y *yamlText) line(offset int) line {
	end := len(y.text)
	if i := bytes.IndexByte(y.text[offset:], '\n'); i >= 0 {
		end = offset + i + 1
	}
	content := bytes.TrimLeft(y.text[offset:end], " ")
	return line{offset, end, end - offset - len(content), bytes.TrimRight(content, spaces)}
}

func (l line) isBlank() bool   { return len(bytes.TrimLeft(l.content, "\t")) == 0 }
func (l line) isComment() bool { return len(l.content) > 0 && l.content[0] == '#' }

func (l line) isItem() bool {
	return len(l.content) > 0 && l.content[0] == '-' && (len(l.content) == 1 || l.content[1] == ' ' || l.content[1] == '\t')
}

func (y *yamlText) members(n Node) ([]Member, error) {
	switch value := y.inline(n); {
	case strings.HasPrefix(value, "{"):
		return y.flowMembers(n.start + bytes.IndexByte(y.text[n.start:], '{'))
	case value != "":
		return nil, errorAt(y.text, n.start, "want a mapping, have %.40q", value)
	}
	var members []Member
	for offset := n.block; offset < n.end; {
		l := y.line(offset)
		offset = l.end
		if l.isBlank() || l.isComment() {
			continue
		}
		if len(members) > 0 {
			last := &members[len(members)-1]
			if l.column > last.Value.column || l.column == last.Value.column && l.isItem() && y.inline(last.Value) == "" {
				continue // it belongs to the value
			}
			last.Value.end = l.start
		}
		m, err := y.member(l)
		if err != nil {
			return nil, err
		}
		if len(members) > 0 && members[0].Value.column != m.Value.column {
			return nil, errorAt(y.text, l.start, "want the indentation of the key %q", members[0].Key)
		}
		members, offset = append(members, m), m.Value.block
	}
	if len(members) > 0 {
		last := &members[len(members)-1].Value
		last.end = max(last.end, n.end)
	}
	return members, nil
}

// member reads a line that begins with a key, and the lines below on which brackets or quotes after the key end.
func (y *yamlText) member(l line) (Member, error) {
	start := l.start + l.column
	key, length, err := readKey(l.content)
	if err != nil {
		return Member{}, errorAt(y.text, start, "%w: %.60q", err, l.content)
	}
	m := Member{Key: key, start: start, Value: Node{start: start + length, block: l.end, end: l.end, column: l.column}}
	if value := y.inline(m.Value); value != "" && strings.IndexByte("{['\"", value[0]) >= 0 {
		end, err := y.flowEnd(m.Value.start)
		if err != nil {
			return Member{}, errorAt(y.text, start, "%w: %.60q", err, l.content)
		}
		last := y.line(end - 1)
		if rest := withoutComment(y.text[end:last.end]); rest != "" {
			return Member{}, errorAt(y.text, end, "want nothing after brackets and quotes, have %.40q", rest)
		}
		m.Value.block, m.Value.end = last.end, last.end
	}
	return m, nil
}

// inline is what a value has on the line of its key, and on those below to which brackets or quotes reach, without a
// comment.
func (y *yamlText) inline(n Node) string { return withoutComment(y.text[n.start:n.block]) }

var comment = regexp.MustCompile(`(^|[ \t])#.*`)

// withoutComment is a text of one line. A string in quotes may have what looks like a comment.
func withoutComment(text []byte) string {
	text = bytes.Trim(text, spaces)
	if i := quotedLength(text); i > 0 {
		return string(text[:i]) + withoutComment(text[i:])
	}
	return string(bytes.TrimRight(comment.ReplaceAll(text, nil), spaces))
}

func (y *yamlText) str(n Node) string {
	for offset := n.block; offset < n.end; {
		l := y.line(offset)
		if !l.isBlank() && !l.isComment() {
			return ""
		}
		offset = l.end
	}
	value := y.inline(n)
	if strings.Contains(value, "\n") {
		return ""
	}
	if quotedLength([]byte(value)) == len(value) {
		s, _ := unquoted(value)
		return s
	}
	if value == "" || strings.IndexByte(indicators, value[0]) >= 0 && !isPlainStart([]byte(value)) {
		return ""
	}
	return value
}

func (y *yamlText) add(n Node, members []Member, added []Addition) []edit {
	if n.isFlow || len(members) > 0 && members[0].Value.isFlow {
		return []edit{addInFlow(n, members, added)}
	}
	var edits []edit
	column, at := n.column+y.unit, n.block
	switch {
	case len(members) > 0:
		last := members[len(members)-1].Value
		column, at = last.column, y.lastLine(last)
	case n.column < 0:
		column, at = 0, n.end
	case y.inline(n) != "": // it is {}
		end, _ := y.flowEnd(n.start)
		edits = append(edits, edit{n.start, end, nil})
	}
	w := yamlWriter{newline: y.newline, unit: y.unit}
	if at > 0 && y.text[at-1] != '\n' {
		w.write(string(y.newline))
	}
	for _, a := range added {
		w.member(column, a.Key, a.Value)
	}
	return append(edits, edit{at, at, w.out})
}

func (y *yamlText) replace(m Member, value json.RawMessage) edit {
	if m.Value.isFlow {
		return edit{m.Value.start, m.Value.end, []byte(" " + flow(value))}
	}
	w := yamlWriter{newline: y.newline, unit: y.unit}
	w.value(m.Value.column, value)
	return edit{m.Value.start, y.lastLine(m.Value), w.out}
}

// keepsLines is the head of a block scalar to which the blank lines after it belong.
var keepsLines = regexp.MustCompile(`[|>]\d?\+\d?[ \t]*(#.*)?\r?(\n|$)`)

// lastLine returns where a value's last line ends. Blank lines after it, and comments that are not indented more
// than the key, are before what comes next.
func (y *yamlText) lastLine(n Node) int {
	if keepsLines.Match(y.text[n.start:n.end]) {
		return n.end
	}
	last := n.block
	for offset := n.block; offset < n.end; {
		l := y.line(offset)
		offset = l.end
		if !l.isBlank() && (!l.isComment() || l.column > n.column) {
			last = l.end
		}
	}
	return last
}
