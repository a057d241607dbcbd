// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package page_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/internal/openapi"
	"github.com/errpact/errpact/internal/page"
)

// login is a catalogue LoginError in that package, with entries of the given values.
func login(t *testing.T, pkg string, values ...string) protoreflect.EnumDescriptor {
	t.Helper()
	var b strings.Builder
	b.WriteString(`name: "` + pkg + `.proto" package: "` + pkg + `" dependency: "errpact/v1/options.proto"
		enum_type { name: "LoginError" options { [errpact.v1.catalogue] { domain: "acme.example" } }`)
	for i, value := range values {
		b.WriteString(` value { name: "` + value + `" number: ` + string(rune('1'+i)) + ` options { [errpact.v1.entry] {
			connect_code: CONNECT_CODE_INTERNAL http_status: 500 message: "M" reasons { name: "FOR_GOOD" } } } }`)
	}
	b.WriteString("}")
	file := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(b.String()), file); err != nil {
		t.Fatal(err)
	}
	linked, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return linked.Enums().Get(0)
}

// TestAnchorsAreTheEntrysAlone: on the page, in JSON and in OpenAPI an entry keeps its anchor and its name,
// whatever stands beside it.
func TestAnchorsAreTheEntrysAlone(t *testing.T) {
	for _, neighbour := range []string{
		"", "LOGIN_ERROR_2FA_REQUIRED", "TOKEN_LOST", "LOGIN_ERROR_", "LOGIN_ERROR", "login_error_lost", "_9", "LOCKED", "LOGIN_ERROR_A",
		"LOGIN_ERROR_LOCKED_", "LOGIN_ERROR__GONE",
	} {
		values := []string{"LOGIN_ERROR_LOCKED"}
		if neighbour != "" {
			values = append(values, neighbour)
		}
		p, err := page.New("Login", login(t, "acme.v1", values...), errpactv1.ErrorCode(0).Descriptor())
		if err != nil {
			t.Fatal(err)
		}
		e := p.Catalogues[0].Entries[0]
		if e.Anchor != "LOGIN_ERROR_LOCKED" || e.Short != "LOCKED" || e.Reasons[0].Anchor != "LOGIN_ERROR_LOCKED.FOR_GOOD" {
			t.Errorf("beside %q: anchor, name, reason's anchor = %q, %q, %q", neighbour, e.Anchor, e.Short, e.Reasons[0].Anchor)
		}
		var html, openAPI bytes.Buffer
		if err := p.HTML(&html); err != nil {
			t.Fatal(err)
		}
		api, err := openapi.New(p, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := api.Write(&openAPI); err != nil {
			t.Fatal(err)
		}
		var document struct {
			Components struct{ Responses map[string]any }
		}
		if err := json.Unmarshal(openAPI.Bytes(), &document); err != nil {
			t.Fatal(err)
		}
		for _, anchor := range []string{"LOGIN_ERROR_LOCKED", "LOGIN_ERROR_LOCKED.FOR_GOOD"} {
			if document.Components.Responses[anchor] == nil || !strings.Contains(html.String(), `id="`+anchor+`"`) {
				t.Errorf("beside %q: no response or no element %s", neighbour, anchor)
			}
		}
	}
}

// TestTwoEntriesOfOneAnchor: one would hide the other, so there is no page of both.
func TestTwoEntriesOfOneAnchor(t *testing.T) {
	one, two := login(t, "acme.v1", "LOGIN_ERROR_LOCKED", "LOGIN_ERROR_LOST"), login(t, "acme.v2", "LOGIN_ERROR_LOCKED", "LOGIN_ERROR_LOST")
	_, err := page.New("Login", one, two)
	want := "page: acme.v2.LoginError: want the anchor LOGIN_ERROR_LOCKED once, have it in acme.v1.LoginError too: render each on a page of its own (buf build --path), or begin the names of its values with a word of its own"
	if err == nil || err.Error() != want {
		t.Errorf("New() = %v, want %s", err, want)
	}
	for _, enums := range [][]protoreflect.EnumDescriptor{{one}, {two}, {one, one}, {login(t, "acme.v3", "LOGIN_ERROR_OTHER"), one}} {
		if _, err := page.New("Login", enums...); err != nil {
			t.Errorf("New(%v) = %v", enums[0].FullName(), err)
		}
	}
}
