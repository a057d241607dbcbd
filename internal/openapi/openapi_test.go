// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package openapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/openapi"
	"github.com/errpact/errpact/internal/page"
)

// shopValues are entries with all that an entry may have.
const shopValues = `
value { name: "SHOP_ERROR_OUT_OF_STOCK" number: 1001 options { [errpact.v1.entry] {
	connect_code: CONNECT_CODE_FAILED_PRECONDITION http_status: 409 message: "only {left} of {sku} left" fallback_message: "Out of stock"
	params { name: "left" type: "int64" } params { name: "sku" } reasons { name: "LAST_ONE" message: "The last one is gone" } } } }
value { name: "SHOP_ERROR_NO_CARD" number: 1002 options { [errpact.v1.entry] {
	connect_code: CONNECT_CODE_FAILED_PRECONDITION http_status: 409 message: "No card"
	details_example: '{"cards":[{"id":"c-1","valid":true}],"limit":3,"note":null}' } } }
value { name: "SHOP_ERROR_BUSY" number: 1003 options { [errpact.v1.entry] {
	connect_code: CONNECT_CODE_UNAVAILABLE http_status: 503 message: "Busy" retry_delay { seconds: 2 } } } }
value { name: "SHOP_ERROR_UNSOLD" number: 1004 options { [errpact.v1.entry] {
	connect_code: CONNECT_CODE_INVALID_ARGUMENT http_status: 422 message: "Not sold" details_example: '["A-7","B-1"]' } } }
value { name: "SHOP_ERROR_CLOSED" number: 1005 options { [errpact.v1.entry] {
	connect_code: CONNECT_CODE_PERMISSION_DENIED http_status: 403 message: "Closed" } } }
`

// document has the parts of a document that the tests read.
type document struct {
	Paths      map[string]map[string]operation
	Components struct {
		Schemas   map[string]any
		Responses map[string]response
		Headers   map[string]any
	}
}

type operation struct {
	ID        string `json:"operationId"`
	Responses map[string]response
}

type response struct {
	Ref         string `json:"$ref"`
	Description string
	Headers     map[string]struct {
		Ref string `json:"$ref"`
	}
	Content map[string]struct {
		Schema   any
		Example  json.RawMessage
		Examples map[string]struct{ Value json.RawMessage }
	}
}

func parsed(t *testing.T, text []byte) document {
	t.Helper()
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// summary has the responses of an operation in order: 404=NAME for a reference, 409=A+B for one of several errors,
// and the status alone otherwise.
func (o operation) summary() string {
	var parts []string
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		r := o.Responses[status]
		names := slices.Sorted(maps.Keys(r.Content["application/json"].Examples))
		part := status
		if r.Ref != "" {
			part += "=" + r.Ref[strings.LastIndexByte(r.Ref, '/')+1:]
		} else if len(names) > 0 {
			part += "=" + strings.Join(names, "+")
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

// without is every layer's response of an operation that declares errors of some of their statuses, in place of
// which it has those.
func without(declared map[string]string) string {
	all := map[string]string{"default": "ErrorDefault"}
	for _, status := range []string{"401", "403", "404", "405", "413", "415", "429", "500"} {
		all[status] = "Error" + status
	}
	maps.Copy(all, declared)
	var parts []string
	for _, status := range slices.Sorted(maps.Keys(all)) {
		part := status
		if all[status] != "" {
			part += "=" + all[status]
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

// TestEveryOperationHasADefaultResponse, those that its layers give, and what it declares.
func TestEveryOperationHasADefaultResponse(t *testing.T) {
	for _, test := range []struct {
		name     string
		rest     string
		declared map[string]string
	}{
		{"no option", "", map[string]string{"200": ""}},
		{"nothing declared", "success_status: 204", map[string]string{"204": ""}},
		{"an entry", `errors: "SHOP_ERROR_OUT_OF_STOCK"`, map[string]string{"200": "", "409": "SHOP_ERROR_OUT_OF_STOCK"}},
		{"a reason", `errors: "SHOP_ERROR_OUT_OF_STOCK/LAST_ONE"`, map[string]string{"200": "", "409": "SHOP_ERROR_OUT_OF_STOCK.LAST_ONE"}},
		{"two of a status", `success_status: 201 errors: "SHOP_ERROR_NO_CARD" errors: "SHOP_ERROR_OUT_OF_STOCK"`,
			map[string]string{"201": "", "409": "SHOP_ERROR_NO_CARD+SHOP_ERROR_OUT_OF_STOCK"}},
		{"one twice", `errors: "SHOP_ERROR_BUSY" errors: "a.v1.SHOP_ERROR_BUSY"`, map[string]string{"200": "", "503": "SHOP_ERROR_BUSY"}},
		{"a built-in one that a layer gives", `errors: "ERROR_CODE_NOT_EXIST"`, map[string]string{"200": "", "404": "ERROR_CODE_NOT_EXIST"}},
		{"one beside a layer's", `errors: "SHOP_ERROR_CLOSED"`, map[string]string{"200": "", "403": "ERROR_CODE_AUTH_FORBIDDEN+SHOP_ERROR_CLOSED"}},
		{"one beside two of a layer's", `errors: "ERROR_CODE_AUTH_EXPIRED"`,
			map[string]string{"200": "", "401": "ERROR_CODE_AUTH_EXPIRED+ERROR_CODE_AUTH_INVALID+ERROR_CODE_AUTH_NOT_PROVIDED"}},
		{"own and built-in ones", `errors: "SHOP_ERROR_UNSOLD" errors: "ERROR_CODE_DATABASE"`,
			map[string]string{"200": "", "422": "SHOP_ERROR_UNSOLD", "500": "ERROR_CODE_DATABASE+ERROR_CODE_UNKNOWN",
				"503": "ERROR_CODE_DATABASE.TEMPORARILY_UNAVAILABLE"}},
		{"an entry and its reason of another status", `errors: "ERROR_CODE_DATABASE/TEMPORARILY_UNAVAILABLE" errors: "ERROR_CODE_DATABASE"`,
			map[string]string{"200": "", "500": "ERROR_CODE_DATABASE+ERROR_CODE_UNKNOWN", "503": "ERROR_CODE_DATABASE.TEMPORARILY_UNAVAILABLE"}},
		{"one of a status that no layer gives", `errors: "ERROR_CODE_INVALID_VALUE/NO_MEDIA"`, map[string]string{"200": "", "400": "ERROR_CODE_INVALID_VALUE.NO_MEDIA"}},
	} {
		for _, stream := range []bool{false, true} {
			f := file(t, "a.v1", shopValues, method{"Get", "get /a post /b", test.rest, stream}, method{name: "Unrouted", rest: test.rest})
			for _, onlyDeclared := range []bool{false, true} {
				d := parsed(t, written(t, newAPI(t, onlyDeclared, f)))
				for _, got := range []operation{d.Paths["/a"]["get"], d.Paths["/b"]["post"]} {
					if diff := cmp.Diff(without(test.declared), got.summary()); diff != "" {
						t.Errorf("%s, -only-declared=%t (-want +got):\n%s", test.name, onlyDeclared, diff)
					}
				}
				if len(d.Paths) != 2 {
					t.Errorf("%s: %d paths, want those of the method with routes", test.name, len(d.Paths))
				}
				checkReferences(t, d)
			}
		}
	}
}

// checkReferences wants a component for every reference to one.
func checkReferences(t *testing.T, d document) {
	t.Helper()
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(string(text), `"#/components/`) {
		ref, _, _ := strings.Cut(part, `"`)
		kind, name, isRef := strings.Cut(ref, "/")
		if !isRef || strings.HasPrefix(part, "{") {
			continue
		}
		known := d.Components.Schemas[name] != nil && kind == "schemas" || d.Components.Headers[name] != nil && kind == "headers"
		if _, isResponse := d.Components.Responses[name]; !known && (kind != "responses" || !isResponse) {
			t.Errorf("there is no component %s", ref)
		}
	}
}

// shape writes a schema in short: {a:text b:[number]}, any for one without a type, and a question mark behind what
// may be null.
func shape(d document, s any) string {
	object, _ := s.(map[string]any)
	if ref, ok := object["$ref"].(string); ok {
		return shape(d, d.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")])
	}
	kind, null := object["type"], ""
	if types, ok := kind.([]any); ok {
		kind, null = types[0], "?"
	}
	if object["nullable"] == true {
		null = "?"
	}
	switch kind {
	case nil:
		return "any" + null
	case "object":
		var parts []string
		properties, _ := object["properties"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(properties)) {
			parts = append(parts, name+":"+shape(d, properties[name]))
		}
		if more := object["additionalProperties"]; more != nil {
			parts = append(parts, "*:"+shape(d, more))
		}
		return "{" + strings.Join(parts, " ") + "}" + null
	case "array":
		return "[" + shape(d, object["items"]) + "]" + null
	}
	return fmt.Sprint(kind) + null
}

const (
	violations = "field_violations:[{description:string field:string reason:string}]"
	ownForm    = "{" + violations + " metadata:{%s*:string} reason:string request_id:string resolution:string retry_delay:string retryable:boolean}?"
)

// TestDetailsHaveTypes where an entry has an example of them, or params, and nowhere else.
func TestDetailsHaveTypes(t *testing.T) {
	f := file(t, "a.v1", shopValues,
		method{name: "Same", routes: "get /same", rest: `errors: "SHOP_ERROR_OUT_OF_STOCK" errors: "SHOP_ERROR_OUT_OF_STOCK/LAST_ONE"`},
		method{name: "Other", routes: "get /other", rest: `errors: "SHOP_ERROR_OUT_OF_STOCK" errors: "SHOP_ERROR_NO_CARD"`},
		method{name: "Violations", routes: "get /violations", rest: `errors: "ERROR_CODE_INVALID_TYPE" errors: "ERROR_CODE_INVALID_VALUE"`},
	)
	d := parsed(t, written(t, newAPI(t, false, f)))
	named := func(names ...string) string {
		metadata := ""
		for _, name := range names {
			metadata += name + ":string "
		}
		return fmt.Sprintf(ownForm, metadata)
	}
	responses := maps.Clone(d.Components.Responses)
	responses["same"] = d.Paths["/same"]["get"].Responses["409"]
	responses["other"] = d.Paths["/other"]["get"].Responses["409"]
	responses["violations"] = d.Paths["/violations"]["get"].Responses["400"]
	for name, want := range map[string]string{
		"ErrorDefault":                          "any?",
		"Error401":                              "any?",
		"Error500":                              "any?",
		"ERROR_CODE_AUTH_FORBIDDEN":             "any?",
		"SHOP_ERROR_CLOSED":                     "any?",
		"SHOP_ERROR_OUT_OF_STOCK":               named("left", "sku"),
		"SHOP_ERROR_OUT_OF_STOCK.LAST_ONE":      named(),
		"SHOP_ERROR_NO_CARD":                    "{cards:[{id:string valid:boolean}?]? limit:number note:any?}?",
		"SHOP_ERROR_BUSY":                       named(),
		"SHOP_ERROR_UNSOLD":                     "[string]?",
		"ERROR_CODE_NOT_EXIST":                  named("folderId"),
		"ERROR_CODE_INVALID_VALUE":              named(),
		"ERROR_CODE_EXTERNAL_SERVICE.BROKEN":    named(),
		"ERROR_CODE_CONTAINER_NOT_PROVIDED":     "any?",
		"same":                                  named("left", "sku"),
		"other":                                 "any?",
		"violations":                            named(),
		"ERROR_CODE_INVALID_VALUE.NO_MEDIA":     named(),
		"ERROR_CODE_DATABASE":                   "any?",
		"ERROR_CODE_CONTAINER_UNPACKING_FAILED": named("file"),
	} {
		got := shape(d, responses[name].Content["application/json"].Schema)
		if want := "{details:" + want + " error_code:integer error_message:string}"; got != want {
			t.Errorf("%s has the schema\n%s, want\n%s", name, got, want)
		}
	}
}

// TestHeadersAreThoseOfTheAnswer: every error has X-Request-Id; one that may be tried again, any other error, and 429
// have Retry-After.
func TestHeadersAreThoseOfTheAnswer(t *testing.T) {
	d := parsed(t, written(t, newAPI(t, false, file(t, "a.v1", shopValues,
		method{name: "Get", routes: "get /a", rest: `errors: "SHOP_ERROR_BUSY" errors: "ERROR_CODE_DATABASE/TEMPORARILY_UNAVAILABLE"`}))))
	responses := maps.Clone(d.Components.Responses)
	responses["busy"] = d.Paths["/a"]["get"].Responses["503"]
	for name, more := range map[string]string{
		"Error401": "WWW-Authenticate ", "Error403": "", "Error404": "", "Error405": "Allow ", "Error413": "", "Error415": "", "Error429": "Retry-After ",
		"Error500": "", "ErrorDefault": "Retry-After ", "SHOP_ERROR_BUSY": "Retry-After ", "busy": "Retry-After ", "ERROR_CODE_AUTH_EXPIRED": "WWW-Authenticate ",
		"ERROR_CODE_DATABASE": "", "ERROR_CODE_DATABASE.TEMPORARILY_UNAVAILABLE": "Retry-After ",
		"ERROR_CODE_NOT_ALLOWED": "Allow ", "ERROR_CODE_NOT_EXIST": "", "ERROR_CODE_EXTERNAL_SERVICE": "Retry-After ",
	} {
		got := slices.Sorted(maps.Keys(responses[name].Headers))
		if want := strings.Fields(more + "X-Request-Id"); !slices.Equal(got, want) {
			t.Errorf("%s has the headers %v, want %v", name, got, want)
		}
		for header, reference := range responses[name].Headers {
			if reference.Ref != "#/components/headers/"+header {
				t.Errorf("%s of %s = %+v, want a reference", header, name, reference)
			}
		}
	}
	id, _ := d.Components.Headers["X-Request-Id"].(map[string]any)
	if description, _ := id["description"].(string); id["required"] != true || !strings.Contains(description, "Every error answer has this header, and no success.") {
		t.Errorf("X-Request-Id = %v", id)
	}
	if success := d.Paths["/a"]["get"].Responses["200"]; len(success.Headers) > 0 {
		t.Errorf("a success has the headers %v", success.Headers)
	}
}

// TestLayersAnswerFromThePrimaryCatalogue: where a catalogue takes the built-in one's place, the layers' errors are
// its own.
func TestLayersAnswerFromThePrimaryCatalogue(t *testing.T) {
	const primary = `
value { name: "SHOP_ERROR_LOST" number: 1 options { [errpact.v1.entry] { connect_code: CONNECT_CODE_INTERNAL http_status: 500 message: "Lost"
	role: ROLE_UNMAPPED http_fallback_for { class: 5 } reasons { name: "GONE" role: ROLE_UPSTREAM_UNREACHABLE }
	reasons { name: "LATE" role: ROLE_UPSTREAM_TIMED_OUT } reasons { name: "REFUSED" role: ROLE_UPSTREAM_REJECTED } } } }
value { name: "SHOP_ERROR_WHO" number: 2 options { [errpact.v1.entry] { connect_code: CONNECT_CODE_UNAUTHENTICATED http_status: 401 message: "Who?"
	http_fallback_for { status: 401 } } } }`
	for _, test := range []struct {
		values string
		want   map[string]string
	}{
		{"", map[string]string{
			"Error401": "ERROR_CODE_AUTH_INVALID 7, ERROR_CODE_AUTH_NOT_PROVIDED 6", "Error403": "9", "Error404": "10", "Error405": "1", "Error413": "3",
			"Error415": "3", "Error429": "0", "Error500": "0",
		}},
		{shopValues, map[string]string{"Error401": "ERROR_CODE_AUTH_INVALID 7, ERROR_CODE_AUTH_NOT_PROVIDED 6", "Error404": "10", "Error500": "0"}},
		{primary, map[string]string{"Error401": "2", "Error403": "1", "Error404": "1", "Error429": "1", "Error500": "1"}},
	} {
		d := parsed(t, written(t, newAPI(t, true, file(t, "a.v1", test.values, method{name: "Get", routes: "get /a"}))))
		for name, want := range test.want {
			content := d.Components.Responses[name].Content["application/json"]
			got := number(t, content.Example)
			for _, anchor := range slices.Sorted(maps.Keys(content.Examples)) {
				got += ", " + anchor + " " + number(t, content.Examples[anchor].Value)
			}
			if got = strings.TrimPrefix(got, ", "); got != want {
				t.Errorf("%s answers %s, want %s", name, got, want)
			}
		}
	}
}

func number(t *testing.T, example json.RawMessage) string {
	t.Helper()
	if example == nil {
		return ""
	}
	var envelope struct {
		Code int `json:"error_code"`
	}
	if err := json.Unmarshal(example, &envelope); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(envelope.Code)
}

// TestNewNamesWhatIsNoEntry and the method that has it.
func TestNewNamesWhatIsNoEntry(t *testing.T) {
	f := file(t, "a.v1", shopValues, method{name: "Get", routes: "get /a", rest: `errors: "SHOP_ERROR_GONE"`})
	p, err := page.New("Shop", f.Enums().Get(0))
	if err != nil {
		t.Fatal(err)
	}
	_, err = openapi.New(p, []protoreflect.MethodDescriptor{f.Services().Get(0).Methods().Get(0)})
	if err == nil || !strings.Contains(err.Error(), `a.v1.Shop.Get`) || !strings.Contains(err.Error(), `"SHOP_ERROR_GONE"`) {
		t.Errorf("New() = %v, want it to name the method and the error", err)
	}
}
