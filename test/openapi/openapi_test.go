// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package openapi_test generates clients from the example's document of OpenAPI, by ogen and by oapi-codegen, and
// has them call the running example: every error has the envelope in the types that were generated.
package openapi_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/test/openapi/provoked"
)

// documents are the example's: the one of errpact alone, and those of generators to which errpact adds the errors.
var documents = []struct {
	name, file string
	// generate has the plugin that writes the document; none writes errpact's own.
	generate string
	// operation is how the document's operationIds begin in Go.
	operation string
}{
	{"errpact alone", "api.json", "", "CapsuleV1FolderService"},
	{"grpc-gateway", "api.json", "protoc-gen-openapiv3", "FolderService"},
	{"gnostic", "api.yaml", "protoc-gen-openapi", "FolderService"},
}

// answers are those that every client has to get. The example's README has the same.
var answers = []provoked.Answer{
	{Response: "401", Code: 6, Message: "Access token is not provided", Details: "null"},
	{Response: "401", Code: 7, Message: "Access token is invalid", Details: "null"},
	{Response: "404", Code: 10, Message: "Resource does not exist", Details: "f-17"},
	{Response: "405", Code: 1, Message: "Method is not allowed", Details: "null"},
	{Response: "default", Code: 4, Message: "another request is changing the folder", Details: "null"},
	{Response: "default", Code: 3, Message: "Invalid structure",
		Details: `{"field_violations":[{"description":"want a field that there is","field":"page","reason":"UNKNOWN_FIELD"}]}`},
	{Response: "500", Code: 0, Message: "Unknown server side error occurred", Details: "null"},
}

// TestGeneratedClientsGetTheEnvelope of errors that the operation declares, and of those that it does not.
func TestGeneratedClientsGetTheEnvelope(t *testing.T) {
	url := startServing(t)
	for _, document := range documents {
		t.Run(document.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), document.file)
			writeDocument(t, file, document.generate)
			validate(t, file)
			for _, generator := range []string{"ogen", "oapi-codegen"} {
				t.Run(generator, func(t *testing.T) {
					client := newClient(t, generator, document.operation, file)
					got := answersOf(t, run(t, nil, client, url))
					for i, want := range answers {
						want.Name, want.HasID = provoked.Requests[i].Name, true
						if i >= len(got) {
							t.Errorf("%s: no answer", want.Name)
						} else if diff := cmp.Diff(want, got[i]); diff != "" {
							t.Errorf("(-want +got):\n%s", diff)
						}
					}
				})
			}
		})
	}
}

// writeDocument writes a document with all errors.
func writeDocument(t *testing.T, file, plugin string) {
	t.Helper()
	image := bytes.NewReader(image(t))
	if plugin == "" {
		must(t, os.WriteFile(file, run(t, image, program("errpact"), "docs", "-format", "openapi", "-title", "capsule", "-"), 0o600))
		return
	}
	must(t, os.WriteFile(file, generate(t, plugin), 0o600))
	if out := run(t, image, program("errpact"), "docs", "-format", "openapi", "-only-declared", "-into", file, "-"); len(out) > 0 {
		t.Errorf("errpact docs -into prints %s", out)
	}
}

func validate(t *testing.T, file string) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	must(t, err, doc.Validate(t.Context()))
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if r := operation.Responses.Default(); r == nil || r.Ref != "#/components/responses/ErrorDefault" {
				t.Errorf("%s %s has no default response of errpact's", method, path)
			}
		}
	}
}

// answersOf reads a line for each.
func answersOf(t *testing.T, out []byte) []provoked.Answer {
	t.Helper()
	var all []provoked.Answer
	for line := range bytes.Lines(out) {
		var answer provoked.Answer
		must(t, json.Unmarshal(line, &answer))
		answer.Details = sorted(answer.Details)
		all = append(all, answer)
	}
	return all
}

// sorted writes an object of JSON with its keys in order, as it is after a client without a type for it has made a
// map of it.
func sorted(details string) string {
	var object map[string]any
	if json.Unmarshal([]byte(details), &object) != nil || object == nil {
		return details
	}
	text, err := json.Marshal(object)
	if err != nil {
		return details
	}
	return string(text)
}
