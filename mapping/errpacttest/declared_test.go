// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errpacttest_test

import (
	"context"
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
message_type { name: "M" }
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
		{"/errpacttest.v1/Folders", errpactv1err.Database, "it is none"},
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
