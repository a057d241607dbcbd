// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errpacttest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/errpacttest"
)

const service = `
name: "errpacttest/folders.proto" package: "errpacttest.v1" syntax: "proto3" dependency: "errpact/v1/options.proto"
message_type { name: "M" field { name: "unit_price" number: 1 type: TYPE_INT64 label: LABEL_OPTIONAL json_name: "unitPrice" } }
enum_type { name: "E" options { [errpact.v1.catalogue] { domain: "folders.example" } } value { name: "E_UNSPECIFIED" number: 0 }
  value { name: "E_FULL" number: 1001 options { [errpact.v1.entry] { connect_code: CONNECT_CODE_FAILED_PRECONDITION http_status: 409
    message: "{used} of {limit} used" fallback_message: "Full" params { name: "used" } params { name: "limit" } } } } }
service { name: "Folders"
  method { name: "Get" input_type: ".errpacttest.v1.M" output_type: ".errpacttest.v1.M" options { [errpact.v1.rest] {
    errors: "ERROR_CODE_NOT_EXIST" errors: "errpact.v1.ERROR_CODE_CONTAINER_UNPACKING_FAILED/INVALID_HASH" } } }
  method { name: "Free" input_type: ".errpacttest.v1.M" output_type: ".errpacttest.v1.M" }
}`

func init() {
	file := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(service), file); err != nil {
		panic(err)
	}
	linked, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil {
		panic(err)
	}
	if err := protoregistry.GlobalFiles.RegisterFile(linked); err != nil {
		panic(err)
	}
}

// TestOnlyDeclaredFindsMisspeltNames that callers look for: values of a message, and fields of the request.
func TestOnlyDeclaredFindsMisspeltNames(t *testing.T) {
	file, err := protoregistry.GlobalFiles.FindFileByPath("errpacttest/folders.proto")
	if err != nil {
		t.Fatal(err)
	}
	full := mapping.MustCatalogue(file.Enums().ByName("E")).Code(1001)
	invalid := errpactv1err.InvalidValue
	for _, test := range []struct {
		name, procedure string
		err             error
		want            string // empty passes
	}{
		{"a misspelt value", "/errpacttest.v1.Folders/Free", full.WithMetadata("used", "3").WithMetadata("limt", "2"),
			"errpacttest.v1.E_FULL (1001): the message has no value for {limit}, among the metadata limt, used: use the entry's generated constructor, New…"},
		{"all values", "/errpacttest.v1.Folders/Free", full.WithMetadata("used", "3").WithMetadata("limit", "2"), ""},
		{"no values", "/errpacttest.v1.Folders/Free", full, ""},
		{"a text of the handler's", "/errpacttest.v1.Folders/Free", full.New("x").WithMetadata("sku", "A-7"), ""},
		{"a field's name in JSON", "/errpacttest.v1.Folders/Free", invalid.WithField("unitPrice", "x"),
			`the field "unitPrice" has the name of JSON: write "unit_price", which REST callers get as "unitPrice"`},
		{"a field's own name", "/errpacttest.v1.Folders/Free", invalid.WithField("unit_price", "x"), ""},
		{"a field that the request does not have", "/errpacttest.v1.Folders/Free", invalid.WithField("unit_prize", "x"),
			`the request has no field "unit_prize": in place of "unit_prize" write one of unit_price, which errpacttest.v1.M has (a header's name has capitals: "Authorization")`},
		{"no field of the message", "/errpacttest.v1.Folders/Free", invalid.WithField("Idempotency-Key", "x"), ""},
		{"a field of a REST request", "POST /folders", errpactv1err.Unknown.WithField("unitPrice", "x"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			said := failures(t, func(tb testing.TB) {
				policy, err := mapping.NewPolicy(errpacttest.OnlyDeclared(tb, errpactv1err.Unknown))
				if err != nil {
					tb.Fatalf("%v", err)
				}
				call := &mapping.Call{Procedure: test.procedure}
				answer := policy.Translate(call, test.err)
				answer.Report(call)
			})
			if (len(said) > 0) != (test.want != "") || len(said) > 0 && (len(said) > 1 || !strings.Contains(said[0], test.want)) {
				t.Errorf("said %q, want %q", said, test.want)
			}
		})
	}
}

func TestUndeclared(t *testing.T) {
	const get, free = "/errpacttest.v1.Folders/Get", "/errpacttest.v1.Folders/Free"
	for _, test := range []struct {
		procedure string
		err       error
		want      string
	}{
		{get, nil, ""},
		{get, errpactv1err.NotExist.New("x"), ""},
		{get, errpactv1err.ContainerUnpackingFailedInvalidHash, ""},
		{get, errpactv1err.ContainerUnpackingFailed, "answers errpact.v1.ERROR_CODE_CONTAINER_UNPACKING_FAILED (14), which it does not declare"},
		{get, errpactv1err.Database.Wrap(context.Canceled), "answers errpact.v1.ERROR_CODE_DATABASE (12), which it does not declare: ERROR_CODE_NOT_EXIST, "},
		{free, errpactv1err.Database, ""},
		{"/errpacttest.v1.Folders/None", errpactv1err.Database, "find method /errpacttest.v1.Folders/None"},
		{"/errpacttest.v1/Folders", errpactv1err.Database, "find method"},
		{"", errpactv1err.Database, "find method"},
	} {
		err := errpacttest.Undeclared(test.procedure, test.err)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("Undeclared(%q, %v) = %v, want %q", test.procedure, test.err, err, test.want)
		}
	}
}

// TestOnlyDeclared goes the way of a server's errors: through a policy that translates and reports.
func TestOnlyDeclared(t *testing.T) {
	said := failures(t, func(tb testing.TB) {
		policy, err := mapping.NewPolicy(errpacttest.OnlyDeclared(tb, errpactv1err.Unknown))
		if err != nil {
			tb.Fatalf("%v", err)
		}
		for _, err := range []error{errpactv1err.NotExist, errpactv1err.Unknown, errpactv1err.Database} {
			call := &mapping.Call{Procedure: "/errpacttest.v1.Folders/Get"}
			answer := policy.Translate(call, err)
			answer.Report(call)
		}
		call := &mapping.Call{Procedure: "GET /nowhere"}
		elsewhere := policy.Translate(call, errpactv1err.NotAllowed)
		elsewhere.At(mapping.StageTransport)
		elsewhere.Report(call)
	})
	if len(said) != 1 || !strings.Contains(said[0], "ERROR_CODE_DATABASE") {
		t.Errorf("said %q, want the one undeclared error", said)
	}
}

// TestOnlyDeclaredFindsUndeclaredReasons of every method, also of one that declares no errors, and also where
// the entry is allowed.
func TestOnlyDeclaredFindsUndeclaredReasons(t *testing.T) {
	typo := errpactv1err.ContainerUnpackingFailed.WithReason("INVALID_HSAH")
	received := (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{Known: typo.New("")})
	for _, test := range []struct {
		name, procedure string
		err             error
		want            string // empty passes
	}{
		{"a method that declares the entry", "/errpacttest.v1.Folders/Get", typo, "Get answers errpact.v1.ERROR_CODE_CONTAINER_UNPACKING_FAILED/INVALID_HSAH (14): the entry declares the reasons "},
		{"a method that declares nothing", "/errpacttest.v1.Folders/Free", typo, "INVALID_HSAH (14): the entry declares the reasons "},
		{"a method that is not linked", "/elsewhere.v1.Service/Do", typo, "INVALID_HSAH (14): the entry declares the reasons "},
		{"wrapped", "/errpacttest.v1.Folders/Free", fmt.Errorf("x: %w", typo.Wrap(context.Canceled)), "INVALID_HSAH"},
		{"an allowed entry", "/errpacttest.v1.Folders/Free", errpactv1err.Unknown.WithReason("ANY_AT_ALL"), "ANY_AT_ALL (0): the entry declares no reasons"},
		{"an entry without reasons", "/errpacttest.v1.Folders/Free", errpactv1err.NotExist.WithReason("NO_FOLDER"), "NO_FOLDER (10): the entry declares no reasons"},
		{"a declared reason", "/errpacttest.v1.Folders/Get", errpactv1err.ContainerUnpackingFailedInvalidHash, ""},
		{"no reason", "/errpacttest.v1.Folders/Get", errpactv1err.NotExist, ""},
		{"another service's, relayed", "/errpacttest.v1.Folders/Free", received.Relay(), ""},
		{"another service's", "/errpacttest.v1.Folders/Free", received, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			said := failures(t, func(tb testing.TB) {
				policy, err := mapping.NewPolicy(errpacttest.OnlyDeclared(tb, errpactv1err.Unknown))
				if err != nil {
					tb.Fatalf("%v", err)
				}
				call := &mapping.Call{Procedure: test.procedure}
				answer := policy.Translate(call, test.err)
				answer.Report(call)
			})
			if (len(said) > 0) != (test.want != "") || len(said) > 0 && (len(said) > 1 || !strings.Contains(said[0], test.want)) {
				t.Errorf("said %q, want %q", said, test.want)
			}
		})
	}
}
