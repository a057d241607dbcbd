// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"cmp"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// kind is what an Item stands for.
type kind uint8

const (
	nilKind       kind = iota + 1 // no error
	typedNilKind                  // a nil *mapping.Error in an error
	entryKind                     // an entry of a catalogue, or a reason of it
	sentinelKind                  // a package's variable
	typeKind                      // an error of a concrete type
	plainKind                     // made by a function that knows no catalogue
	openKind                      // a call that the linter cannot follow
	statusKind                    // a Connect code or gRPC status without an entry
	remoteKind                    // what a client of another service returned
	relayKind                     // what Relay passes on
	callerKind                    // the end of the request, or of its stream
	paramKind                     // what the caller passed
	resultKind                    // what a function returns that the caller passed
	elsewhereKind                 // what implementations of the module's interface may return that are not in sight
	givenKind                     // what importers may pass to a function that keeps it
)

// Item is one error that a value may be. Its exported fields are part of facts.
type Item struct {
	Kind kind
	// ID is an entry's identity, the path and name of a sentinel, a type or a function, or, of an open
	// item, the call in words.
	ID string
	// Call is the call of an interface with several implementations, one of which returned the error.
	Call string
	// Own says that a sentinel is of a package that was analysed.
	Own bool
	// Param is the index of the parameter, and Result that of its result, of paramKind, resultKind and givenKind.
	Param, Result int
	// Only and Not are filters that conditions put on the parameter, and on errors that are not known.
	Only, Not []string
	// Via are filters that the errors around it meet: types, and sentinels that are always joined with it.
	Via []string
	// Part says that it is what a condition recognised of an error that is not known.
	Part bool
	// At is where it was made: "deep.go:24".
	At string

	pos   token.Pos // where it was made, in this package
	call  token.Pos // where Call is, in this package
	owner *ssa.Function
}

// set is what a value may be, by the items' keys.
type set map[string]Item

func (i Item) key() string {
	key := string('a'+rune(i.Kind)) + i.ID
	if i.Call != "" {
		key += " by " + i.Call
	}
	if i.Kind == paramKind || i.Kind == resultKind || i.Kind == givenKind {
		key += strconv.Itoa(i.Param) + "." + strconv.Itoa(i.Result)
		if i.owner != nil {
			key += i.owner.RelString(nil) + strconv.Itoa(int(i.owner.Pos()))
		}
	}
	return strings.Join([]string{key, strings.Join(i.Only, ","), strings.Join(i.Not, ","), strings.Join(i.Via, ",")}, "|")
}

func newSet(items ...Item) set {
	s := make(set, len(items))
	for _, i := range items {
		s.add(i)
	}
	return s
}

// add reports whether the item is new. Of two that differ in their places alone, it keeps the first.
func (s set) add(i Item) bool {
	key := i.key()
	old, ok := s[key]
	i.Part = i.Part && (!ok || old.Part)
	if !ok || old.Part && !i.Part || cmp.Or(comparePos(i.pos, old.pos), comparePos(i.call, old.call), strings.Compare(i.At, old.At)) < 0 {
		s[key] = i
	}
	return !ok
}

// comparePos compares places. Those in this package come first.
func comparePos(a, b token.Pos) int {
	if a.IsValid() != b.IsValid() {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}

func (s set) addAll(other set) (grew bool) {
	for _, i := range other {
		grew = s.add(i) || grew
	}
	return grew
}

// sorted returns the items in an order that does not depend on the run.
func (s set) sorted() []Item {
	items := make([]Item, 0, len(s))
	for _, key := range slices.Sorted(maps.Keys(s)) {
		items = append(items, s[key])
	}
	return items
}

// each returns the set of what change makes of each item.
func (s set) each(change func(Item) (Item, bool)) set {
	out := make(set, len(s))
	for _, i := range s {
		if changed, ok := change(i); ok {
			out.add(changed)
		}
	}
	return out
}

// made gives a place to items that have none.
func (s set) made(pos token.Pos) set {
	if !pos.IsValid() {
		return s
	}
	return s.each(func(i Item) (Item, bool) {
		if !i.pos.IsValid() && i.At == "" {
			i.pos = pos
		}
		return i, true
	})
}

func (s set) without(kinds ...kind) set {
	return s.each(func(i Item) (Item, bool) { return i, !slices.Contains(kinds, i.Kind) })
}

// via notes that the errors are inside an error that meets a filter.
func (s set) via(filter string) set {
	return s.each(func(i Item) (Item, bool) {
		switch i.Kind {
		case nilKind, entryKind:
		default:
			if own, ok := filterOf(i); ok && own == filter {
				return i, true
			}
			i.Via = insert(i.Via, filter)
		}
		return i, i.Kind != nilKind
	})
}

func insert(list []string, s string) []string {
	at, found := slices.BinarySearch(list, s)
	if found {
		return list
	}
	return slices.Insert(slices.Clone(list), at, s)
}

// entryID is the identity of an entry or a reason.
func entryID(catalogue string, number int64, reason string) string {
	id := catalogue + "#" + strconv.FormatInt(number, 10)
	if reason != "" {
		id += "/" + reason
	}
	return id
}

// splitEntry is the reverse of entryID.
func splitEntry(id string) (catalogue string, number int32, reason string) {
	id, reason, _ = strings.Cut(id, "/")
	catalogue, text, _ := strings.Cut(id, "#")
	n, _ := strconv.ParseInt(text, 10, 32)
	return catalogue, int32(n), reason
}
