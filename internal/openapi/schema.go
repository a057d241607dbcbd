// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
)

// version is one of OpenAPI that differs from others in how a schema is written.
type version int

const (
	// version30 marks a schema that takes null, too.
	version30 version = iota
	// version31 has null among a schema's types.
	version31
)

// nullable returns the schema of what s describes, or null.
func (v version) nullable(s schema) schema {
	switch {
	case v == version30:
		s.Nullable = true
	case s.Type != nil:
		s.Type = []any{s.Type, "null"}
	}
	return s
}

// schema describes a value. The zero schema describes any but, in OpenAPI 3.0, null.
type schema struct {
	Ref         string `json:"$ref,omitempty"`
	Type        any    `json:"type,omitempty"`
	Format      string `json:"format,omitempty"`
	Nullable    bool   `json:"nullable,omitempty"`
	Description string `json:"description,omitempty"`

	Required             []string   `json:"required,omitempty"`
	Properties           properties `json:"properties,omitempty"`
	AdditionalProperties *schema    `json:"additionalProperties,omitempty"`
	Items                *schema    `json:"items,omitempty"`
}

// properties are an object's, in order.
type properties []property

type property struct {
	name string
	schema
}

// MarshalJSON writes an object.
func (p properties) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, property := range p {
		name, err := json.Marshal(property.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(property.schema)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

func text(description string) schema { return schema{Type: "string", Description: description} }

// like describes values such as this one, which was decoded from JSON. No property is required. A list or an
// object in it may be null, as Go writes those that are nil.
func (v version) like(value any) schema {
	switch value := value.(type) {
	case string:
		return schema{Type: "string"}
	case bool:
		return schema{Type: "boolean"}
	case float64:
		return schema{Type: "number"}
	case []any:
		items := v.nullable(schema{})
		for i, item := range value {
			s := v.part(item)
			if i > 0 && !reflect.DeepEqual(s, items) {
				items = v.nullable(schema{})
				break
			}
			items = s
		}
		return schema{Type: "array", Items: &items}
	case map[string]any:
		s := schema{Type: "object"}
		for _, name := range slices.Sorted(maps.Keys(value)) {
			s.Properties = append(s.Properties, property{name, v.part(value[name])})
		}
		return s
	}
	return v.nullable(schema{})
}

// part is [version.like] for what is inside of a list or an object.
func (v version) part(value any) schema {
	s := v.like(value)
	if s.Type == "array" || s.Type == "object" {
		return v.nullable(s)
	}
	return s
}
