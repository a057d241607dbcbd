// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/mapping"
)

// What is looked at to find where a fault is; beyond that it is told without its place.
const (
	maxProbed     = 64 << 10
	maxProbeDepth = 16
	maxPath       = 256
	// maxProbeWork bounds what is decoded on the way, in bytes, since a part is decoded again with each
	// that it is in. A hostile body costs a few times what decoding it does.
	maxProbeWork = 6 * maxProbed
	// probeCost is what decoding a part costs however small it is.
	probeCost = 64
)

// newJSONFault finds where in data the fault is. Package protojson tells positions and Go's names
// alone; so each part of the body is decoded by itself, until the smallest that does not is found.
func newJSONFault(data []byte, md protoreflect.MessageDescriptor, options protojson.UnmarshalOptions, err error) *jsonFault {
	if !json.Valid(data) {
		return &jsonFault{faultSyntax, "", "want valid JSON"}
	}
	if len(data) <= maxProbed {
		p := &jsonProbe{options, maxProbeWork}
		if f := p.message("", md, data, 0); f != nil {
			return f
		}
	}
	return faultOf("", err, nil)
}

// jsonProbe decodes parts of a body.
type jsonProbe struct {
	options protojson.UnmarshalOptions
	// left is the work that may yet be done. Without any, nothing more is found.
	left int
}

// spend is false where too much has been done already.
func (p *jsonProbe) spend(part []byte) bool {
	p.left -= len(part) + probeCost
	return p.left >= 0
}

// try decodes a message that has one member alone.
func (p *jsonProbe) try(md protoreflect.MessageDescriptor, key string, value []byte) error {
	if !p.spend(value) {
		return nil
	}
	return p.options.Unmarshal(object1(key, value), dynamicpb.NewMessage(md))
}

// message finds the fault in an object that is a message; nil if it cannot be told where it is.
func (p *jsonProbe) message(path string, md protoreflect.MessageDescriptor, object []byte, depth int) *jsonFault {
	if depth > maxProbeDepth || isSpecial(md) {
		return nil
	}
	seen := make(map[protoreflect.FieldNumber]bool)
	for _, m := range p.membersOf(object) {
		at := join(path, m.key)
		fd := fieldNamed(md, m.key)
		err := p.try(md, m.key, m.value)
		switch {
		case err == nil && fd != nil && seen[fd.Number()]:
			return &jsonFault{faultSyntax, at, "want the field once"}
		case err == nil:
		case fd == nil && !strings.HasPrefix(m.key, "["):
			return &jsonFault{faultUnknownField, at, "want a field that there is"}
		case fd == nil:
			return faultOf(at, err, nil)
		default:
			return p.field(at, md, fd, m, err, depth)
		}
		if fd != nil {
			seen[fd.Number()] = true
		}
	}
	return nil
}

// field finds the fault in the value of a field that does not decode.
func (p *jsonProbe) field(path string, md protoreflect.MessageDescriptor, fd protoreflect.FieldDescriptor, m member, err error, depth int) *jsonFault {
	switch {
	case fd.IsMap():
		for _, entry := range p.membersOf(m.value) {
			if err := p.try(md, m.key, object1(entry.key, entry.value)); err != nil {
				return p.element(fmt.Sprintf("%s[%q]", path, clean(entry.key)), fd.MapValue(), entry.value, err, depth)
			}
		}
	case fd.IsList():
		if i, value, err := p.badElement(md, m.key, p.elementsOf(m.value)); err != nil {
			return p.element(fmt.Sprintf("%s[%d]", path, i), fd, value, err, depth)
		}
	default:
		return p.element(path, fd, m.value, err, depth)
	}
	if p.left < 0 {
		return faultOf(path, err, nil)
	}
	return faultOf(path, err, fd)
}

// badElement finds the first element that does not decode, by halves; its error is nil if it is not found.
func (p *jsonProbe) badElement(md protoreflect.MessageDescriptor, key string, elements []json.RawMessage) (int, []byte, error) {
	if len(elements) == 0 {
		return 0, nil, nil
	}
	low, high := 0, len(elements)
	for high-low > 1 {
		middle := (low + high) / 2
		if p.try(md, key, arrayOf(elements[low:middle])) != nil {
			high = middle
		} else {
			low = middle
		}
	}
	return low, elements[low], p.try(md, key, arrayOf(elements[low:high]))
}

// element finds the fault in one value.
func (p *jsonProbe) element(path string, fd protoreflect.FieldDescriptor, value []byte, err error, depth int) *jsonFault {
	if fd.Message() != nil {
		if f := p.message(path, fd.Message(), value, depth+1); f != nil {
			return f
		}
		return faultOf(path, err, nil)
	}
	f := faultOf(path, err, fd)
	f.wanted = wanted(fd, f.kind)
	return f
}

// faultOf goes by the text of an error.
func faultOf(path string, err error, fd protoreflect.FieldDescriptor) *jsonFault {
	kind, text := faultSyntax, "want what the message's definition says"
	switch when, _ := decodeFailure(err.Error()); when {
	case mapping.ConditionWrongType:
		kind, text = faultWrongType, "want a value of another type"
	case mapping.ConditionOutOfRange:
		kind, text = faultNotAllowed, "want a value that is allowed"
	}
	if foreign.ProtojsonUnknownField(err.Error()) {
		kind, text = faultUnknownField, "want a field that there is"
	}
	if fd != nil && kind == faultWrongType {
		switch {
		case fd.IsMap():
			text = "want an object"
		case fd.IsList():
			text = "want an array"
		}
	}
	return &jsonFault{kind, path, text}
}

// wanted says what a scalar may be, in JSON's words.
func wanted(fd protoreflect.FieldDescriptor, kind jsonFaultKind) string {
	switch fd.Kind() {
	case protoreflect.EnumKind:
		return "want the name of one of the enum's values"
	case protoreflect.BytesKind:
		return "want text in base64"
	case protoreflect.StringKind:
		return "want text"
	case protoreflect.BoolKind:
		return "want true or false"
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return "want a number within range"
	}
	if kind == faultNotAllowed {
		return "want a whole number within range"
	}
	return "want a whole number"
}

// isSpecial says which messages have a form of their own in JSON.
func isSpecial(md protoreflect.MessageDescriptor) bool {
	return md.ParentFile().Package() == "google.protobuf"
}

func fieldNamed(md protoreflect.MessageDescriptor, key string) protoreflect.FieldDescriptor {
	if fd := md.Fields().ByJSONName(key); fd != nil {
		return fd
	}
	return md.Fields().ByTextName(key)
}

type member struct {
	key   string
	value []byte
}

// membersOf are the members of an object in their order; none if it is not one.
func (p *jsonProbe) membersOf(object []byte) []member {
	if !p.spend(object) {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(object))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil
	}
	var members []member
	for d.More() {
		key, err := d.Token()
		name, ok := key.(string)
		var value json.RawMessage
		if err != nil || !ok || d.Decode(&value) != nil {
			return members
		}
		members = append(members, member{name, value})
	}
	return members
}

// elementsOf are the elements of an array; none if it is not one.
func (p *jsonProbe) elementsOf(array []byte) (elements []json.RawMessage) {
	if !p.spend(array) {
		return nil
	}
	_ = json.Unmarshal(array, &elements)
	return elements
}

// object1 is an object of one member.
func object1(key string, value []byte) []byte {
	b, err := json.Marshal(key)
	if err != nil {
		return value
	}
	return append(append(append(append([]byte{'{'}, b...), ':'), value...), '}')
}

func arrayOf(elements []json.RawMessage) []byte {
	array := []byte{'['}
	for i, element := range elements {
		if i > 0 {
			array = append(array, ',')
		}
		array = append(array, element...)
	}
	return append(array, ']')
}

// join leads to a member. The names of fields that there are not are the caller's own text.
func join(path, key string) string {
	key = clean(key)
	if path == "" {
		return key
	}
	if len(path)+len(key) > maxPath {
		return path
	}
	return path + "." + key
}

const maxName = 64

// clean makes a caller's text fit for one line.
func clean(text string) string {
	var b strings.Builder
	for _, r := range text {
		if !unicode.IsPrint(r) {
			r = '\uFFFD'
		}
		if b.Len() >= maxName {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}
