// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package page

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/mapping/catalogue"
)

// object is a JSON object: OpenAPI's are too many, and too small here, for types of their own.
type object map[string]any

// OpenAPI writes a document of OpenAPI 3.0.3: the envelope's schema, a response for each entry and
// reason, and the answers of each method of files that has both google.api.http and
// (errpact.v1.rest).
// https://spec.openapis.org/oas/v3.0.3
func (p *Page) OpenAPI(w io.Writer, files []protoreflect.FileDescriptor) error {
	responses := object{}
	for _, e := range p.all() {
		responses[e.Anchor] = object{"description": e.Message, "headers": headers(e), "content": content(object{"example": e.Envelope})}
	}
	paths, err := p.paths(files)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(object{
		"openapi": "3.0.3",
		"info":    object{"title": p.Title, "version": "1"},
		"paths":   paths,
		"components": object{
			"schemas":   object{"Error": errorSchema},
			"responses": responses,
		},
	})
}

// all are the entries and their reasons.
func (p *Page) all() []*Entry {
	var all []*Entry
	for _, c := range p.Catalogues {
		all = append(all, c.all()...)
	}
	return all
}

func (c *Catalogue) all() []*Entry {
	var all []*Entry
	for _, e := range c.Entries {
		all = append(append(all, e), e.Reasons...)
	}
	return all
}

var errorSchema = object{
	"type":        "object",
	"description": "The body of every error answer.",
	"required":    []string{"error_code", "error_message", "details"},
	"properties": object{
		"error_code":    object{"type": "integer", "format": "int32", "description": "The number of the error in its catalogue."},
		"error_message": object{"type": "string", "description": "What happened, for people."},
		"details":       object{"nullable": true, "description": "What else is known, in the form that the error has; or null."},
	},
}

// content has the envelope's schema, with one example or several.
func content(example object) object {
	media := object{"schema": object{"$ref": "#/components/schemas/Error"}}
	for key, value := range example {
		media[key] = value
	}
	return object{"application/json": media}
}

func headers(entries ...*Entry) object {
	text := func(description string) object {
		return object{"description": description, "schema": object{"type": "string"}}
	}
	id := text("The id under which the server's log has the error. Every error answer has this header, and no success.")
	id["required"] = true
	h := object{"X-Request-Id": id}
	for _, e := range entries {
		if e.RetryDelay != "" {
			h["Retry-After"] = text("How many seconds to wait before trying again.")
		}
		if e.HTTPStatus == http.StatusUnauthorized {
			h["WWW-Authenticate"] = text("How to authenticate.")
		}
		if e.HTTPStatus == http.StatusMethodNotAllowed {
			h["Allow"] = text("The methods that the resource has.")
		}
	}
	return h
}

// paths are the operations whose methods state their answers.
func (p *Page) paths(files []protoreflect.FileDescriptor) (object, error) {
	paths := object{}
	for _, file := range files {
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				if err := p.operation(paths, methods.Get(j)); err != nil {
					return nil, err
				}
			}
		}
	}
	return paths, nil
}

func (p *Page) operation(paths object, method protoreflect.MethodDescriptor) error {
	stated, found, err := catalogue.ReadMethod(method)
	if err != nil || !found {
		return err
	}
	answers, err := p.answers(method, stated)
	if err != nil {
		return err
	}
	for i, r := range routesOf(method) {
		id := string(method.FullName()) // services of two packages may have one name
		if i > 0 {
			id += "." + strconv.Itoa(i+1)
		}
		item, ok := paths[r.path].(object)
		if !ok {
			item = object{}
			paths[r.path] = item
		}
		operation := object{"operationId": id, "tags": []string{string(method.Parent().Name())}, "responses": answers}
		if names := variables(r.path); len(names) > 0 {
			operation["parameters"] = parameters(names)
		}
		item[r.method] = operation
	}
	return nil
}

func parameters(names []string) []object {
	var list []object
	for _, name := range names {
		list = append(list, object{"name": name, "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	return list
}

// answers are a method's, by status. Where several errors share one they are its examples.
func (p *Page) answers(method protoreflect.MethodDescriptor, stated catalogue.Method) (object, error) {
	success := stated.SuccessStatus
	if success == 0 {
		success = http.StatusOK
	}
	answers := object{strconv.Itoa(success): object{"description": "Success."}}
	byStatus := make(map[int][]*Entry)
	for _, name := range stated.Errors {
		e, err := p.find(method, name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(byStatus[e.HTTPStatus], e) {
			byStatus[e.HTTPStatus] = append(byStatus[e.HTTPStatus], e)
		}
	}
	for status, entries := range byStatus {
		answers[strconv.Itoa(status)] = response(status, entries)
	}
	return answers, nil
}

func response(status int, entries []*Entry) object {
	if len(entries) == 1 {
		return object{"$ref": "#/components/responses/" + entries[0].Anchor}
	}
	examples := object{}
	for _, e := range entries {
		examples[e.Anchor] = object{"summary": e.Message, "value": e.Envelope}
	}
	return object{
		"description": http.StatusText(status), "headers": headers(entries...), "content": content(object{"examples": examples}),
	}
}

// find returns the entry, or reason, that a method's error names.
func (p *Page) find(method protoreflect.MethodDescriptor, name string) (*Entry, error) {
	c, e, r, err := resolve(method, name, p.read)
	if err != nil {
		return nil, err
	}
	anchor := catalogue.Anchor(e.Name, "")
	if r != nil {
		anchor = catalogue.Anchor(e.Name, r.Name)
	}
	known := p.Catalogues[slices.Index(p.read, c)]
	all := known.all()
	return all[slices.IndexFunc(all, func(e *Entry) bool { return e.Anchor == anchor })], nil
}
