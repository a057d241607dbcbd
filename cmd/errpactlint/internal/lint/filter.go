// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"slices"
	"strings"
)

// A filter is what a condition asks of an error: one of a set of entries, sentinels or types, or not one of them.
// Each is written as a kind's letter and the ID: "e" for an entry, "s" for a sentinel, "o" for a
// sentinel of a package that was analysed, which no other function returns, "t" for a type, "g" for any gRPC status,
// and "n" for nil.
const (
	anyEntry = "e*"
	isStatus = "g"
	isNil    = "n"
)

func filterOf(i Item) (string, bool) {
	switch i.Kind {
	case entryKind:
		return "e" + i.ID, true
	case sentinelKind:
		if i.Own {
			return "o" + i.ID, true
		}
		return "s" + i.ID, true
	case callerKind:
		return "s" + i.ID, i.ID != ""
	case typeKind:
		return "t" + i.ID, true
	case nilKind:
		return isNil, true
	}
	return "", false
}

// itemOf is the reverse of filterOf.
func itemOf(filter string) (Item, bool) {
	if filter == anyEntry {
		return Item{}, false
	}
	switch filter[0] {
	case 'n':
		return Item{Kind: nilKind}, true
	case 'g':
		return Item{Kind: statusKind, ID: statusPath + ".FromError"}, true
	case 'e':
		return Item{Kind: entryKind, ID: filter[1:]}, true
	case 's':
		return sentinel(filter[1:]), true
	case 'o':
		return Item{Kind: sentinelKind, ID: filter[1:], Own: true}, true
	}
	return Item{Kind: typeKind, ID: filter[1:]}, true
}

// matches reports whether an error that an item stands for meets the filter for certain.
func matches(i Item, filter string) bool {
	own, ok := filterOf(i)
	switch {
	case slices.Contains(i.Via, filter), filter == isStatus && i.Kind == statusKind:
		return true
	case !ok:
		return false
	case own == filter:
		return true
	}
	return i.Kind == entryKind && (filter == anyEntry || strings.HasPrefix(own, filter+"/"))
}

// isUnknown reports whether an item stands for errors of which a filter may meet some.
func isUnknown(i Item) bool {
	switch i.Kind {
	case openKind, elsewhereKind, givenKind, plainKind, remoteKind, paramKind, resultKind:
		return true
	}
	return false
}

// only returns what of a set meets one of the filters.
func (s set) only(filters []string) set {
	out := set{}
	for _, i := range s {
		if slices.ContainsFunc(filters, func(f string) bool { return matches(i, f) }) {
			out.add(i)
			continue
		}
		if !isUnknown(i) || i.Kind == plainKind && isOwnPlain(i) {
			continue
		}
		switch i.Kind {
		case plainKind, openKind, elsewhereKind, givenKind, remoteKind:
			for _, f := range filters {
				out.addUnknown(i, f)
			}
		default:
			i.Only = intersect(i.Only, filters)
			if len(i.Only) > 0 {
				out.add(i)
			}
		}
	}
	return out
}

// addUnknown adds what of an item's errors meets a filter.
func (s set) addUnknown(i Item, filter string) {
	if slices.Contains(i.Not, filter) {
		return
	}
	if i.Kind == remoteKind && filter != isNil { // that another service's error has our number does not make it ours
		i.Only = insert(i.Only, filter)
		s.add(i)
		return
	}
	found, ok := itemOf(filter)
	switch {
	case i.Kind == plainKind && strings.Contains("eog", filter[:1]):
		return
	case !ok || i.Kind == plainKind && filter[0] == 't':
		s.add(i)
		return
	}
	found.pos, found.At, found.Via, found.Part = i.pos, i.At, i.Via, true
	s.add(found)
}

// not returns what of a set meets none of the filters.
func (s set) not(filters []string) set {
	return s.each(func(i Item) (Item, bool) {
		for _, f := range filters {
			if matches(i, f) {
				return i, false
			}
			if isUnknown(i) {
				i.Not = insert(i.Not, f)
			}
		}
		return i, true
	})
}

// through returns the set as the filters of a parameter leave it.
func (s set) through(p Item) set {
	if len(p.Only) > 0 {
		s = s.only(p.Only)
	}
	if len(p.Not) > 0 {
		s = s.not(p.Not)
	}
	for _, v := range p.Via {
		s = s.via(v)
	}
	return s
}

// intersect returns b where a filters nothing yet.
func intersect(a, b []string) []string {
	if a == nil {
		return slices.Sorted(slices.Values(b))
	}
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return !slices.Contains(b, s) })
}

// isOwnPlain reports whether an item is an error that was made on the spot, with nothing inside.
func isOwnPlain(i Item) bool { return i.ID == "errors.New" || i.ID == "fmt.Errorf" }

func sentinel(id string) Item {
	switch id {
	case "context.Canceled", "context.DeadlineExceeded", "io.EOF":
		return Item{Kind: callerKind, ID: id}
	}
	return Item{Kind: sentinelKind, ID: id}
}
