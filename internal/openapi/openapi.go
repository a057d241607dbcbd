// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package openapi describes the errors of an API in OpenAPI: as a document of their own, and in a document that
// somebody else has written.
package openapi

import (
	"encoding/json"
	"io"
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/page"
)

// API has the operations of services, and the catalogues of their errors. It is immutable.
type API struct {
	page       *page.Page
	operations []operation
}

// New returns the API of the methods that have google.api.http. The error names a method whose
// (errpact.v1.rest).errors has what is no entry of the page's catalogues.
func New(p *page.Page, files []protoreflect.FileDescriptor) (*API, error) {
	a := &API{page: p}
	for _, file := range files {
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				operations, err := operationsOf(p, methods.Get(j))
				if err != nil {
					return nil, err
				}
				a.operations = append(a.operations, operations...)
			}
		}
	}
	return a, nil
}

// HasOperations reports whether a method has google.api.http.
func (a *API) HasOperations() bool { return len(a.operations) > 0 }

// Write writes a document of OpenAPI 3.0.3: the components of [API.AddTo], and each operation with its path, its
// success, without a body, and its errors.
// https://spec.openapis.org/oas/v3.0.3
func (a *API) Write(w io.Writer) error {
	d := newDescriber(a.page, version30)
	paths := make(map[string]map[string]pathOperation)
	for _, o := range a.operations {
		if paths[o.path] == nil {
			paths[o.path] = make(map[string]pathOperation)
		}
		paths[o.path][o.method] = d.operation(o)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(document{
		OpenAPI: "3.0.3", Info: info{a.page.Title, "1"}, Paths: paths, Components: d.components(),
	})
}

type document struct {
	OpenAPI    string                              `json:"openapi"`
	Info       info                                `json:"info"`
	Paths      map[string]map[string]pathOperation `json:"paths"`
	Components components                          `json:"components"`
}

type info struct {
	Title   string `json:"title"`
	Version string `json:"version"`
}

type pathOperation struct {
	ID         string              `json:"operationId"`
	Tags       []string            `json:"tags"`
	Parameters []parameter         `json:"parameters,omitempty"`
	Responses  map[string]response `json:"responses"`
}

type parameter struct {
	Name     string `json:"name"`
	In       string `json:"in"`
	Required bool   `json:"required"`
	Schema   schema `json:"schema"`
}

func (d *describer) operation(o operation) pathOperation {
	described := pathOperation{ID: o.id, Tags: []string{o.tag}, Responses: d.responses(&o)}
	described.Responses[strconv.Itoa(o.success)] = response{Description: "Success."}
	for _, name := range variables(o.path) {
		described.Parameters = append(described.Parameters, parameter{Name: name, In: "path", Required: true, Schema: schema{Type: "string"}})
	}
	return described
}
