// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/rest/errorpage"
	"github.com/errpact/errpact/mapping"
)

const problemType = "application/problem+json"

// problemsCatalogue has entries with help_urls of their own and shared, a reason, placeholders and a translation.
func problemsCatalogue(t *testing.T) *mapping.Catalogue {
	t.Helper()
	value := func(number int32, name string, entry *errpactv1.Entry) *descriptorpb.EnumValueDescriptorProto {
		options := new(descriptorpb.EnumValueOptions)
		proto.SetExtension(options, errpactv1.E_Entry, entry)
		return &descriptorpb.EnumValueDescriptorProto{Name: &name, Number: &number, Options: options}
	}
	entry := func(message, help string) *errpactv1.Entry {
		return &errpactv1.Entry{ConnectCode: errpactv1.ConnectCode_CONNECT_CODE_NOT_FOUND, HttpStatus: 404, Message: message, HelpUrl: help}
	}
	placeholders := entry("No folder {folderId}", "https://acme.example/folder")
	placeholders.Params = []*errpactv1.Param{{Name: "folderId"}}
	placeholders.FallbackMessage = "No such folder"
	translated := entry("Gone", "https://acme.example/gone")
	translated.Messages = map[string]string{"de": "Verschwunden"}
	translated.Reasons = []*errpactv1.Reason{{Name: "SHREDDED", Message: "Shredded"}}
	options := new(descriptorpb.EnumOptions)
	proto.SetExtension(options, errpactv1.E_Catalogue, &errpactv1.Catalogue{Domain: "acme.example"})
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("acme/problem/v1/code.proto"), Package: proto.String("acme.problem.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"errpact/v1/options.proto"},
		EnumType: []*descriptorpb.EnumDescriptorProto{{
			Name: proto.String("Code"), Options: options,
			Value: []*descriptorpb.EnumValueDescriptorProto{
				{Name: proto.String("CODE_UNSPECIFIED"), Number: proto.Int32(0)},
				value(101, "CODE_FOLDER", placeholders), value(102, "CODE_GONE", translated),
				value(103, "CODE_A", entry("A", "https://acme.example/shared")), value(104, "CODE_B", entry("B", "https://acme.example/shared")),
				value(105, "CODE_ODD", entry("Odd", "")),
			},
		}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := mapping.NewCatalogue(file.Enums().Get(0))
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}

// TestProblem is the envelope with RFC 9457's members before it.
func TestProblem(t *testing.T) {
	acme := problemsCatalogue(t)
	catalogues := mapping.WithCatalogues(errpactv1err.Catalogue, acme)
	const page = "https://api.example/errors"
	none, paged := newPolicy(t, nil, catalogues), newPolicy(t, nil, catalogues, mapping.WithHelp(errorpage.URL(page)))
	one := newPolicy(t, nil, catalogues, mapping.WithHelp(func(mapping.Code) string { return page }))
	odd := newPolicy(t, nil, catalogues, mapping.WithHelp(func(c mapping.Code) string {
		if c == acme.Code(105) {
			return "https://%zz"
		}
		return ""
	}))
	const uuid = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
	for name, test := range map[string]struct {
		policy *mapping.Policy
		err    error
		id     string
		// want is what is before the envelope's keys.
		want string
	}{
		"no page": {none, errpactv1err.ContainerUnpackingFailedInvalidHash, "r-1",
			`{"type":"about:blank","title":"Bad Request","status":400,"detail":"Invalid hash","request_id":"r-1",`},
		"an entry on the page": {paged, errpactv1err.NotExist.New("no folder f-17"), "r-1",
			`{"type":"https://api.example/errors#ERROR_CODE_NOT_EXIST","title":"Resource does not exist","status":404,"detail":"no folder f-17","request_id":"r-1",`},
		"a reason on the page": {paged, errpactv1err.ContainerUnpackingFailedInvalidHash, "r-1",
			`{"type":"https://api.example/errors#ERROR_CODE_CONTAINER_UNPACKING_FAILED.INVALID_HASH","title":"Invalid hash","status":400,"detail":"Invalid hash","request_id":"r-1",`},
		"a fallback on the page": {paged, connect.NewError(connect.CodeAlreadyExists, errors.New("f-17 is there")), "r-1",
			`{"type":"https://api.example/errors#ERROR_CODE_INVALID_VALUE","title":"Invalid value","status":409,"detail":"f-17 is there","request_id":"r-1",`},
		"a redacted error": {paged, errors.New(canary), uuid,
			`{"type":"https://api.example/errors#ERROR_CODE_UNKNOWN","title":"Unknown server side error occurred","status":500,"detail":"Unknown server side error occurred",` +
				`"instance":"urn:uuid:` + uuid + `","request_id":"` + uuid + `",`},
		"a help_url": {none, acme.Code(102), "r-1",
			`{"type":"https://acme.example/gone","title":"Gone","status":404,"detail":"Gone","request_id":"r-1",`},
		"a reason of an entry with a help_url": {none, acme.Code(102).WithReason("SHREDDED"), "r-1",
			`{"type":"https://acme.example/gone","title":"Shredded","status":404,"detail":"Shredded","request_id":"r-1",`},
		"a help_url that two entries have": {none, acme.Code(103), "r-1",
			`{"type":"about:blank","title":"Not Found","status":404,"detail":"A","request_id":"r-1",`},
		"that one on the page": {paged, acme.Code(104), "r-1",
			`{"type":"https://api.example/errors#CODE_B","title":"B","status":404,"detail":"B","request_id":"r-1",`},
		"placeholders": {none, acme.Code(101).WithMetadata("folderId", "f-17"), "r-1",
			`{"type":"https://acme.example/folder","title":"No such folder","status":404,"detail":"No folder f-17","request_id":"r-1",`},
		"one page for all": {one, errpactv1err.NotExist, "r-1",
			`{"type":"about:blank","title":"Not Found","status":404,"detail":"Resource does not exist","request_id":"r-1",`},
		"a help_url beside one page for all": {one, acme.Code(102), "r-1",
			`{"type":"https://acme.example/gone","title":"Gone","status":404,"detail":"Gone","request_id":"r-1",`},
		"what is no URI": {odd, acme.Code(105), "r-1",
			`{"type":"about:blank","title":"Not Found","status":404,"detail":"Odd","request_id":"r-1",`},
		"a text to be escaped": {none, errpactv1err.NotExist.New("<b>\"é\"</b>\n"), "r-1",
			`{"type":"about:blank","title":"Not Found","status":404,"detail":"\u003cb\u003e\"é\"\u003c/b\u003e ","request_id":"r-1",`},
		"an upper-case UUID": {none, errpactv1err.NotExist, strings.ToUpper(uuid),
			`{"type":"about:blank","title":"Not Found","status":404,"detail":"Resource does not exist","instance":"urn:uuid:` + strings.ToUpper(uuid) + `","request_id":"` + strings.ToUpper(uuid) + `",`},
		"nearly a UUID": {none, errpactv1err.NotExist, uuid[:35] + "g",
			`{"type":"about:blank","title":"Not Found","status":404,"detail":"Resource does not exist","request_id":"` + uuid[:35] + `g",`},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, test.err) }), rest.WithPolicy(test.policy)))
			a := get(t, s, "Accept", problemType, "X-Request-Id", test.id)
			envelope := get(t, s, "X-Request-Id", test.id)
			if want := test.want + envelope.body[1:]; strings.ReplaceAll(a.body, `\"`, `"`) != strings.ReplaceAll(want, `\"`, `"`) || a.header.Get("Content-Type") != problemType {
				t.Errorf("%s %s\nwant %s", a.header.Get("Content-Type"), a.body, want)
			}
			var members struct{ Detail, Error_message string }
			if err := json.Unmarshal([]byte(a.body), &members); err != nil || members.Detail != members.Error_message {
				t.Errorf("%v: detail %q, error_message %q", err, members.Detail, members.Error_message)
			}
			if _, err := mapping.ParseEnvelope([]byte(a.body)); err != nil {
				t.Error(err)
			}
			a.wantNoCanary(t)
		})
	}
}

// TestProblemsOfWhatOthersWrote: a status is all that is known.
func TestProblemsOfWhatOthersWrote(t *testing.T) {
	for status, title := range map[int]string{404: "Not Found", 499: "Client Closed Request", 599: "Server Error"} {
		a := get(t, serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })), "Accept", problemType)
		if !strings.HasPrefix(a.body, `{"type":"about:blank","title":"`+title+`","status":`) || !strings.Contains(a.body, `"detail":"`) {
			t.Errorf("%d: %s", status, a.body)
		}
	}
}

// TestProblemInTheCallersLanguage has its title so, too.
func TestProblemInTheCallersLanguage(t *testing.T) {
	acme := problemsCatalogue(t)
	policy := newPolicy(t, nil, mapping.WithCatalogues(errpactv1err.Catalogue, acme))
	s := serve(t, rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, acme.Code(102)) }), rest.WithPolicy(policy)))
	a := get(t, s, "Accept", problemType, "Accept-Language", "de")
	if !strings.Contains(a.body, `"title":"Verschwunden","status":404,"detail":"Verschwunden",`) || a.header.Get("Content-Language") != "de" {
		t.Errorf("%v %s", a.header, a.body)
	}
}
