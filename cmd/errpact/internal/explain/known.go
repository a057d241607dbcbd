// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"cmp"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/catalogue"
)

// A knownEntry is an entry and the catalogue that has it.
type knownEntry struct {
	catalogue *catalogue.Catalogue
	entry     *catalogue.Entry
	// reason is the one that was looked for; empty for the entry's own.
	reason string
}

// entries returns those for which is returns true, in the order of the catalogues. One catalogue may have several.
func (x *Explainer) entries(is func(*catalogue.Catalogue, *catalogue.Entry) bool) (all []knownEntry) {
	for _, c := range x.catalogues {
		for _, e := range c.Entries {
			if is(c, e) {
				all = append(all, knownEntry{catalogue: c, entry: e})
			}
		}
	}
	return all
}

// named returns the entries of a name, in all catalogues or in the one that is given.
func (x *Explainer) named(in, name string) []knownEntry {
	return x.entries(func(c *catalogue.Catalogue, e *catalogue.Entry) bool {
		return e.Name == name && (in == "" || in == c.Name)
	})
}

// numbered returns the entries of a number, in all catalogues or in the one that is given.
func (x *Explainer) numbered(in string, number int32) []knownEntry {
	return x.entries(func(c *catalogue.Catalogue, e *catalogue.Entry) bool {
		return e.Number == number && (in == "" || in == c.Name)
	})
}

// informed returns the entries that an ErrorInfo names. Services of one product may share its domain.
func (x *Explainer) informed(info *errdetails.ErrorInfo) []knownEntry {
	all := x.entries(func(c *catalogue.Catalogue, e *catalogue.Entry) bool {
		return c.Domain == info.GetDomain() && (e.ShortName == info.GetReason() || e.Name == info.GetReason() || reasonOf(e, info.GetReason()) != nil)
	})
	for i, known := range all {
		if reasonOf(known.entry, info.GetReason()) != nil {
			all[i].reason = info.GetReason()
		}
	}
	return all
}

// reasonOf returns nil for a reason that the entry does not declare.
func reasonOf(e *catalogue.Entry, name string) *catalogue.Reason {
	for _, r := range e.Reasons {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// of returns the catalogue's texts and codes for the reason if there is one, else for the entry. A reason that does not
// state a part has the entry's.
func (k knownEntry) of() catalogue.Reason {
	if r := reasonOf(k.entry, k.reason); r != nil {
		whole := *r
		whole.Description = cmp.Or(r.Description, k.entry.Description)
		return whole
	}
	e := k.entry
	return catalogue.Reason{
		ConnectCode: e.ConnectCode, HTTPStatus: e.HTTPStatus, Message: e.Message, Description: e.Description, Resolution: e.Resolution,
		Retry: e.Retry,
	}
}

// names returns those of entries and their catalogues.
func names(all []knownEntry) (names []string) {
	for _, known := range all {
		names = append(names, known.catalogue.Name+" "+known.entry.Name)
	}
	return names
}

// detail returns the one that names the entry.
func (k knownEntry) detail() *errpactv1.ErrorDetail {
	if k.catalogue.Name == builtin {
		return &errpactv1.ErrorDetail{Code: errpactv1.ErrorCode(k.entry.Number).Enum(), Reason: k.reason}
	}
	return &errpactv1.ErrorDetail{Catalogue: k.catalogue.Name, Number: &k.entry.Number, Reason: k.reason}
}

// findInfo returns the first ErrorInfo of the details, or nil.
func findInfo(details mapping.DetailList) *errdetails.ErrorInfo {
	for i := range min(details.Len(), maxDetails) {
		var info errdetails.ErrorInfo
		if details.Type(i) == "google.rpc.ErrorInfo" && proto.Unmarshal(details.Value(i), &info) == nil {
			return &info
		}
	}
	return nil
}

// anys implements [mapping.DetailList].
type anys []*anypb.Any

func (a anys) Len() int           { return len(a) }
func (a anys) Type(i int) string  { return string(a[i].MessageName()) }
func (a anys) Value(i int) []byte { return a[i].GetValue() }

// pack leaves out what cannot be encoded, which nothing of what was read is: it is UTF-8.
func pack(messages ...proto.Message) (details anys) {
	for _, message := range messages {
		if packed, err := anypb.New(message); err == nil {
			details = append(details, packed)
		}
	}
	return details
}

// both are the details of two lists, one behind the other.
type both struct {
	anys
	more mapping.DetailList
}

func (b both) Len() int { return b.anys.Len() + b.more.Len() }

func (b both) Type(i int) string {
	if i < b.anys.Len() {
		return b.anys.Type(i)
	}
	return b.more.Type(i - b.anys.Len())
}

func (b both) Value(i int) []byte {
	if i < b.anys.Len() {
		return b.anys.Value(i)
	}
	return b.more.Value(i - b.anys.Len())
}
