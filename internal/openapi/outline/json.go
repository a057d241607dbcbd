// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package outline

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// jsonText is a valid JSON text.
type jsonText struct {
	text, newline []byte
	// unit is one level of indentation; empty if the text is on one line, or has none.
	unit string
}

func newJSON(text []byte) (*jsonText, error) {
	j := &jsonText{text: text, newline: newlineOf(text)}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(bytes.TrimPrefix(text, bom), new(json.RawMessage)); errors.As(err, &syntax) {
		return nil, errorAt(text, min(int(syntax.Offset), len(text)), "want JSON, since the text begins with {: %w", syntax)
	}
	if members, err := j.members(j.root()); err == nil && len(members) > 0 && j.beginsLine(members[0].start) {
		j.unit = j.indentation(members[0].start)
	}
	return j, nil
}

func (j *jsonText) root() Node {
	return Node{start: bytes.IndexByte(j.text, '{'), end: len(j.text)}
}

func (j *jsonText) members(n Node) ([]Member, error) {
	decoder := json.NewDecoder(bytes.NewReader(j.text[n.start:n.end]))
	if opening, err := decoder.Token(); err != nil || opening != json.Delim('{') {
		return nil, errorAt(j.text, n.start, "want an object")
	}
	var members []Member
	for decoder.More() {
		m := Member{start: j.skip(n.start + int(decoder.InputOffset()))}
		key, err := decoder.Token()
		if err != nil {
			return nil, errorAt(j.text, m.start, "want a key: %w", err)
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, errorAt(j.text, m.start, "want a value: %w", err)
		}
		m.Key, _ = key.(string)
		m.Value.end = n.start + int(decoder.InputOffset())
		m.Value.start = m.Value.end - len(value)
		members = append(members, m)
	}
	return members, nil
}

// skip returns the offset of the next key, after spaces and a comma.
func (j *jsonText) skip(offset int) int {
	for offset < len(j.text) && strings.IndexByte(spaces+",", j.text[offset]) >= 0 {
		offset++
	}
	return offset
}

func (j *jsonText) str(n Node) string {
	var s string
	if json.Unmarshal(j.text[n.start:n.end], &s) != nil {
		return ""
	}
	return s
}

func (j *jsonText) add(n Node, members []Member, added []Addition) []edit {
	if len(members) == 0 {
		outer := j.indentation(n.start)
		text := j.appendMembers([]byte{'{'}, added, j.unit != "", outer+j.unit)
		if j.unit != "" {
			text = append(append(text, j.newline...), outer...)
		}
		return []edit{{n.start, n.start + bytes.IndexByte(j.text[n.start:], '}') + 1, append(text, '}')}}
	}
	last := members[len(members)-1]
	text := j.appendMembers([]byte{','}, added, j.beginsLine(last.start), j.indentation(last.start))
	return []edit{{last.Value.end, last.Value.end, text}}
}

// appendMembers writes members with commas between them, each on a line of its own or all on one.
func (j *jsonText) appendMembers(b []byte, added []Addition, lines bool, indentation string) []byte {
	for i, a := range added {
		if i > 0 {
			b = append(b, ',')
		}
		if lines {
			b = append(append(b, j.newline...), indentation...)
		}
		b = append(append(b, quoted(a.Key)...), ':')
		if lines {
			b = append(b, ' ')
		}
		b = append(b, j.laidOut(a.Value, lines, indentation)...)
	}
	return b
}

func (j *jsonText) replace(m Member, value json.RawMessage) edit {
	return edit{m.Value.start, m.Value.end, j.laidOut(value, j.beginsLine(m.start), j.indentation(m.start))}
}

// laidOut is a value on lines, the first of which has the indentation, or on one line.
func (j *jsonText) laidOut(value json.RawMessage, lines bool, indentation string) []byte {
	var b bytes.Buffer
	if !lines {
		_ = json.Compact(&b, value) // it was marshalled, and is valid
		return b.Bytes()
	}
	_ = json.Indent(&b, value, indentation, j.unit)
	return bytes.ReplaceAll(b.Bytes(), []byte("\n"), j.newline)
}

// indentation returns the spaces at the beginning of the line that has the offset.
func (j *jsonText) indentation(offset int) string {
	line := j.text[bytes.LastIndexByte(j.text[:offset], '\n')+1:]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// beginsLine reports whether only spaces are before the offset on its line, and there is a line before.
func (j *jsonText) beginsLine(offset int) bool {
	before := bytes.TrimRight(j.text[:offset], " \t")
	return bytes.HasSuffix(before, []byte("\n"))
}

// quoted is a JSON string, in which HTML's characters are as they are.
func quoted(s string) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string always encodes
	return bytes.TrimSpace(b.Bytes())
}
