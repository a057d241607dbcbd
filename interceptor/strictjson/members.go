// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"bytes"
	"encoding/json"
)

// A member is one field of an object, by its name.
type member struct {
	key   string
	value []byte
}

// membersOf returns the members of an object in their order, and none for any other value.
func (p *probe) membersOf(object []byte) []member {
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

// elementsOf returns the elements of an array, and none for any other value.
func (p *probe) elementsOf(array []byte) (elements []json.RawMessage) {
	if !p.spend(array) {
		return nil
	}
	_ = json.Unmarshal(array, &elements)
	return elements
}

// objectOf returns an object of one member.
func objectOf(key string, value []byte) []byte {
	b, err := json.Marshal(key)
	if err != nil {
		return value
	}
	return append(append(append(append([]byte{'{'}, b...), ':'), value...), '}')
}

// arrayOf returns an array of these elements.
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
