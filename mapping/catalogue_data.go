// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import "github.com/errpact/errpact/mapping/catalogue"

// catalogueData is a catalogue that was read.
type catalogueData struct {
	*catalogue.Catalogue
	byNumber map[int32]*catalogue.Entry
	// byName has entries, by both their names, and reasons.
	byName map[string][]codeKey
	// codes has what is declared, and what was asked for before that was known; bare has the declared ones
	// without the reasons: it is asked for most, and a number is found faster.
	codes map[codeKey]*entry
	bare  map[int32]*entry
}

// entry finds a declared entry.
func (d *catalogueData) entry(number int32) (*entry, bool) {
	e, ok := d.bare[number]
	return e, ok
}

// keep makes the codes of all that was read. From then on they are asked for without a lock.
func (c *Catalogue) keep(read *catalogue.Catalogue) {
	c.mu.Lock()
	defer c.mu.Unlock()
	data := &catalogueData{
		Catalogue: read,
		byNumber:  make(map[int32]*catalogue.Entry, len(read.Entries)),
		byName:    make(map[string][]codeKey, 2*len(read.Entries)),
		bare:      make(map[int32]*entry, len(read.Entries)),
	}
	for _, e := range read.Entries {
		data.byNumber[e.Number] = e
		data.bare[e.Number] = c.keepCode(codeKey{e.Number, ""})
		data.name(e.Name, codeKey{e.Number, ""})
		if e.ShortName != e.Name {
			data.name(e.ShortName, codeKey{e.Number, ""})
		}
		for _, r := range e.Reasons {
			c.keepCode(codeKey{e.Number, r.Name})
			data.name(r.Name, codeKey{e.Number, r.Name})
		}
	}
	data.codes = c.codes
	c.data.Store(data)
}

func (d *catalogueData) name(name string, key codeKey) { d.byName[name] = append(d.byName[name], key) }

// named finds an entry or a reason by the reason of an ErrorInfo. A name that means several things
// means nothing.
func (d *catalogueData) named(c *Catalogue, name string) (code Code, ok bool) {
	if keys := d.byName[name]; len(keys) == 1 {
		return c.code(keys[0].number, keys[0].reason), true
	}
	return Code{}, false
}

func (d *catalogueData) declares(number int32, reason string) bool {
	e, ok := d.byNumber[number]
	return ok && (reason == "" || reasonOf(e, reason) != nil)
}
