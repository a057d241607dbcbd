// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package outline

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

var errUnclosed = errors.New("want brackets and quotes that close")

// token is a part of a text in flow style: one of {}[],: or a word, which is in quotes or plain.
type token struct {
	kind       byte
	start, end int
}

// isWord is the kind of a token that is no sign.
const isWord = 'w'

// nextToken returns the token at an offset or after it, past spaces, line ends and comments. The offset is where the
// token before it ends.
func (y *yamlText) nextToken(at int) (token, error) {
	isAfterJSON := y.isAfterJSON(at)
	for at < len(y.text) {
		switch c := y.text[at]; {
		case strings.IndexByte(spaces, c) >= 0:
			at++
		case c == '#':
			at = y.line(at).end
		case strings.IndexByte("{}[],", c) >= 0, c == ':' && (isAfterJSON || y.endsPlain(at+1)):
			return token{c, at, at + 1}, nil
		case c == '"' || c == '\'':
			length := quotedLength(y.text[at:])
			if length == 0 {
				return token{}, errUnclosed
			}
			return token{isWord, at, at + length}, nil
		default:
			return token{isWord, at, y.plainEnd(at)}, nil
		}
	}
	return token{}, errUnclosed
}

// isAfterJSON reports whether the token before an offset is a string in quotes or the end of a collection. A colon after
// such a key needs no space after it: https://yaml.org/spec/1.2.2/#rule-c-ns-flow-map-json-key-entry
func (y *yamlText) isAfterJSON(at int) bool {
	return at > 0 && strings.IndexByte("\"'}]", y.text[at-1]) >= 0
}

// endsPlain reports whether a colon before the offset is one between a plain key and a value.
func (y *yamlText) endsPlain(at int) bool {
	return at >= len(y.text) || strings.IndexByte(spaces+"{}[],", y.text[at]) >= 0
}

// plainEnd returns where a plain word in flow style ends, which may be lines below.
func (y *yamlText) plainEnd(at int) int {
	end := at
	for ; at < len(y.text); at++ {
		switch c := y.text[at]; {
		case strings.IndexByte("{}[],", c) >= 0, c == ':' && y.endsPlain(at+1), c == '#' && at > end:
			return end
		case strings.IndexByte(spaces, c) < 0:
			end = at + 1
		}
	}
	return end
}

// flowEnd returns where the collection in brackets, or the string in quotes, that begins at an offset ends.
func (y *yamlText) flowEnd(at int) (int, error) {
	for depth := 0; ; {
		t, err := y.nextToken(at)
		switch {
		case err != nil:
			return 0, err
		case t.kind == '{' || t.kind == '[':
			depth++
		case t.kind == '}' || t.kind == ']':
			depth--
		}
		if at = t.end; depth == 0 {
			return at, nil
		}
	}
}

// flowMembers reads the mapping in braces that begins at an offset.
func (y *yamlText) flowMembers(at int) ([]Member, error) {
	var members []Member
	for at++; ; {
		key, err := y.nextToken(at)
		switch {
		case err != nil:
			return nil, errorAt(y.text, at, "%w", err)
		case key.kind == '}':
			return members, nil
		case key.kind == ',' && len(members) > 0:
			at = key.end
			continue
		case key.kind != isWord:
			return nil, errorAt(y.text, key.start, "%w", errNoKey)
		}
		m, err := y.flowMember(key)
		if err != nil {
			return nil, errorAt(y.text, key.start, "%w", err)
		}
		members = append(members, m)
		at = m.Value.end
	}
}

// flowMember reads the value after a key, up to the comma or brace that ends it.
func (y *yamlText) flowMember(key token) (Member, error) {
	name, err := flowKey(y.text[key.start:key.end])
	if err != nil {
		return Member{}, err
	}
	colon, err := y.nextToken(key.end)
	if err != nil || colon.kind != ':' {
		return Member{}, errNoKey
	}
	m := Member{Key: name, start: key.start, Value: Node{start: colon.end, end: colon.end, isFlow: true}}
	for at := colon.end; ; {
		t, err := y.nextToken(at)
		if err != nil {
			return Member{}, err
		}
		if t.kind == ',' || t.kind == '}' {
			m.Value.block = m.Value.end
			return m, nil
		}
		if t.kind == '{' || t.kind == '[' {
			if t.end, err = y.flowEnd(t.start); err != nil {
				return Member{}, err
			}
		}
		at, m.Value.end = t.end, t.end
	}
}

// flowKey is a key in flow style.
func flowKey(text []byte) (string, error) {
	switch {
	case quotedLength(text) == len(text):
		return unquoted(string(text))
	case string(text) == "<<":
		return "", errMerged
	case strings.IndexByte(indicators, text[0]) >= 0 && !isPlainStart(text), bytes.ContainsAny(text, "\r\n"):
		return "", errNoKey
	}
	return string(text), nil
}

// addInFlow adds to a mapping that is inside of brackets, or has them.
func addInFlow(n Node, members []Member, added []Addition) edit {
	var all []string
	for _, a := range added {
		all = append(all, strconv.Quote(a.Key)+": "+flow(a.Value))
	}
	text := strings.Join(all, ", ")
	if len(members) == 0 {
		return edit{n.start, n.end, []byte(" {" + text + "}")}
	}
	last, comma := members[len(members)-1].Value, ", "
	if last.start == last.end {
		comma = " , " // a colon needs a space behind it
	}
	return edit{last.end, last.end, []byte(comma + text)}
}

// flow writes a JSON value in flow style, with all strings in quotes.
func flow(value json.RawMessage) string {
	decoder := json.NewDecoder(bytes.NewReader(value))
	opening, _ := decoder.Token() // the value was marshalled, and is valid
	var parts []string
	switch opening := opening.(type) {
	case string:
		return strconv.Quote(opening)
	case json.Delim:
		for decoder.More() {
			if opening == '[' {
				parts = append(parts, flow(element(decoder)))
				continue
			}
			key, member := next(decoder)
			parts = append(parts, strconv.Quote(key)+": "+flow(member))
		}
		closing := map[json.Delim]string{'{': "}", '[': "]"}[opening]
		return opening.String() + strings.Join(parts, ", ") + closing
	}
	return string(value)
}
