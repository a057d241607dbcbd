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

// New returns the API of those of the methods that have google.api.http. The error names a method whose
// (errpact.v1.rest).errors has what is no entry of the page's catalogues.
func New(p *page.Page, methods []protoreflect.MethodDescriptor) (*API, error) {
	a := &API{page: p}
	for _, method := range methods {
		operations, err := operationsOf(p, method)
		if err != nil {
			return nil, err
		}
		a.operations = append(a.operations, operations...)
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
	for path, operations := range a.byPath() {
		paths[path] = make(map[string]pathOperation)
		for _, o := range operations {
			paths[path][o.method] = d.operation(o)
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(document{
		OpenAPI: "3.0.3", Info: info{a.page.Title, "1"}, Paths: paths, Components: d.components(),
	})
}

// byPath returns the operations, one for each method of a path. Two paths of OpenAPI must not differ in the names of
// their parameters alone, so operations whose paths do have the names of the first one.
func (a *API) byPath() map[string][]operation {
	first, taken := make(map[string]string), make(map[route]bool)
	paths := make(map[string][]operation)
	for _, o := range a.operations {
		key := unnamed(o.path)
		if _, known := first[key]; !known {
			first[key] = o.path
		}
		o.path = first[key]
		if r := (route{o.method, key}); !taken[r] {
			taken[r] = true
			paths[o.path] = append(paths[o.path], o)
		}
	}
	return paths
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
