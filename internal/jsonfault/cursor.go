// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package jsonfault

import (
	"bytes"
	"unicode/utf8"

	"github.com/errpact/errpact/internal/foreign"
)

// A cursor moves through a body, and compares where it is with the place that a decoder's text tells. What a decoder
// got need not be the body. So the place may count from the start of the body, from that of a value of a stream, or from
// that of an element: grpc-gateway decodes the elements of a list or a map one by one. A decoder may also leave
// out the space before a value.
type cursor struct {
	body []byte
	at   position
	// value and element are where the present ones of the body start.
	value, element position
}

// position counts what is before a place: bytes, characters, line ends, and the characters before its line.
type position struct{ bytes, runes, lines, before int }

// move goes on to where a token starts.
func (c *cursor) move(w *walker, start int) {
	passed := c.body[c.at.bytes:start]
	if i := bytes.LastIndexByte(passed, '\n'); i >= 0 {
		c.at.lines += bytes.Count(passed, []byte("\n"))
		c.at.before = c.at.runes + utf8.RuneCount(passed[:i+1])
	}
	c.at.runes += utf8.RuneCount(passed)
	c.at.bytes = start
	switch _, key := w.key(); {
	case key || c.body[start] == '}':
	case len(w.stack) == 0:
		c.value, c.element = c.at, c.at
	case len(w.stack) == 1:
		c.element = c.at
	}
}

// A reading says how a decoder that tells a place may have got the body.
type reading uint8

// The readings, the likeliest first.
const (
	// whole is a body, or a value of a stream, as it is.
	whole reading = iota
	// behindName is a body that vanguard decodes as {"name"␤:body}, which it does to a list, a map or a scalar.
	behindName
	// element is an element of a list or a map, each of which grpc-gateway decodes alone.
	element
	noReading
)

// read returns the likeliest reading in which the cursor is at the place.
func (c *cursor) read(n foreign.Named) reading {
	switch {
	case c.isFrom(position{}, n.Line, n.Column), c.isFrom(c.value, n.Line, n.Column):
		return whole
	case n.Line == 2 && c.isFrom(position{}, 1, n.Column-1), n.Line > 2 && c.isFrom(position{}, n.Line-1, n.Column):
		return behindName
	case c.isFrom(c.element, n.Line, n.Column):
		return element
	}
	return noReading
}

// isFrom reports whether the cursor is at a line and a column, both from 1, of what starts at a position. A column is
// a character.
func (c *cursor) isFrom(start position, line, column int) bool {
	from := c.at.before
	if c.at.lines == start.lines {
		from = start.runes
	}
	return c.at.lines-start.lines == line-1 && c.at.runes-from == column-1
}
