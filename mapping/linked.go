// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"sync"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/errpact/errpact/mapping/catalogue"
)

// linked has the catalogues that are linked into the program and were asked for. It has nothing of other names,
// of which a server may send any number.
var linked struct {
	mu     sync.RWMutex
	byName map[protoreflect.FullName]*Catalogue
	// all are the catalogues among the registered enums, when these were so many.
	all   []*Catalogue
	enums int
}

// linkedByName returns the catalogue of an enum that is linked into the program, by the enum's full name. It
// returns nil for any other name, and for an enum that is no catalogue or has mistakes.
func linkedByName(name protoreflect.FullName) *Catalogue {
	linked.mu.RLock()
	known := linked.byName[name]
	linked.mu.RUnlock()
	if known != nil {
		return known
	}
	found, err := protoregistry.GlobalTypes.FindEnumByName(name)
	if err != nil {
		return nil
	}
	return keepLinked(found.Descriptor())
}

// keepLinked returns the enum's catalogue, and keeps it. It returns nil for an enum without a readable one.
func keepLinked(enum protoreflect.EnumDescriptor) *Catalogue {
	if !catalogue.IsCatalogue(enum) {
		return nil
	}
	c := intern(enum)
	if _, err := c.loaded(); err != nil {
		return nil
	}
	linked.mu.Lock()
	defer linked.mu.Unlock()
	if linked.byName == nil {
		linked.byName = make(map[protoreflect.FullName]*Catalogue)
	}
	linked.byName[enum.FullName()] = c
	return c
}

// onlyLinked returns the linked catalogue for which has is true. It returns nil if there is no such catalogue, or more than one.
func onlyLinked(has func(*catalogueData) bool) *Catalogue {
	var only *Catalogue
	for _, c := range allLinked() {
		switch data, err := c.loaded(); {
		case err != nil || !has(data):
		case only != nil:
			return nil
		default:
			only = c
		}
	}
	return only
}

// allLinked returns all linked catalogues. It looks through the program's enums once, and again if more of them
// have been registered since.
func allLinked() []*Catalogue {
	linked.mu.RLock()
	all, enums := linked.all, linked.enums
	linked.mu.RUnlock()
	if enums == protoregistry.GlobalTypes.NumEnums() {
		return all
	}
	// The registry is locked while it is ranged over, and reading a descriptor may ask it.
	var found []protoreflect.EnumType
	protoregistry.GlobalTypes.RangeEnums(func(enum protoreflect.EnumType) bool {
		found = append(found, enum)
		return true
	})
	all = nil
	for _, enum := range found {
		if c := keepLinked(enum.Descriptor()); c != nil {
			all = append(all, c)
		}
	}
	linked.mu.Lock()
	defer linked.mu.Unlock()
	linked.all, linked.enums = all, len(found)
	return all
}
