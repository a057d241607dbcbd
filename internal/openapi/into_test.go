// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package openapi_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/openapi"
	"github.com/errpact/errpact/internal/openapi/outline"
)

// folders is the API whose documents the tests have.
func folders(t testing.TB, more ...protoreflect.FileDescriptor) *openapi.API {
	t.Helper()
	f := file(t, "a.v1", shopValues,
		method{name: "GetFolder", routes: "get /folders/{folder_id} get /{name=folders/*}:open", rest: `errors: "ERROR_CODE_NOT_EXIST"`},
		method{name: "AddFolder", routes: "post /folders", rest: `success_status: 201 errors: "SHOP_ERROR_OUT_OF_STOCK"`},
		method{name: "Watch"},
	)
	return newAPI(t, true, append([]protoreflect.FileDescriptor{f}, more...)...)
}

// listed has the responses of an operation as they are in a text: 200 404=NAME for a reference.
func listed(t *testing.T, text []byte, path, method string) string {
	t.Helper()
	d, err := outline.Read(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	responses, found := d.Lookup(d.Root(), "paths", path, method, "responses")
	if !found {
		return "none"
	}
	members, err := d.Members(responses)
	if err != nil {
		return err.Error()
	}
	var all []string
	for _, m := range members {
		part := m.Key
		if ref, found := d.Lookup(m.Value, "$ref"); found {
			name := d.String(ref)
			part += "=" + name[strings.LastIndexByte(name, '/')+1:]
		}
		all = append(all, part)
	}
	return strings.Join(all, " ")
}

const (
	after401 = "401=Error401 403=Error403 404=ERROR_CODE_NOT_EXIST 405=Error405 413=Error413 415=Error415 429=Error429 500=Error500"
	getAll   = "200 " + after401 + " default=ErrorDefault"
	// layersAlone is what an operation that is no method's has.
	layersAlone = "200 401=Error401 403=Error403 404=Error404 405=Error405 413=Error413 415=Error415 429=Error429 500=Error500 default=ErrorDefault"
)

// TestAddToFindsOperations by method and path, whatever parameters are called, or by operationId.
func TestAddToFindsOperations(t *testing.T) {
	const head = "openapi: 3.0.3\npaths:\n"
	get := func(path, id string) string {
		return head + "  /x:\n    get: {}\n  " + path + ":\n    get:\n      operationId: " + id + "\n      responses:\n        '200':\n          description: OK\n"
	}
	const note = "GET /x is no method of the image, and has the errors of the service's layers alone"
	for _, test := range []struct{ name, text, path, want, note string }{
		{"a path", get("/folders/{folder_id}", "x"), "/folders/{folder_id}", getAll, note},
		{"a parameter in camel case", get("/folders/{folderId}", "x"), "/folders/{folderId}", getAll, note},
		{"a pattern's parameter", get("/folders/{name_1}:open", "x"), "/folders/{name_1}:open", getAll, note},
		{"the id of protoc-gen-connect-openapi", get("/api/folders/{id}", "a.v1.Shop.GetFolder"), "/api/folders/{id}", getAll, note},
		{"the id of grpc-gateway", get("/v1/{name}", "Shop_GetFolder"), "/v1/{name}", getAll, note},
		{"the id of a second route", get("/v1/{name}:open", "Shop_GetFolder_1"), "/v1/{name}:open", getAll, note},
		{"an id in quotes", get("/v1/{name}", `"Shop_GetFolder" # that`), "/v1/{name}", getAll, note},
		{"a path before an id", get("/folders/{id}", "Shop_AddFolder"), "/folders/{id}", getAll, note},
		{"the id of a method without routes", get("/watch", "a.v1.Shop.Watch") + "  /folders/{id}:\n    get:\n", "/watch", layersAlone, "GET /watch is no method of the image, and has the errors of the service's layers alone"},
		{"another method", get("/folders", "x") + "  /folders/{id}:\n    get:\n", "/folders", layersAlone, "GET /folders is no method of the image, and has the errors of the service's layers alone"},
		{"a Connect call", get("/a.v1.Shop/GetFolder", "a.v1.Shop.GetFolder") + "  /folders/{id}:\n    get:\n", "/a.v1.Shop/GetFolder", "200", note},
		{"an extension beside", get("/folders/{id}", "x") + "    parameters:\n      - name: x\n    x-get:\n      a: b\n  x-paths:\n    get: 1\n", "/folders/{id}", getAll, note},
	} {
		got, notes, err := folders(t).AddTo([]byte(test.text))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if diff := cmp.Diff(test.want, listed(t, got, test.path, "get")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		if !strings.Contains(strings.Join(notes, "\n"), test.note) {
			t.Errorf("%s: notes = %q, want %q", test.name, notes, test.note)
		}
	}
}

// TestAddToDoesNotGuess which of two services of one name is meant.
func TestAddToDoesNotGuess(t *testing.T) {
	other := file(t, "b.v1", "", method{name: "GetFolder", routes: "get /other"})
	text := "openapi: 3.0.0\npaths:\n  /v1/x:\n    get:\n      operationId: Shop_GetFolder\n  /other:\n    get:\n      operationId: Shop_GetFolder\n"
	got, notes, err := folders(t, other).AddTo([]byte(text))
	want := []string{"GET /v1/x is no method of the image, and has the errors of the service's layers alone"}
	if diff := cmp.Diff(want, notes); err != nil || diff != "" {
		t.Errorf("notes (-want +got):\n%s%v", diff, err)
	}
	if got := listed(t, got, "/other", "get"); !strings.HasSuffix(got, "404=Error404 405=Error405 413=Error413 415=Error415 429=Error429 500=Error500 default=ErrorDefault") {
		t.Errorf("the other's operation has %s", got)
	}
}

const connectStyle = `openapi: 3.1.0
info:
  title: a.v1 # of the shop
paths:
  /folders/{folderId}:
    get:
      tags:
        - a.v1.Shop
      operationId: a.v1.Shop.GetFolder
      parameters:
        - name: folderId
          in: path
          required: true
      responses:
        "200":
          description: Success
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/a.v1.Folder'

  # What Connect's callers use.
  /a.v1.Shop/Watch:
    post:
      responses:
        default:
          description: Error
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/connect.error'
components:
  schemas:
    connect.error:
      type: object
      properties:
        code:
          type: string
        message:
          type: string
        details:
          type: array
    a.v1.Folder:
      type: object
      description: |-
        A folder:

          default: it is
security: []
`

const gatewayStyle = `{
  "openapi": "3.1.0",
  "paths": {
    "/folders": {
      "post": {
        "operationId": "Shop_AddFolder",
        "responses": {
          "default": {
            "description": "An unexpected error response.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/google.rpc.Status"}}}
          },
          "200": {"description": "A \u003csuccessful\u003e response."}
        }
      }
    }
  },
  "components": {
    "schemas": {
      "google.rpc.Status": {
        "type": "object",
        "properties": {"code": {"type": "integer"}, "message": {"type": "string"}, "details": {"type": "array"}}
      }
    }
  }
}
`

// TestAddToAddsToTheDocumentsOfGenerators: every line stays but those of a default response that a generator made.
func TestAddToAddsToTheDocumentsOfGenerators(t *testing.T) {
	api := folders(t)
	got, notes, err := api.AddTo([]byte(connectStyle))
	if err != nil || notes != nil {
		t.Fatalf("AddTo() = %v, %v", notes, err)
	}
	at := 0
	for line := range strings.Lines(connectStyle) {
		i := strings.Index(string(got[at:]), line)
		if i < 0 {
			t.Fatalf("the line %q is gone:\n%s", line, got)
		}
		at += i + len(line)
	}
	if rpc := listed(t, got, "/a.v1.Shop/Watch", "post"); rpc != "default" {
		t.Errorf("the Connect call has %s", rpc)
	}
	if !strings.Contains(string(got), "                $ref: '#/components/schemas/a.v1.Folder'\n        \"401\":\n          $ref: \"#/components/responses/Error401\"\n") {
		t.Errorf("the responses are not below the last one:\n%s", got)
	}

	got, notes, err = api.AddTo([]byte(gatewayStyle))
	if diff := cmp.Diff([]string{"POST /folders has no response 201, which is its method's success"}, notes); err != nil || diff != "" {
		t.Errorf("notes (-want +got):\n%s%v", diff, err)
	}
	want := "default=ErrorDefault 200 401=Error401 403=Error403 404=Error404 405=Error405 409=SHOP_ERROR_OUT_OF_STOCK 413=Error413 415=Error415 429=Error429 500=Error500"
	if diff := cmp.Diff(want, listed(t, got, "/folders", "post")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.Contains(string(got), `"A \u003csuccessful\u003e response."`) {
		t.Error("a text is spelt in another way")
	}
	checkReferences(t, parsed(t, got))
}

// TestAddToIsDoneOnce: a document that has the errors stays as it is.
func TestAddToIsDoneOnce(t *testing.T) {
	api := folders(t)
	for _, text := range []string{
		connectStyle, gatewayStyle, string(written(t, api)),
		"openapi: 3.0.0\npaths:\n  /folders:\n    post:\n      responses: {}\ncomponents: {}\n",
		`{"openapi":"3.0.0","paths":{"/folders":{"post":{}}}}`,
	} {
		once, _, err := api.AddTo([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		twice, notes, err := api.AddTo(once)
		if joined := strings.Join(notes, "\n"); strings.Contains(joined, "components.") {
			t.Errorf("the second time, components are not as they were written: %s", joined)
		}
		if diff := cmp.Diff(string(once), string(twice)); err != nil || diff != "" {
			t.Errorf("the second time (-once +twice):\n%s%v", diff, err)
		}
	}
	if again, _, err := api.AddTo(written(t, api)); err != nil || string(again) != string(written(t, api)) {
		t.Errorf("the document that Write writes is changed: %v", err)
	}
}

// TestAddToKeepsWhatIsThere: responses of an operation, a default one of its own, and components of the same names.
func TestAddToKeepsWhatIsThere(t *testing.T) {
	const path = "openapi: 3.0.0\npaths:\n  /folders/{id}:\n    get:\n      responses:\n        200:\n          description: OK\n"
	status := "\ncomponents:\n  schemas:\n    Status:\n      properties:\n        code:\n        message:\n        details:\n"
	for _, test := range []struct{ name, text, want, note string }{
		{"a response of a status", path + "        404:\n          description: mine\n",
			"200 404 401=Error401 403=Error403 405=Error405 413=Error413 415=Error415 429=Error429 500=Error500 default=ErrorDefault", ""},
		{"a default response", path + "        default:\n          description: mine\n", "200 default " + after401, "GET /folders/{id} keeps the default response that it has"},
		{"a default response by reference", path + "        default:\n          $ref: '#/components/responses/Mine'\n", "200 default=Mine " + after401, "keeps the default response"},
		{"responses in flow style", "openapi: 3.0.0\npaths: {'/folders/{id}': {get: {responses: {200: {description: mine}}}}}\n", getAll, ""},
		{"a default response in flow style", path + "        default: {description: mine}\n", "200 default " + after401, "keeps the default response"},
		{"a default response of another schema", path + "        default:\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Status'\n",
			"200 default " + after401, "keeps the default response"},
		{"a default response that is google.rpc.Status", path + "        default:\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Status'\n" + status,
			"200 default=ErrorDefault " + after401, ""},
		{"the default response that was added", path + "        default:\n          $ref: '#/components/responses/ErrorDefault'\n", "200 default=ErrorDefault " + after401, ""},
		{"every response", strings.Replace(path, "200:", "2XX:", 1), "2XX " + after401 + " default=ErrorDefault", ""},
		{"a success of another status", strings.Replace(path, "200:", "202:", 1), "202 " + after401 + " default=ErrorDefault", "GET /folders/{id} has no response 200"},
	} {
		got, notes, err := folders(t).AddTo([]byte(test.text))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if diff := cmp.Diff(test.want, listed(t, got, "/folders/{id}", "get")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		if joined := strings.Join(notes, "\n"); !strings.Contains(joined, test.note) || test.note == "" && joined != "" {
			t.Errorf("%s: notes = %q, want %q", test.name, notes, test.note)
		}
	}
}

// TestAddToKeepsComponents of the same names, adds those that are missing, and names those of another form.
func TestAddToKeepsComponents(t *testing.T) {
	const path = "openapi: 3.0.0\npaths:\n  /folders/{id}:\n    get:\n"
	for _, test := range []struct{ name, components, differ string }{
		{"none", "", ""},
		{"no value", "components:\n", ""},
		{"empty", "components: {}\n", ""},
		{"another kind", "components:\n  securitySchemes:\n    a:\n      type: http\n", ""},
		{"empty kinds", "components:\n  schemas: {}\n  responses:\n  headers: {} # none\n", ""},
		{"a schema", "components:\n  schemas:\n    ErrorEnvelope:\n      description: mine\n    Z: {}\n", "schemas.ErrorEnvelope"},
		{"a response", "components:\n  responses:\n    Error401: {description: mine}\n    ERROR_CODE_NOT_EXIST:\n      description: mine\n",
			"responses.ERROR_CODE_NOT_EXIST responses.Error401"},
		{"a header", "components:\n  headers:\n    X-Request-Id:\n      description: mine\n", "headers.X-Request-Id"},
		{"a header like ours", "components:\n  headers:\n    Allow:\n      schema: {\"type\":\"string\"}\n      description: The methods that the resource has.\n", ""},
		{"a header with another text", "components:\n  headers:\n    Allow:\n      schema: {type: string}\n      description: mine\n", "headers.Allow"},
		{"a schema that is a text", "components:\n  schemas:\n    ErrorDetails: mine\n", "schemas.ErrorDetails"},
	} {
		text := path + test.components
		got, notes, err := folders(t).AddTo([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		d, err := outline.Read(got)
		if err != nil {
			t.Fatal(err)
		}
		for _, component := range []string{
			"schemas ErrorEnvelope", "schemas ErrorWithDetails", "schemas ErrorDetails", "schemas ErrorFieldViolation", "responses Error401", "responses Error500",
			"responses ErrorDefault", "responses ERROR_CODE_NOT_EXIST", "responses SHOP_ERROR_BUSY", "headers X-Request-Id", "headers Retry-After",
		} {
			kind, name, _ := strings.Cut(component, " ")
			if _, found := d.Lookup(d.Root(), "components", kind, name); !found {
				t.Errorf("%s: no component %s:\n%s", test.name, component, got)
			}
		}
		var differ []string
		for _, note := range notes {
			if name, isComponent := strings.CutPrefix(note, "components."); isComponent {
				name, _, _ = strings.Cut(name, " ")
				differ = append(differ, name)
			}
		}
		if got := strings.Join(differ, " "); got != test.differ {
			t.Errorf("%s: notes on %q, want them on %q: %q", test.name, got, test.differ, notes)
		}
		if want := strings.Count(text, ": mine"); strings.Count(string(got), ": mine") != want {
			t.Errorf("%s: %d components are as they were, want %d:\n%s", test.name, strings.Count(string(got), "mine"), want, got)
		}
	}
}

// TestAddToAnOperationOfNobody adds the errors of the layers, unless it has a default response of its own. Nobody is told
// of it where the API has no operations.
func TestAddToAnOperationOfNobody(t *testing.T) {
	const note = "GET /x is no method of the image, and has the errors of the service's layers alone"
	for _, test := range []struct{ name, responses, want, note string }{
		{"none", "", strings.TrimPrefix(layersAlone, "200 "), note},
		{"empty", "      responses: {}\n", strings.TrimPrefix(layersAlone, "200 "), note},
		{"a success", "      responses:\n        200: {}\n", layersAlone, note},
		{"an error", "      responses:\n        200: {}\n        429: {}\n", "200 429 401=Error401 403=Error403 404=Error404 405=Error405 413=Error413 415=Error415 500=Error500 default=ErrorDefault", note},
		{"a default response", "      responses:\n        200: {}\n        default: {}\n", "200 default", "GET /x keeps the default response that it has"},
	} {
		text := []byte("openapi: 3.0.0\npaths:\n  /x:\n    get:\n      operationId: x\n" + test.responses)
		for _, known := range []bool{true, false} {
			api := newAPI(t, false, file(t, "b.v1", "", method{name: "Get"}))
			if known {
				api = folders(t)
			}
			got, notes, err := api.AddTo(text)
			if err != nil {
				t.Errorf("%s: %v", test.name, err)
				continue
			}
			if diff := cmp.Diff(test.want, listed(t, got, "/x", "get")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.name, diff)
			}
			want := []string{test.note}
			if !known && test.note == note {
				want = nil
			}
			if diff := cmp.Diff(want, notes); diff != "" {
				t.Errorf("%s: notes (-want +got):\n%s", test.name, diff)
			}
		}
	}
}

// TestAddToWritesTheVersionsNull: OpenAPI 3.0 marks what may be null, later ones have a type of it.
func TestAddToWritesTheVersionsNull(t *testing.T) {
	for version, want := range map[string]string{"3.0.0": "nullable", "3.0.4": "nullable", "3.1.0": "type", "3.1.1": "type", "3.2.0": "type"} {
		got, _, err := folders(t).AddTo([]byte(`{"openapi":"` + version + `","paths":{"/folders":{"post":{}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		d := parsed(t, got)
		details, _ := d.Components.Schemas["ErrorDetails"].(map[string]any)
		_, isList := details["type"].([]any)
		if (details["nullable"] == true) != (want == "nullable") || isList != (want == "type") {
			t.Errorf("%s: ErrorDetails = %v", version, details)
		}
		if got := shape(d, d.Components.Schemas["ErrorDetails"]); !strings.HasSuffix(got, "?") {
			t.Errorf("%s: ErrorDetails is %s, want it to take null", version, got)
		}
	}
}

// TestAddToRefuses says what is wrong with a document, and on which line.
func TestAddToRefuses(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "want JSON or YAML, have nothing"},
		{"no document", "a: b\n", `want a document of OpenAPI 3, have one without the key "openapi"`},
		{"a list", "- a\n", `line 1: want a key and a colon: "- a"`},
		{"Swagger", `{"swagger": "2.0", "paths": {}}`, "want OpenAPI 3, have Swagger 2.0: generate OpenAPI 3 (protoc-gen-openapiv3 of grpc-gateway), or convert the document (npx swagger2openapi)"},
		{"Swagger in YAML", "swagger: '2.0'\npaths: {}\n", "want OpenAPI 3, have Swagger 2.0: generate OpenAPI 3 (protoc-gen-openapiv3 of grpc-gateway), or convert the document (npx swagger2openapi)"},
		{"another version", "openapi: 4.0.0\npaths: {}\n", `want OpenAPI 3, have "4.0.0"`},
		{"no version", "openapi:\npaths: {}\n", `want OpenAPI 3, have ""`},
		{"no paths", "openapi: 3.0.0\n", "want REST operations under paths, find none"},
		{"no operations", "openapi: 3.0.0\npaths:\n  /x:\n    parameters: []\n", "want REST operations under paths, find none"},
		{"Connect's operations", "openapi: 3.0.0\npaths:\n  /a.v1.Shop/GetFolder:\n    post: {}\n", "want REST operations under paths, find none"},
		{"broken JSON", "{\n\"openapi\": 3.0.0}", "line 2: want JSON, since the text begins with {: invalid character '.' after object key:value pair"},
		{"paths that are a list", `{"openapi":"3.0.0","paths":[]}`, "line 1: want an object"},
		{"paths that are a text", "openapi: 3.0.0\npaths: x\n", `line 2: want a mapping, have "x"`},
		{"an alias", "openapi: 3.0.0\npaths:\n  /folders:\n    post: *p\n", `line 4: want a mapping, have "*p"`},
		{"responses with an anchor", "openapi: 3.0.0\npaths:\n  /folders:\n    post:\n      responses: &r\n        '200': {}\n", `line 5: want a mapping, have "&r"`},
		{"a merge key", "openapi: 3.0.0\npaths:\n  /folders:\n    post:\n      responses:\n        <<: *r\n", `line 6: want every key written out, have a merge key: "<<: *r"`},
		{"a path twice", "openapi: 3.0.0\npaths:\n  /folders:\n    post: {}\n  /folders:\n    get: {}\n", `line 5: want the key "/folders" once`},
		{"components that are a text", "openapi: 3.0.0\npaths:\n  /folders:\n    post: {}\ncomponents: x\n", `line 5: want a mapping, have "x"`},
		{"schemas that are a list", "openapi: 3.0.0\npaths:\n  /folders:\n    post: {}\ncomponents:\n  schemas:\n    - x\n", `line 7: want a key and a colon: "- x"`},
	} {
		got, _, err := folders(t).AddTo([]byte(test.text))
		if err == nil || err.Error() != test.want || got != nil {
			t.Errorf("%s: AddTo() = %q, %v, want %s", test.name, got, err, test.want)
		}
	}
}

// FuzzAddTo: no text makes it panic, and a document that has the errors stays as it is.
func FuzzAddTo(f *testing.F) {
	for _, text := range []string{
		connectStyle, gatewayStyle, "openapi: 3.0.0\npaths:\n  /folders:\n    post:\n      responses: {}\ncomponents: {}\n",
		`{"openapi":"3.0.0","paths":{"/folders":{"post":{}}}}`, "swagger: '2.0'", "openapi: 3.0.0\r\npaths:\r\n  /folders:\r\n    post:\r\n      responses:\r\n        default:\r\n",
	} {
		f.Add([]byte(text))
	}
	api := folders(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		once, _, err := api.AddTo(text)
		if err != nil {
			return
		}
		if twice, _, err := api.AddTo(once); err != nil || string(twice) != string(once) {
			t.Errorf("the second time %q becomes %q: %v", once, twice, err)
		}
	})
}
