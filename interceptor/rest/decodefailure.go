// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"net/url"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/errpact/errpact/internal/fieldpath"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/jsonfault"
	"github.com/errpact/errpact/mapping"
)

// decodeFailure reports whether text is that of a transcoder or a codec, package strictjson's included, that
// could not decode the request, and what was wrong with the request.
func decodeFailure(text string) (mapping.Condition, bool) {
	if fault, _ := jsonfault.Parse(strings.ReplaceAll(text, "\u00a0", " ")); fault != nil {
		return fault.Kind.Condition(), true
	}
	return foreign.DecodeFailure(text)
}

// undecoded returns the field of the request that such a text is about; none where that is not known.
//
// The text may be an upstream's, and so no byte of it goes out: a name is the caller's own, and found in the
// request, or, of a field that is missing, one of a message of this process. A front's text is the front's own, or
// one of a backend that answers in its name: it is believed.
func (c *capture) undecoded(text string, front bool) []mapping.Field {
	n, ok := foreign.FieldNamed(text)
	if !ok {
		return nil
	}
	condition, _ := foreign.DecodeFailure(text)
	path := ""
	switch {
	case n.Parameter:
		path = c.request.parameter(n, text, front)
	case n.What == foreign.Missing:
		path = required(n.Full)
	default:
		path, _ = jsonfault.Locate(c.readBody(), n)
	}
	if path == "" {
		return nil
	}
	return jsonfault.Of(n, condition, path).Fields()
}

// required returns the JSON name of a field that has to be there, if a message of this process has it.
func required(name string) string {
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
	field, ok := found.(protoreflect.FieldDescriptor)
	if err != nil || !ok || field.Cardinality() != protoreflect.Required {
		return ""
	}
	return field.JSONName()
}

// readBody returns the start of the request's body, inflated within bounds.
func (c *capture) readBody() []byte {
	body := c.body.start()
	if strings.HasPrefix(string(body), "\x1f\x8b") {
		return inflate(body)
	}
	return body
}

// maxParameters bounds how many parameters of a query are looked at.
const maxParameters = 256

// parameter returns a parameter as the caller wrote it: by its name, else by its value, since a field may have a
// JSON name that its name in the .proto does not tell. One of the path has no name there; it has that of the
// .proto, in JSON.
func (r request) parameter(n foreign.Named, text string, front bool) string {
	var named, namedValued, valued names
	query := r.query
	for range maxParameters {
		if query == "" {
			break
		}
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		key, value, ok := unescaped(pair)
		switch {
		case !ok:
		case isNamed(key, n):
			named = append(named, key)
			if value != "" && strings.Contains(text, value) {
				namedValued = append(namedValued, key)
			}
		case value != "" && n.What == foreign.BadValue && strings.HasSuffix(text, value):
			valued = append(valued, key)
		}
	}
	inPath := r.inPath(n, text, front)
	for _, known := range [...]names{namedValued, named, valued} {
		switch {
		case known.areOne():
			return shown(known[0], n)
		case len(named) == 0 && inPath != "":
			return inPath
		}
	}
	return ""
}

// names are those of parameters.
type names []string

// areOne reports whether it is one name, which may stand there more than once.
func (n names) areOne() bool {
	return len(n) > 0 && !slices.ContainsFunc(n, func(name string) bool { return name != n[0] })
}

// unescaped takes a parameter of a query apart. It is not ok for one without a name, or with a broken escape.
func unescaped(pair string) (key, value string, ok bool) {
	key, value, _ = strings.Cut(pair, "=")
	key, err := url.QueryUnescape(key)
	if err != nil || key == "" {
		return "", "", false
	}
	value, _ = url.QueryUnescape(value)
	return key, value, true
}

// isNamed reports whether a parameter is the one that a text is about. A text has names of the .proto.
func isNamed(key string, n foreign.Named) bool {
	if n.What == foreign.Unknown && !n.Leaf {
		return key == n.Name
	}
	key, _, _ = strings.Cut(key, "[")
	path, name := fieldpath.JSON(key), fieldpath.JSON(n.Name)
	if path == name || !n.Leaf {
		return path == name
	}
	return strings.HasSuffix(path, "."+name) || n.What == foreign.Unknown && strings.HasPrefix(path, name+".")
}

// inPath returns the name of a parameter of the path, if the text is about one. A path that has the value shows
// that. That the name is one of this process's shows in the messages of its services.
func (r request) inPath(n foreign.Named, text string, front bool) string {
	isOf := func(segment string) bool { return segment != "" && strings.HasSuffix(text, segment) }
	switch {
	case front && fieldpath.IsName(strings.ReplaceAll(n.Name, ".", "")):
		return fieldpath.JSON(n.Name)
	case front || n.What != foreign.BadValue || !slices.ContainsFunc(strings.Split(r.path, "/"), isOf):
		return ""
	}
	found := ""
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				if input := methods.Get(j).Input(); fieldpath.Has(input, n.Name) {
					found = fieldpath.JSONIn(input, n.Name)
					return false
				}
			}
		}
		return true
	})
	return found
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
