// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package openapi_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOpenAPIPaths: templates become paths that OpenAPI takes, each binding is an operation, and no two
// have one id, whatever package they are of.
func TestOpenAPIPaths(t *testing.T) {
	out := written(t, newAPI(t, false,
		file(t, "a.v1", "", method{name: "Get", routes: "get /v1/{name=shelves/*}:open get /v1/{name=shelves/*/books/**} get /v1/{shelf.id}/all"}),
		file(t, "a.v2", "", method{name: "Get", routes: "get /v2/{shelf}"}),
	))
	var document struct {
		Paths map[string]map[string]struct {
			ID         string `json:"operationId"`
			Parameters []struct{ Name string }
		}
	}
	if err := json.Unmarshal(out, &document); err != nil {
		t.Fatal(err)
	}
	got := make(map[string][]string)
	for path, operations := range document.Paths {
		got[path] = []string{operations["get"].ID}
		for _, parameter := range operations["get"].Parameters {
			got[path] = append(got[path], parameter.Name)
		}
	}
	want := map[string][]string{
		"/v1/shelves/{name}:open":           {"a.v1.Shop.Get", "name"},
		"/v1/shelves/{name}/books/{name_2}": {"a.v1.Shop.Get.2", "name", "name_2"},
		"/v1/{shelf.id}/all":                {"a.v1.Shop.Get.3", "shelf.id"},
		"/v2/{shelf}":                       {"a.v2.Shop.Get", "shelf"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}

// TestPathsDifferInMoreThanNames: OpenAPI forbids two paths of one hierarchy. The names are those of the first one, in
// each operation.
func TestPathsDifferInMoreThanNames(t *testing.T) {
	out := written(t, newAPI(t, false, file(t, "a.v1", "",
		method{name: "Get", routes: "get /v1/{name=shelves/*}"},
		method{name: "Update", routes: "patch /v1/{shelf.name=shelves/*}"},
		method{name: "Delete", routes: "delete /v1/shelves/{id}"},
		method{name: "GetAgain", routes: "get /v1/shelves/{id}"},
		method{name: "Open", routes: "post /v1/{name=shelves/*}:open"},
	)))
	var document struct {
		Paths map[string]map[string]struct {
			ID         string `json:"operationId"`
			Parameters []struct{ Name string }
		}
	}
	if err := json.Unmarshal(out, &document); err != nil {
		t.Fatal(err)
	}
	got := make(map[string][]string)
	for path, operations := range document.Paths {
		for method, o := range operations {
			got[method+" "+path] = []string{o.ID}
			for _, parameter := range o.Parameters {
				got[method+" "+path] = append(got[method+" "+path], parameter.Name)
			}
		}
	}
	want := map[string][]string{
		"get /v1/shelves/{name}":       {"a.v1.Shop.Get", "name"},
		"patch /v1/shelves/{name}":     {"a.v1.Shop.Update", "name"},
		"delete /v1/shelves/{name}":    {"a.v1.Shop.Delete", "name"},
		"post /v1/shelves/{name}:open": {"a.v1.Shop.Open", "name"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}
