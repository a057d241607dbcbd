// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import "github.com/errpact/errpact/mapping/catalogue"

// catalogueData is a catalogue that was read.
type catalogueData struct {
	*catalogue.Catalogue
	byNumber map[int32]*catalogue.Entry
	// byReason has entries and reasons by what ErrorInfo calls them, byName entries by their values' names,
	// which other libraries send.
	byReason map[string][]codeKey
	byName   map[string]codeKey
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
		byReason:  make(map[string][]codeKey, 2*len(read.Entries)),
		byName:    make(map[string]codeKey, len(read.Entries)),
		bare:      make(map[int32]*entry, len(read.Entries)),
	}
	for _, e := range read.Entries {
		data.byNumber[e.Number] = e
		data.bare[e.Number] = c.keepCode(codeKey{e.Number, ""})
		data.byName[e.Name] = codeKey{e.Number, ""}
		data.name(e.ShortName, codeKey{e.Number, ""})
		for _, r := range e.Reasons {
			c.keepCode(codeKey{e.Number, r.Name})
			data.name(r.Name, codeKey{e.Number, r.Name})
		}
	}
	data.codes = c.codes
	c.data.Store(data)
}

func (d *catalogueData) name(reason string, key codeKey) {
	d.byReason[reason] = append(d.byReason[reason], key)
}

// named finds an entry or a reason by the reason of an ErrorInfo. One that means several things means
// nothing. That it is the name of another entry's value takes nothing from it.
func (c *Catalogue) named(reason string) (code Code, ok bool) {
	data, err := c.loaded()
	if err != nil {
		return Code{}, false
	}
	switch keys := data.byReason[reason]; len(keys) {
	case 0:
		if key, ok := data.byName[reason]; ok {
			return c.code(key.number, key.reason), true
		}
	case 1:
		return c.code(keys[0].number, keys[0].reason), true
	}
	return Code{}, false
}

func (d *catalogueData) declares(number int32, reason string) bool {
	e, ok := d.byNumber[number]
	return ok && (reason == "" || reasonOf(e, reason) != nil)
}
