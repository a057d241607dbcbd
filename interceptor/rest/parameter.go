// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/errpact/errpact/internal/fieldpath"
	"github.com/errpact/errpact/internal/foreign"
)

// maxParameters bounds how many parameters of a query are looked at.
const maxParameters = 256

// parameter returns a parameter as the caller wrote it: by its name in the .proto or in JSON, else by its value,
// since a field may have a JSON name that its name in the .proto does not tell. One of the path has no name there;
// it has that of the .proto, in JSON. The type of the field is added to n where a transcoder does not say it.
func (r request) parameter(n foreign.Named, text string, front bool) (_ foreign.Named, name string) {
	var own ownFields
	if n.What != foreign.Unknown {
		own = ownFieldsOf(n.Name)
	}
	if !front && (n.Type == "" || own.wrapper) {
		n.Type = own.protoType
	}
	var named, namedValued, valued names
	for key, value := range r.parameters() {
		switch {
		case isNamed(key, n) || slices.Contains(own.json, withoutSubscript(key)):
			named = append(named, key)
			if value != "" && strings.Contains(text, value) {
				namedValued = append(namedValued, key)
			}
		case n.What == foreign.BadValue && quotes(text, value, front):
			valued = append(valued, key)
		}
	}
	inPath := inPath(n, own, front)
	switch {
	case namedValued.areOne():
		return n, shown(namedValued[0], n)
	case named.areOne():
		return n, shown(named[0], n)
	case len(named) > 0:
		return n, ""
	case valued.areOne() && (n.Leaf || inPath == ""): // of the path, a front says the whole name
		return n, shown(valued[0], n)
	}
	return n, inPath
}

// parameters gives the names and values of a query, without those of no name, or with a broken escape in it.
func (r request) parameters() iter.Seq2[string, string] {
	return func(yield func(key, value string) bool) {
		query := r.query
		for n := 0; n < maxParameters && query != ""; n++ {
			var pair string
			pair, query, _ = strings.Cut(query, "&")
			key, value, _ := strings.Cut(pair, "=")
			key, err := url.QueryUnescape(key)
			value, _ = url.QueryUnescape(value)
			if err == nil && key != "" && !yield(key, value) {
				return
			}
		}
	}
}

// names are those of parameters.
type names []string

// areOne reports whether it is one name, which may stand there more than once.
func (n names) areOne() bool {
	return len(n) > 0 && !slices.ContainsFunc(n, func(name string) bool { return name != n[0] })
}

// isNamed reports whether a parameter is the one that a text is about. A text has names of the .proto.
func isNamed(key string, n foreign.Named) bool {
	if n.What == foreign.Unknown && !n.Leaf {
		return key == n.Name
	}
	path, name := fieldpath.JSON(withoutSubscript(key)), fieldpath.JSON(n.Name)
	if path == name || !n.Leaf {
		return path == name
	}
	return strings.HasSuffix(path, "."+name) || n.What == foreign.Unknown && strings.HasPrefix(path, name+".")
}

func withoutSubscript(key string) string {
	key, _, _ = strings.Cut(key, "[")
	return key
}

// quotes reports whether a text quotes a value: a front, in the middle and in quotes, a transcoder at its end.
func quotes(text, value string, front bool) bool {
	switch {
	case value == "":
		return false
	case front:
		return strings.Contains(text, strconv.Quote(value))
	}
	return strings.HasSuffix(text, ": "+value)
}

// inPath returns the name of a parameter that is not in the query, if the text can be about one: in the path, or in a
// form. A front is believed. Of others, the name must be one of this process's.
func inPath(n foreign.Named, own ownFields, front bool) string {
	isName := fieldpath.IsName(strings.ReplaceAll(n.Name, ".", ""))
	switch {
	case front && !isName, !front && (n.What != foreign.BadValue || len(own.json) == 0):
		return ""
	case len(own.json) == 1:
		return own.json[0]
	}
	return fieldpath.JSON(n.Name)
}

// ownFields are the fields of one name in the requests of this process's services.
type ownFields struct {
	// json are their names in JSON, sorted. protoType is the type of all of them, or empty. wrapper says that all
	// of them wrap a value of that type, such as google.protobuf.Int32Value.
	json      []string
	protoType string
	wrapper   bool
}

// ownFieldsOf finds the fields of a path in the .proto.
func ownFieldsOf(path string) (own ownFields) {
	var types []string
	own.wrapper = true
	for input := range ownInputs() {
		if field := fieldpath.At(input, path); field != nil {
			own.json = append(own.json, fieldpath.JSONIn(input, path))
			wrapped, ok := fieldpath.Unwrapped(field)
			types = append(types, wrapped.Kind().String())
			own.wrapper = own.wrapper && ok
		}
	}
	slices.Sort(own.json)
	own.json = slices.Compact(own.json)
	if names(types).areOne() {
		own.protoType = types[0]
	}
	own.wrapper = own.wrapper && own.protoType != ""
	return own
}

// ownInputs gives the requests of this process's services.
func ownInputs() iter.Seq[protoreflect.MessageDescriptor] {
	return func(yield func(protoreflect.MessageDescriptor) bool) {
		protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
			for i := range file.Services().Len() {
				methods := file.Services().Get(i).Methods()
				for j := range methods.Len() {
					if !yield(methods.Get(j).Input()) {
						return false
					}
				}
			}
			return true
		})
	}
}

// shown makes a parameter's name fit to be sent.
func shown(name string, n foreign.Named) string {
	if n.What == foreign.Unknown || len(name) > fieldpath.MaxPath {
		return fieldpath.Clean(name)
	}
	base, subscript, in := strings.Cut(name, "[")
	if !in {
		return base
	}
	return base + "[" + fieldpath.Clean(strings.TrimSuffix(subscript, "]")) + "]"
}
