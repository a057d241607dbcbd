// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package jsonfault

import (
	"slices"

	"github.com/errpact/errpact/internal/fieldpath"
	"github.com/errpact/errpact/internal/foreign"
)

// placeOf returns a walker at the place that a decoder's text tells. What stands there has to be what the text quotes. It is
// not ok where there is no such place, or where two are equally likely.
func placeOf(body []byte, n foreign.Named) (w walker, ok bool) {
	c := &cursor{body: body}
	var found candidates
	walk(body, func(w *walker, start, end int) bool {
		c.move(w, start)
		as := c.read(n)
		if as == noReading || !isToken(body[start:end], n) {
			return true
		}
		p := place{as: as, stack: w.stack}
		if n.Around && len(w.stack) > 0 && body[start] != '}' {
			p.stack = w.stack[:len(w.stack)-1]
		}
		return found.add(p, n)
	})
	return found.best()
}

// Follows reports whether the place that a decoder's text tells is the start of the body's second value, in a body that was
// to be one value. A value of a stream starts at the first column of what its decoder gets.
func Follows(body []byte, n foreign.Named) (follows bool) {
	if n.Line == 1 && n.Column == 1 {
		return false
	}
	c, values := &cursor{body: body}, 0
	walk(body, func(w *walker, start, end int) bool {
		if len(w.stack) > 0 || body[start] == '}' {
			return true
		}
		values++
		c.move(w, start)
		follows = values > 1 && c.read(n) != noReading && isToken(body[start:end], n)
		return values < 2
	})
	return follows
}

// A place is one that fits the text, if the decoder got the body as a reading says.
type place struct {
	as    reading
	stack []frame
}

// candidates are the first places of each rank. Those of the lowest rank count.
type candidates struct {
	first [4]*place
	// differs says that a rank has another place, too.
	differs [4]bool
	count   int
}

// maxCandidates bounds the places that are looked at. In a body that is read as a whole, the place comes before those in
// elements and in later values. So what is beyond the bound is one of these, and the first that is wrong is told. A value
// of a stream is no likelier than the next.
const maxCandidates = 16

// add returns false once the rest of the body does not matter.
func (c *candidates) add(p place, n foreign.Named) bool {
	rank := p.rank(n.Name)
	switch first := c.first[rank]; {
	case first == nil:
		p.stack = slices.Clone(p.stack)
		c.first[rank] = &p
	case !p.isLike(first):
		c.differs[rank] = true
	}
	c.count++
	certain := rank == 0 && (len(p.stack) == 0 || c.differs[0])
	return !certain && c.count < maxCandidates
}

// best returns a walker at the only place of the lowest rank that has any.
func (c *candidates) best() (w walker, ok bool) {
	for rank, first := range c.first {
		if first != nil {
			return walker{stack: first.stack}, !c.differs[rank]
		}
	}
	return walker{}, false
}

// rank returns 0 for the likeliest places: those where the body, as a whole, has the name that the text tells. Nothing
// within a list has a name if the list is decoded as a whole.
func (p place) rank(name string) int {
	rank := 0
	if p.as != whole {
		rank = 1
	}
	switch {
	case p.as == whole && len(p.stack) > 0 && p.stack[0].list:
		rank = 3
	case !p.hasName(name):
		rank += 2
	}
	return rank
}

// hasName reports whether the place is that of a field with the name, or of a value of a map. Any place is
// where the text tells no name.
func (p place) hasName(name string) bool {
	if name == "" || len(p.stack) == 0 {
		return true
	}
	outer := 0 // where the names of the decoder's message are
	switch p.as {
	case behindName:
		outer = -1
	case element:
		outer = 1
	}
	last := len(p.stack) - 1
	for last >= 0 && p.stack[last].list {
		last--
	}
	if last < outer {
		return false
	}
	if last < 0 || last > outer && name == mapValue {
		return true
	}
	key := p.stack[last].key
	return key == name || fieldpath.JSON(key) == name
}

// isLike reports whether two places have the same path. Those in elements of one list count as one.
func (p place) isLike(other *place) bool {
	from := 0
	if p.inElement() && other.inElement() {
		from = 1
	}
	return slices.EqualFunc(p.stack[from:], other.stack[from:], func(a, b frame) bool {
		return a.list == b.list && a.key == b.key && (!a.list || a.index == b.index)
	})
}

// inElement reports whether the place is in an element of a list that a decoder gets alone.
func (p place) inElement() bool { return p.as == element && len(p.stack) > 0 && p.stack[0].list }
