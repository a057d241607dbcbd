// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package fieldpath writes the paths of fields of a request: as the .proto names them, which RPC callers
// read, and as JSON names them, which REST callers write.
//
// A path is made of names and subscripts: folder.labels["a"].display_names[2].
package fieldpath

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// JSON returns a path with each of its names in lowerCamelCase, as protobuf derives JSON names
// (https://protobuf.dev/programming-guides/json/#field-names). Subscripts stay as they are, and so does a text
// that is not a path of names, such as that of a header.
func JSON(path string) string { return JSONIn(nil, path) }

// JSONIn returns what [JSON] returns for a path in a message, whose fields may have JSON names of their own. Names that the
// message does not have are in lowerCamelCase. The message may be nil.
func JSONIn(message protoreflect.MessageDescriptor, path string) string {
	if message == nil && strings.IndexByte(path, '_') < 0 {
		return path
	}
	elements, ok := split(path)
	if !ok {
		return path
	}
	var b strings.Builder
	for i, e := range elements {
		if i > 0 {
			b.WriteByte('.')
		}
		field := Find(message, e.name)
		if field != nil {
			b.WriteString(field.JSONName())
		} else {
			b.WriteString(camel(e.name))
		}
		b.WriteString(e.subscripts)
		message = Below(field)
	}
	return b.String()
}

// Proto returns a path with the names of the message's fields in place of their JSON names. Names that the
// message does not have stay as they are. The message may be nil.
func Proto(message protoreflect.MessageDescriptor, path string) string {
	elements, ok := split(path)
	if message == nil || !ok {
		return path
	}
	var b strings.Builder
	for i, e := range elements {
		if i > 0 {
			b.WriteByte('.')
		}
		name, field := e.name, Find(message, e.name)
		if field != nil {
			name = field.TextName()
		}
		b.WriteString(name)
		b.WriteString(e.subscripts)
		message = Below(field)
	}
	return b.String()
}

// Find returns the message's field by its name in JSON or in the .proto, or nil. The message may be nil.
func Find(message protoreflect.MessageDescriptor, name string) protoreflect.FieldDescriptor {
	if message == nil {
		return nil
	}
	if field := message.Fields().ByJSONName(name); field != nil {
		return field
	}
	return message.Fields().ByTextName(name)
}

// At returns the field of a message that a path of names, without subscripts, leads to, or nil. The message may be
// nil.
func At(message protoreflect.MessageDescriptor, path string) (field protoreflect.FieldDescriptor) {
	for name := range strings.SplitSeq(path, ".") {
		if field = Find(message, name); field == nil {
			return nil
		}
		message = Below(field)
	}
	return field
}

// Missing returns the first name of a path that the message in its place does not have, and that message. The message
// is nil if nothing is missing, or if the text cannot be a path, such as the name of a header with a capital letter or a
// hyphen. A oneof's name counts as found, and so does all that is below a message of
// google.protobuf. The message may be nil.
func Missing(message protoreflect.MessageDescriptor, path string) (name string, in protoreflect.MessageDescriptor) {
	elements, ok := split(path)
	if !ok || 'A' <= path[0] && path[0] <= 'Z' {
		return "", nil
	}
	for _, e := range elements {
		if message == nil || message.ParentFile().Package() == "google.protobuf" || e.name == "" ||
			message.Oneofs().ByName(protoreflect.Name(e.name)) != nil {
			return "", nil
		}
		field := Find(message, e.name)
		if field == nil {
			return e.name, message
		}
		message = Below(field)
	}
	return "", nil
}

// Below returns the message of a field's values; nil if they are not messages, and of a nil field.
func Below(field protoreflect.FieldDescriptor) protoreflect.MessageDescriptor {
	switch {
	case field == nil:
		return nil
	case field.IsMap():
		return field.MapValue().Message()
	}
	return field.Message()
}

// element is one name of a path, with the subscripts after it. An extension has a subscript alone.
type element struct{ name, subscripts string }

// split takes a path apart. It is not ok for a text that is not a path.
func split(path string) (elements []element, ok bool) {
	for {
		n := 0
		for n < len(path) && isNameByte(path[n], n == 0) {
			n++
		}
		e := element{name: path[:n]}
		path = path[n:]
		if n, ok = lenSubscripts(path); !ok || e.name == "" && n == 0 {
			return nil, false
		}
		e.subscripts, path = path[:n], path[n:]
		elements = append(elements, e)
		if path == "" {
			return elements, true
		}
		if path[0] != '.' {
			return nil, false
		}
		path = path[1:]
	}
}

// lenSubscripts is how long the subscripts at the start of a path are.
func lenSubscripts(path string) (n int, ok bool) {
	for n < len(path) && path[n] == '[' {
		end := strings.IndexByte(path[n+1:], ']')
		if strings.HasPrefix(path[n+1:], `"`) {
			quoted, _ := strconv.QuotedPrefix(path[n+1:]) // empty where the quote is not closed
			end = len(quoted)
		}
		if n += 1 + end; end < 0 || n >= len(path) || path[n] != ']' {
			return 0, false
		}
		n++
	}
	return n, true
}

// IsName reports whether a text can be the name of a field.
func IsName(s string) bool {
	for i := range len(s) {
		if !isNameByte(s[i], i == 0) {
			return false
		}
	}
	return s != ""
}

func isNameByte(c byte, first bool) bool {
	return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' || !first && '0' <= c && c <= '9'
}

// camel is how protobuf makes a JSON name.
func camel(name string) string {
	if strings.IndexByte(name, '_') < 0 {
		return name
	}
	b := make([]byte, 0, len(name))
	up := false
	for i := range len(name) {
		c := name[i]
		if c == '_' {
			up = true
			continue
		}
		if up && 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		b, up = append(b, c), false
	}
	return string(b)
}

// MaxName bounds a name that is a caller's own text, in bytes, and MaxPath a path of them.
const (
	MaxName = 64
	MaxPath = 256
)

// Join returns the path to a member, whose name is the caller's own text. It leaves the member out of a path
// that would be too long.
func Join(path, name string) string {
	name = Clean(name)
	switch {
	case path == "":
		return name
	case len(path)+len(name) > MaxPath:
		return path
	}
	return path + "." + name
}

// Index returns the path to an element of a list, and Key that to an entry of a map.
func Index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// Key returns the path to an entry of a map. The key is the caller's own text.
func Key(path, key string) string { return path + "[" + strconv.Quote(Clean(key)) + "]" }

// Clean makes a caller's text fit for one line, and cuts it to [MaxName].
func Clean(text string) string {
	var b strings.Builder
	for _, r := range text {
		if !unicode.IsPrint(r) {
			r = utf8.RuneError
		}
		if b.Len()+utf8.RuneLen(r) > MaxName {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}
