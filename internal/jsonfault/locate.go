// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package jsonfault

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/fieldpath"
	"github.com/errpact/errpact/internal/foreign"
)

// Locate returns the path to the field that a decoder's text is about, in the words of the body, or of the
// start of a body. It is not ok where the body has no such field, or more than one that the text may be about. A text
// without a place goes by the name alone.
//
// The body is one of the messages, if they are known. They tell a field from the key of a map.
func Locate(body []byte, n foreign.Named, messages ...protoreflect.MessageDescriptor) (path string, ok bool) {
	if n.Line > 0 {
		w, ok := placeOf(body, n)
		if !ok {
			return "", false
		}
		path = w.path(n, messages)
		return path, path != ""
	}
	return locateNamed(body, n, messages)
}

// isToken reports whether JSON is what the text quotes.
func isToken(token []byte, n foreign.Named) bool {
	if n.Token != "" {
		return string(token) == n.Token
	}
	var text string
	return json.Unmarshal(token, &text) == nil && slices.Contains(strings.Split(strings.TrimSpace(text), ","), n.Path)
}

// locateNamed goes by the name alone, which one field of the body must have, and no other.
func locateNamed(body []byte, n foreign.Named, messages []protoreflect.MessageDescriptor) (path string, ok bool) {
	if n.Name == "" {
		return "", false
	}
	found := 0
	walk(body, func(w *walker, _, _ int) bool {
		if key, is := w.key(); is && (key == n.Name || n.What != foreign.Unknown && fieldpath.JSON(key) == n.Name) {
			path = w.path(foreign.Named{What: n.What}, messages)
			found++
		}
		return found < 2
	})
	if found != 1 {
		return "", false
	}
	return path, path != ""
}

// A walker goes through JSON, token by token.
type walker struct{ stack []frame }

// frame is an object or a list that is open.
type frame struct {
	list bool
	// index counts a list's elements. key is an object's member, and inValue says that its value comes next.
	index   int
	key     string
	inValue bool
}

// walk calls visit for each key, value and end of an object, with the places where it starts and ends, until that
// returns false or the JSON ends. At a key, the walker's path leads to the key's field.
func walk(body []byte, visit func(w *walker, start, end int) bool) {
	w := new(walker)
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber() // of any size
	for {
		start := int(d.InputOffset())
		for start < len(body) && bytes.IndexByte([]byte(" \t\r\n,:"), body[start]) >= 0 {
			start++
		}
		token, err := d.Token()
		end := int(d.InputOffset())
		if err != nil || !w.take(token, func() bool { return visit(w, start, end) }) {
			return
		}
	}
}

// take goes one token further. It returns false where visit did.
func (w *walker) take(token json.Token, visit func() bool) bool {
	if token == json.Delim('}') || token == json.Delim(']') {
		w.stack = w.stack[:len(w.stack)-1]
		ok := token == json.Delim(']') || visit()
		w.ended()
		return ok
	}
	if top := w.top(); top != nil && !top.list && !top.inValue {
		top.key, _ = token.(string)
		ok := visit()
		top.inValue = true
		return ok
	}
	if !visit() {
		return false
	}
	switch token {
	case json.Delim('{'), json.Delim('['):
		w.stack = append(w.stack, frame{list: token == json.Delim('[')})
	default:
		w.ended()
	}
	return true
}

// ended follows a value.
func (w *walker) ended() {
	if top := w.top(); top != nil {
		top.index++
		top.inValue = false
	}
}

func (w *walker) top() *frame {
	if len(w.stack) == 0 {
		return nil
	}
	return &w.stack[len(w.stack)-1]
}

// key returns the key that the walker is at. It is not at one where its value comes next.
func (w *walker) key() (string, bool) {
	top := w.top()
	if top == nil || top.list || top.inValue {
		return "", false
	}
	return top.key, true
}

// path returns the path to where the walker is, as the messages that have such a place write it. Without such a
// message, or if two of them differ, it is guessed.
func (w *walker) path(n foreign.Named, messages []protoreflect.MessageDescriptor) string {
	agreed := ""
	for _, message := range messages {
		path, ok := w.pathIn(message, n.What == foreign.Unknown)
		if ok && agreed != "" && path != agreed {
			return w.guessed(n)
		}
		if ok {
			agreed = path
		}
	}
	if agreed != "" {
		return agreed
	}
	return w.guessed(n)
}

// pathIn returns the path in a message. It is not ok if the message has no such place. The last name may be an unknown
// one.
func (w *walker) pathIn(message protoreflect.MessageDescriptor, unknown bool) (path string, ok bool) {
	var field protoreflect.FieldDescriptor
	inMap := false
	for i, f := range w.stack {
		switch {
		case len(path) > fieldpath.MaxPath:
			return path, true
		case f.list:
			path = fieldpath.Index(path, f.index)
			ok = field != nil && field.IsList()
		case inMap:
			path, inMap, ok = fieldpath.Key(path, f.key), false, true
		default:
			field = fieldpath.Find(message, f.key)
			path = fieldpath.Join(path, f.key)
			ok = field != nil || unknown && message != nil && i == len(w.stack)-1
			message, inMap = fieldpath.Below(field), field != nil && field.IsMap()
		}
		if !ok {
			return "", false
		}
	}
	return path, ok
}

// guessed returns the path for a body whose message is not known. A key that belongs to a map, and is no field's name,
// shows in the key itself, or in what the text says about it.
func (w *walker) guessed(n foreign.Named) string {
	path := ""
	for i, f := range w.stack {
		last := i == len(w.stack)-1
		inMap := last && (n.What == foreign.BadKey || n.What == foreign.TwiceKey || n.Name == mapValue && f.key != mapValue)
		switch {
		case len(path) > fieldpath.MaxPath:
			return path
		case f.list:
			path = fieldpath.Index(path, f.index)
		case path != "" && (inMap || !fieldpath.IsName(f.key) && !(last && n.What == foreign.Unknown)):
			path = fieldpath.Key(path, f.key)
		default:
			path = fieldpath.Join(path, f.key)
		}
	}
	return path
}

// mapValue is the name that a map's values have to protobuf.
const mapValue = "value"
