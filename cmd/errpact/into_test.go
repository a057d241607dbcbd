// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// routed is shop, whose method has the route POST /buy. The annotation is written by hand, since the module has no
// code for it.
func routed(t *testing.T) string {
	t.Helper()
	image := descriptorSet(t, shop)
	edit(t, image, func(file *descriptorpb.FileDescriptorProto) {
		rule := protowire.AppendString(protowire.AppendTag(nil, 4, protowire.BytesType), "/buy")
		options := file.GetService()[0].GetMethod()[0].GetOptions().ProtoReflect()
		options.SetUnknown(append(options.GetUnknown(), protowire.AppendBytes(protowire.AppendTag(nil, 72295728, protowire.BytesType), rule)...))
	})
	return image
}

// edit changes the last file of an image.
func edit(t *testing.T, image string, change func(*descriptorpb.FileDescriptorProto)) {
	t.Helper()
	raw, err := os.ReadFile(image)
	if err != nil {
		t.Fatal(err)
	}
	set := new(descriptorpb.FileDescriptorSet)
	if err := proto.Unmarshal(raw, set); err != nil {
		t.Fatal(err)
	}
	change(set.GetFile()[len(set.GetFile())-1])
	if raw, err = proto.Marshal(set); err == nil {
		err = os.WriteFile(image, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestDocsLeaveOutImportedServices, where the image is buf's and says which files are imports. Catalogues of imports
// stay.
func TestDocsLeaveOutImportedServices(t *testing.T) {
	for _, test := range []struct {
		name      string
		extension []byte
		has       bool
	}{
		{"protoc's", nil, true},
		{"buf's", []byte{8, 0}, true},
		{"buf's import", []byte{8, 1, 16, 0}, false},
		{"broken", []byte{8}, true},
	} {
		image := routed(t)
		edit(t, image, func(file *descriptorpb.FileDescriptorProto) {
			if test.extension != nil {
				file.ProtoReflect().SetUnknown(protowire.AppendBytes(protowire.AppendTag(nil, 8042, protowire.BytesType), test.extension))
			}
		})
		got := call(t, "", "docs", "-format", "openapi", image)
		if has := strings.Contains(got.out, `"/buy": {`); got.exit != exitOK || has != test.has || !strings.Contains(got.out, `"SHOP_ERROR_NO_CARD"`) {
			t.Errorf("%s: has the operation %t, want %t: %+v", test.name, has, test.has, got)
		}
	}
}

// TestDocsInto changes the document in place and prints nothing of it; what it cannot read stays as it is.
func TestDocsInto(t *testing.T) {
	const head = "openapi: 3.0.3 # ours\npaths:\n  /buy:\n    post:\n      responses:\n        '201':\n          description: Bought\n"
	const conflict = "        \"409\":\n          description: Conflict\n"
	for _, test := range []struct {
		name, text string
		exit       int
		// parts are in the file afterwards, and err is what is printed to stderr.
		parts []string
		err   string
	}{
		{"YAML", head, exitOK, []string{head + "        \"401\":\n          $ref: \"#/components/responses/Error401\"\n", conflict, "    SHOP_ERROR_OUT_OF_STOCK.LAST_ONE:\n"}, ""},
		{"JSON", `{"openapi":"3.1.0","paths":{"/buy":{"post":{"responses":{"201":{"description":"Bought"}}}}}}`, exitOK,
			[]string{`{"responses":{"201":{"description":"Bought"},"401":{"$ref":`, `"default":{"$ref":"#/components/responses/ErrorDefault"}`}, ""},
		{"another operation", head + "  /health:\n    get: {}\n", exitOK, []string{conflict, "  /health:\n    get:\n      responses:\n        \"401\":\n"},
			"GET /health is no method of the image, and has the errors of the service's layers alone"},
		{"Swagger", `{"swagger":"2.0"}`, exitProblem, []string{`{"swagger":"2.0"}`}, "want OpenAPI 3, have Swagger 2.0"},
		{"no operations", "openapi: 3.0.0\npaths: {}\n", exitProblem, []string{"openapi: 3.0.0\npaths: {}\n"}, "find none"},
	} {
		name := filepath.Join(t.TempDir(), "api.yaml")
		if err := os.WriteFile(name, []byte(test.text), 0o640); err != nil {
			t.Fatal(err)
		}
		image := routed(t)
		got := call(t, "", "docs", "-format", "openapi", "-into", name, image)
		if got.exit != test.exit || got.out != "" || !strings.Contains(got.err, test.err) || test.err == "" && got.err != "" {
			t.Errorf("%s: docs = %+v, want exit %d, stderr with %q", test.name, got, test.exit, test.err)
		}
		if got.err != "" && !strings.Contains(got.err, name) {
			t.Errorf("%s: stderr = %q, want it to name the document", test.name, got.err)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range test.parts {
			if !strings.Contains(string(text), part) {
				t.Errorf("%s: the document lacks %q:\n%s", test.name, part, text)
			}
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o640 {
			t.Errorf("%s: the document's mode is %v, %v", test.name, info.Mode(), err)
		}
		if test.exit == exitOK {
			call(t, "", "docs", "-format", "openapi", "-into", name, image)
			if again, err := os.ReadFile(name); err != nil || string(again) != string(text) {
				t.Errorf("%s: the second call changes the document: %v", test.name, err)
			}
		}
	}
}

// TestDocsIntoWithoutAnImage adds the errors of the layers to every operation.
func TestDocsIntoWithoutAnImage(t *testing.T) {
	name := filepath.Join(t.TempDir(), "api.json")
	if err := os.WriteFile(name, []byte(`{"openapi":"3.0.3","paths":{"/a":{"get":{}}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	got := call(t, "", "docs", "-format", "openapi", "-only-declared", "-into", name)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != (output{}) || !strings.Contains(string(text), `"default":{"$ref":"#/components/responses/ErrorDefault"}`) || strings.Contains(string(text), `"ERROR_CODE_DATABASE"`) {
		t.Errorf("docs = %+v, the document is %s", got, text)
	}
}

// TestDocsIntoReplacesTheFileWhole: a hard link to the old text keeps it, so that nobody reads a part of the new one.
func TestDocsIntoReplacesTheFileWhole(t *testing.T) {
	const before = "openapi: 3.0.3\npaths:\n  /buy:\n    post:\n      responses:\n        '201':\n          description: Bought\n"
	image, folder := routed(t), t.TempDir()
	target, link, old := filepath.Join(folder, "api.yaml"), filepath.Join(folder, "link.yaml"), filepath.Join(folder, "old.yaml")
	err := os.WriteFile(target, []byte(before), 0o640)
	if err == nil {
		err = errors.Join(os.Symlink("api.yaml", link), os.Link(target, old))
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := call(t, "", "docs", "-format", "openapi", "-into", link, image); got.exit != exitOK {
		t.Fatalf("docs -into = %+v", got)
	}
	for name, changed := range map[string]bool{target: true, old: false} {
		text, err := os.ReadFile(name)
		if err != nil || (string(text) != before) != changed {
			t.Errorf("%s is\n%s(%v)\nwant it changed: %v", name, text, err, changed)
		}
	}
	info, err := os.Lstat(link)
	if err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is %v (%v), want it to stay one", info, err)
	}
	if info, err = os.Stat(target); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the file is %v (%v), want mode 0640", info, err)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 3 {
		t.Errorf("the folder has %v (%v), want nothing left over", files, err)
	}
}
