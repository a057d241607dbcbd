// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"cmp"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// GoNames are the identifiers that protoc-gen-errpact-go declares for a catalogue, or for the contracts of a service.
// They are a function of the entry or method alone, except for the prefix of a second catalogue or service of a package
// that does not state its own.
type GoNames struct{ prefix string }

// Prefix stands before all names of the catalogue or service; empty unless its package has several.
func (n GoNames) Prefix() string { return n.prefix }

// Catalogue returns the name of the catalogue's variable.
func (n GoNames) Catalogue() string { return n.prefix + "Catalogue" }

// Entry returns the name of the entry's code.
func (n GoNames) Entry(e *Entry) string {
	if e == nil {
		return n.prefix
	}
	return n.prefix + goName(e.ShortName)
}

// Reason returns the name of the code of a reason of the entry.
func (n GoNames) Reason(e *Entry, r *Reason) string {
	if r == nil {
		return n.Entry(e)
	}
	return n.Entry(e) + goName(r.Name)
}

// Constructor returns the name of the function that makes an error of a code, given the code's name.
func (n GoNames) Constructor(code string) string { return "New" + code }

// Contract returns the name of the variable for what a method of the service declares: "BuyErrors" of a method Buy.
func (n GoNames) Contract(method protoreflect.MethodDescriptor) string {
	if isNil(method) {
		return n.prefix + "Errors"
	}
	return n.prefix + goName(string(method.Name())) + "Errors"
}

// serviceGoName makes "Shop" of a service ShopService.
func serviceGoName(service protoreflect.ServiceDescriptor) string {
	own := string(service.Name())
	return goName(cmp.Or(strings.TrimSuffix(own, "Service"), own))
}

// HasConstructors reports whether the message has placeholders, so that a function takes their values.
func (e *Entry) HasConstructors() bool { return e != nil && len(e.Params) > 0 }

// TakesParams reports whether the reason has its entry's message, and with it the entry's placeholders.
func (r *Reason) TakesParams(e *Entry) bool {
	return r != nil && e.HasConstructors() && r.Message == e.Message
}

// goName makes "NotExist" of "NOT_EXIST". Parts that are not all in upper case keep theirs.
func goName(name string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(name, "_") {
		if part == "" {
			continue
		}
		rest := part[1:]
		if part == strings.ToUpper(part) {
			rest = strings.ToLower(rest)
		}
		b.WriteString(strings.ToUpper(part[:1]) + rest)
	}
	if goName := b.String(); goName != "" && isUpper(goName[0]) {
		return goName
	}
	return "X" + b.String() // as protoc-gen-go does, so that it is exported
}

// enumGoName makes "OrderLineError" of an enum Error in a message Line in a message Order: the name that
// protoc-gen-go gives it, without underscores.
func enumGoName(enum protoreflect.EnumDescriptor) string {
	name := strings.TrimPrefix(string(enum.FullName()), string(enum.ParentFile().Package())+".")
	var b strings.Builder
	first := true // the next letter begins a word
	for i := range len(name) {
		c := name[i]
		switch {
		case c == '_' && (i == 0 || name[i-1] == '.'):
			c, first = 'X', true
		case c == '_', c == '.':
			first = true
			continue
		case '0' <= c && c <= '9':
			first = true
		case first:
			c, first = strings.ToUpper(name[i : i+1])[0], false
		}
		b.WriteByte(c)
	}
	return b.String()
}

// isGoPrefix reports whether names that begin with prefix are exported ones of Go.
func isGoPrefix(prefix string) bool {
	for i := range len(prefix) {
		c := prefix[i]
		if !isUpper(c) && (i == 0 || (c < 'a' || c > 'z') && (c < '0' || c > '9')) {
			return false
		}
	}
	return len(prefix) <= maxReason
}
