// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import "github.com/errpact/errpact/mapping/catalogue"

// contents is a catalogue that was read.
type contents struct {
	*catalogue.Catalogue
	byNumber map[int32]*catalogue.Entry
	// byName has entries, by both their names, and reasons.
	byName map[string][]slot
	// codes has what is declared, and what was asked for before that was known; bare has the declared ones
	// without the reasons: it is asked for most, and a number is found faster.
	codes map[slot]*entry
	bare  map[int32]*entry
	// low has those of bare that have the smallest numbers, as most have.
	low [64]*entry
}

// entry finds a declared entry.
func (d *contents) entry(number int32) (*entry, bool) {
	if number >= 0 && int(number) < len(d.low) {
		return d.low[number], d.low[number] != nil
	}
	e, ok := d.bare[number]
	return e, ok
}

// keep makes the codes of all that was read. From then on they are asked for without a lock.
func (c *Catalogue) keep(read *catalogue.Catalogue) {
	c.mu.Lock()
	defer c.mu.Unlock()
	data := &contents{
		Catalogue: read,
		byNumber:  make(map[int32]*catalogue.Entry, len(read.Entries)),
		byName:    make(map[string][]slot, 2*len(read.Entries)),
		bare:      make(map[int32]*entry, len(read.Entries)),
	}
	for _, e := range read.Entries {
		data.byNumber[e.Number] = e
		bare := c.slot(slot{e.Number, ""})
		if data.bare[e.Number] = bare; e.Number >= 0 && int(e.Number) < len(data.low) {
			data.low[e.Number] = bare
		}
		data.name(e.Name, slot{e.Number, ""})
		if e.ShortName != e.Name {
			data.name(e.ShortName, slot{e.Number, ""})
		}
		for _, r := range e.Reasons {
			c.slot(slot{e.Number, r.Name})
			data.name(r.Name, slot{e.Number, r.Name})
		}
	}
	data.codes = c.slots
	c.data.Store(data)
}

func (d *contents) name(name string, key slot) { d.byName[name] = append(d.byName[name], key) }

// named finds an entry or a reason by the reason of an ErrorInfo. A name that means several things
// means nothing.
func (d *contents) named(c *Catalogue, name string) (code Code, ok bool) {
	if keys := d.byName[name]; len(keys) == 1 {
		return c.code(keys[0].number, keys[0].reason), true
	}
	return Code{}, false
}

func (d *contents) declares(number int32, reason string) bool {
	e, ok := d.byNumber[number]
	return ok && (reason == "" || reasonOf(e, reason) != nil)
}
