// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
)

// The names of schemas among the components.
const (
	envelopeName  = "ErrorEnvelope"
	typedName     = "ErrorWithDetails"
	detailsName   = "ErrorDetails"
	violationName = "ErrorFieldViolation"
)

func (d *describer) schemas() map[string]schema {
	return map[string]schema{
		envelopeName: envelopeWith(d.nullable(schema{Description: "What else is known, in the form that the error has; or null."})),
		typedName:    envelopeWith(toSchema(detailsName)),
		detailsName:  d.details(nil),
		violationName: {Type: "object", Description: "What is wrong with a field of the request.", Properties: properties{
			{"field", text("The field, with the path to it.")},
			{"description", text("What is wrong, for people.")},
			{"reason", text("What is wrong, for programs.")},
		}},
	}
}

func toSchema(name string) schema { return schema{Ref: "#/components/schemas/" + name} }

// envelope is the schema of an answer that is one of the failures. Details have a type if all failures that have
// any agree on it. An error that no catalogue or operation states must fit as well, which is why nothing in
// typed details is required, and why error_code is not limited to the failures' numbers.
func (d *describer) envelope(failures []failure) schema {
	var typed *schema
	names := make(map[string]bool)
	for _, f := range failures {
		var envelope struct{ Details any }
		if json.Unmarshal(f.envelope, &envelope) != nil || envelope.Details == nil {
			continue
		}
		s := d.like(envelope.Details)
		if object, ok := envelope.Details.(map[string]any); ok && isOwnForm(object) {
			metadata, _ := object["metadata"].(map[string]any)
			maps.Copy(names, keysOf(metadata))
			s = toSchema(detailsName)
		}
		if typed != nil && !reflect.DeepEqual(*typed, s) {
			return toSchema(envelopeName)
		}
		typed = &s
	}
	switch {
	case typed == nil:
		return toSchema(envelopeName)
	case typed.Ref == "":
		return envelopeWith(d.nullable(*typed))
	case len(names) == 0:
		return toSchema(typedName)
	}
	return envelopeWith(d.details(slices.Sorted(maps.Keys(names))))
}

func keysOf(object map[string]any) map[string]bool {
	keys := make(map[string]bool)
	for key := range object {
		keys[key] = true
	}
	return keys
}

func envelopeWith(details schema) schema {
	return schema{
		Type: "object", Description: "The body of an error answer.",
		Required: []string{"error_code", "error_message", "details"},
		Properties: properties{
			{"error_code", schema{Type: "integer", Format: "int32", Description: "The number of the error in its catalogue."}},
			{"error_message", text("What happened, for people.")},
			{"details", details},
		},
	}
}

// details describes the form that details have without a payload, with the names of metadata that are known.
func (d *describer) details(metadata []string) schema {
	values := schema{Type: "object", Description: "What the error is about.", AdditionalProperties: &schema{Type: "string"}}
	for _, name := range metadata {
		values.Properties = append(values.Properties, property{name, schema{Type: "string"}})
	}
	violation := toSchema(violationName)
	return d.nullable(schema{
		Type: "object", Description: "What else is known of the error.",
		Properties: properties{
			{"reason", text("The finer entry under the error's number.")},
			{"metadata", values},
			{"field_violations", schema{Type: "array", Items: &violation}},
			{"retry_delay", text("How long to wait before trying again, such as 1s.")},
			{"request_id", text("The id under which the server's log has the error.")},
			{"resolution", text("What to do about the error, for people.")},
			{"retryable", schema{Type: "boolean", Description: "Whether the same request can succeed later."}},
		},
	})
}

// isOwnForm reports whether details are as [mapping.EnvelopeOf] writes them without a payload.
func isOwnForm(details map[string]any) bool {
	for key, value := range details {
		switch value := value.(type) {
		case string:
			if key != "reason" && key != "retry_delay" && key != "request_id" && key != "resolution" {
				return false
			}
		case bool:
			if key != "retryable" {
				return false
			}
		case map[string]any:
			if key != "metadata" || !areTexts(value) {
				return false
			}
		case []any:
			if key != "field_violations" {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func areTexts(object map[string]any) bool {
	for _, value := range object {
		if _, ok := value.(string); !ok {
			return false
		}
	}
	return true
}
