// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errpacttest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/contract"
	"github.com/errpact/errpact/internal/fieldpath"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/catalogue"
)

// misspelt returns what a method's own error says under a wrong name: a reason, the values of a message, a field.
func misspelt(r mapping.Report) []string {
	if r.UndeclaredReason {
		return []string{noSuchReason(codeOf(r.Sent))}
	}
	if r.Sent == nil || r.Stage != mapping.StageHandler {
		return nil
	}
	if e, ok := mapping.From(r.Err); !ok || e.Remote() {
		return nil
	}
	return slices.DeleteFunc(append(fieldNames(r.Procedure, r.Sent), unfilled(r.Sent)), func(s string) bool { return s == "" })
}

// unfilled says which placeholders of the message have no value, though the error has metadata. An error without any
// is one for which the fallback_message is enough.
func unfilled(e *mapping.Error) string {
	code, metadata := codeOf(e), e.Metadata()
	if len(metadata) == 0 || code.Reason() != "" || e.Message() != code.Message() {
		return ""
	}
	c, err := catalogue.Read(code.Catalogue().Descriptor())
	if err != nil {
		return ""
	}
	var missing []string
	for _, entry := range c.Entries {
		if entry.Number != code.Number() {
			continue
		}
		for _, param := range entry.Params {
			if _, ok := metadata[param.Name]; !ok {
				missing = append(missing, param.Name)
			}
		}
	}
	if missing == nil {
		return ""
	}
	return fmt.Sprintf("the message has no value for {%s}, among the metadata %s: use the entry's generated constructor, New…",
		strings.Join(missing, "}, {"), strings.Join(slices.Sorted(maps.Keys(metadata)), ", "))
}

// fieldNames says which field violations name no field of the request, or have the name that a field has in JSON. RPC
// callers look for the name in the .proto, and REST callers get the one in JSON from errpact.
func fieldNames(procedure string, e *mapping.Error) []string {
	method := contract.Method(procedure)
	if method == nil {
		return nil
	}
	var wrong []string
	for _, field := range e.Fields() {
		if missing, in := fieldpath.Missing(method.Input(), field.Path); in != nil {
			wrong = append(wrong, fmt.Sprintf("the request has no field %q: in place of %q write one of %s, which %s has (a header's name has capitals: %q)",
				field.Path, missing, strings.Join(fieldsOf(in), ", "), in.FullName(), "Authorization"))
			continue
		}
		if path := fieldpath.Proto(method.Input(), field.Path); path != field.Path {
			wrong = append(wrong, fmt.Sprintf("the field %q has the name of JSON: write %q, which REST callers get as %q", field.Path, path, fieldpath.JSONIn(method.Input(), path)))
		}
	}
	return wrong
}

func fieldsOf(message protoreflect.MessageDescriptor) []string {
	var names []string
	for i := range message.Fields().Len() {
		names = append(names, message.Fields().Get(i).TextName())
	}
	return names
}
