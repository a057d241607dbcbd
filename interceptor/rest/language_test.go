// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// shelves is a primary catalogue with translations: its one entry plays every part.
func shelves(t testing.TB) *mapping.Catalogue {
	t.Helper()
	enum := &descriptorpb.EnumDescriptorProto{Name: proto.String("Shelf"), Options: new(descriptorpb.EnumOptions)}
	proto.SetExtension(enum.Options, errpactv1.E_Catalogue, &errpactv1.Catalogue{Domain: "shelf.acme.example"})
	for number, role := range []errpactv1.Role{
		errpactv1.Role_ROLE_UNMAPPED, errpactv1.Role_ROLE_UPSTREAM_UNREACHABLE, errpactv1.Role_ROLE_UPSTREAM_TIMED_OUT, errpactv1.Role_ROLE_UPSTREAM_REJECTED,
	} {
		entry := &errpactv1.Entry{
			ConnectCode: errpactv1.ConnectCode_CONNECT_CODE_INTERNAL, HttpStatus: 500, Message: "Broken", Role: role,
			Messages: map[string]string{"de": "Kaputt", "pt-BR": "Não funciona"}, Description: "Of a test.",
		}
		if role == errpactv1.Role_ROLE_UNMAPPED {
			entry.FallbackFor = []*errpactv1.FallbackFor{{ConnectCode: errpactv1.ConnectCode_CONNECT_CODE_UNKNOWN}}
		}
		value := &descriptorpb.EnumValueDescriptorProto{
			Name: proto.String(fmt.Sprintf("SHELF_N%d", number)), Number: proto.Int32(int32(number)), Options: new(descriptorpb.EnumValueOptions),
		}
		proto.SetExtension(value.Options, errpactv1.E_Entry, entry)
		enum.Value = append(enum.Value, value)
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("shelf.proto"), Package: proto.String("acme.shelf.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"errpact/v1/options.proto"}, EnumType: []*descriptorpb.EnumDescriptorProto{enum},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	c, err := mapping.NewCatalogue(file.Enums().Get(0))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestLanguages is error_message in the caller's language, whoever answered.
func TestLanguages(t *testing.T) {
	c := shelves(t)
	broken := c.Code(1)
	policy := newPolicy(t, nil, mapping.WithCatalogues(c))
	mux := http.NewServeMux()
	for path, err := range map[string]error{
		"/broken": broken, "/own": broken.New("Shelf 7 is empty"), "/untranslated": errpactv1err.NotExist,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Vary", "Origin")
			w.Header().Set("Content-Language", "la")
			rest.Error(w, r, err)
		})
	}
	mux.HandleFunc("/text", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, canary, http.StatusInternalServerError) })
	mux.HandleFunc("/panic", func(http.ResponseWriter, *http.Request) { panic(canary) })
	mux.HandleFunc("/changed", func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Accept-Language", "pt") // as a transcoder may
		rest.Error(w, r, broken)
	})
	mux.HandleFunc("/teapot", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	const plain, language = "Accept", "Accept, Accept-Language"
	serveTwice(t, func() http.Handler { return rest.Handler(mux, rest.WithPolicy(policy)) }, func(t *testing.T, s *httptest.Server) {
		for _, test := range []struct{ path, accept, message, language, vary string }{
			{"/broken", "de-CH, en;q=0.5", "Kaputt", "de", "Origin, " + language},
			{"/broken", "pt", "Não funciona", "pt-BR", "Origin, " + language},
			{"/broken", "ja", "Broken", "", "Origin, " + language},
			{"/broken", "", "Broken", "", "Origin, " + language},
			{"/own", "de", "Shelf 7 is empty", "", "Origin, " + plain},
			{"/untranslated", "de", "Resource does not exist", "", "Origin, " + plain},
			{"/text", "de", "Kaputt", "de", language},
			{"/panic", "de", "Kaputt", "de", language},
			{"/changed", "de", "Kaputt", "de", language},
			{"/teapot", "de", "I'm a teapot", "", plain},
			{"/broken", strings.Repeat("de-", 20<<10), "Broken", "", "Origin, " + language},
		} {
			t.Run(fmt.Sprintf("%s in %.10q", test.path, test.accept), func(t *testing.T) {
				a := send(t, s, "GET", test.path, "", "Accept-Language", test.accept)
				if !strings.Contains(a.body, fmt.Sprintf(`"error_message":%q`, test.message)) {
					t.Errorf("body = %s, want the message %q", a.body, test.message)
				}
				if got := strings.Join(a.header["Content-Language"], ", "); got != test.language {
					t.Errorf("Content-Language = %q, want %q", got, test.language)
				}
				if got := strings.Join(a.header["Vary"], ", "); got != test.vary {
					t.Errorf("Vary = %q, want %q", got, test.vary)
				}
				a.wantNoCanary(t)
			})
		}
		a := send(t, s, "GET", "/broken", "", "Accept-Language", "de", "Accept", "application/problem+json", "X-Request-Id", "r-1")
		const want = `{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"Kaputt","request_id":"r-1","error_code":1,"error_message":"Kaputt","details":null}`
		if a.body != want || a.header.Get("Content-Language") != "de" || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("problem = %v %s", a.header, a.body)
		}
		if head := send(t, s, "HEAD", "/broken", "", "Accept-Language", "de"); head.header.Get("Content-Language") != "de" || head.body != "" {
			t.Errorf("HEAD = %+v", head)
		}
	})
}

// TestLanguageOfAnErrorBehindTheInterceptor: what the chain recorded is in the caller's language too,
// and what a caller has without a Handler around.
func TestLanguageOfAnErrorBehindTheInterceptor(t *testing.T) {
	c := shelves(t)
	policy := newPolicy(t, nil, mapping.WithCatalogues(c))
	service := things{err: func() error { return c.Code(2) }}
	s := serve(t, rest.Handler(transcoder(service.handler(t)), rest.WithPolicy(policy)))
	if a := get(t, s, "Accept-Language", "de"); a.status != 500 || !strings.Contains(a.body, `"error_code":2,"error_message":"Kaputt"`) {
		t.Errorf("answer = %d %s", a.status, a.body)
	}
	silenceLog(t)
	alone := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, c.Code(1)) }))
	if a := get(t, alone, "Accept-Language", "de"); a.header.Get("Content-Language") != "de" || !strings.Contains(a.body, "Kaputt") {
		t.Errorf("alone: %v %s", a.header, a.body)
	}
}
