// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

const declaring = `
name: "mapping/declared.proto" package: "mapping.declared.v1" syntax: "proto3" dependency: "errpact/v1/options.proto"
message_type { name: "M" }
service { name: "Folders" options { [errpact.v1.service] { errors: "ERROR_CODE_NOT_EXIST" } }
  method { name: "Get" input_type: ".mapping.declared.v1.M" output_type: ".mapping.declared.v1.M" options { [errpact.v1.rest] {
    errors: "ERROR_CODE_CONTAINER_UNPACKING_FAILED/INVALID_HASH" } } }
}
service { name: "Free"
  method { name: "Get" input_type: ".mapping.declared.v1.M" output_type: ".mapping.declared.v1.M" }
  method { name: "None" input_type: ".mapping.declared.v1.M" output_type: ".mapping.declared.v1.M" options { [errpact.v1.rest] { errors_none: true } } }
}`

func init() {
	file := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(declaring), file); err != nil {
		panic(err)
	}
	linked, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err == nil {
		err = protoregistry.GlobalFiles.RegisterFile(linked)
	}
	if err != nil {
		panic(err)
	}
}

func TestDeclaredErrorsAreObservedAndEnforced(t *testing.T) {
	const get, free, none = "/mapping.declared.v1.Folders/Get", "/mapping.declared.v1.Free/Get", "/mapping.declared.v1.Free/None"
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	policy := (*mapping.Policy)(nil)
	for _, test := range []struct {
		name       string
		call       *mapping.Call
		err        error
		undeclared bool
	}{
		{"declared by the method", &mapping.Call{Procedure: get}, errpactv1err.ContainerUnpackingFailedInvalidHash, false},
		{"declared by the service", &mapping.Call{Procedure: get}, errpactv1err.NotExist.New("x"), false},
		{"declared, by a reason that is not", &mapping.Call{Procedure: get}, errpactv1err.NotExist.WithReason("MOVED"), false},
		{"another", &mapping.Call{Procedure: get}, errpactv1err.Database.Wrap(errors.New("x")), true},
		{"another, wrapped", &mapping.Call{Procedure: get}, fmt.Errorf("x: %w", errpactv1err.NotAllowed), true},
		{"another reason", &mapping.Call{Procedure: get}, errpactv1err.ContainerUnpackingFailedInvalidSignature, true},
		{"of a method that declares nothing", &mapping.Call{Procedure: free}, errpactv1err.Database, false},
		{"of a method that declares none", &mapping.Call{Procedure: none}, errpactv1err.NotExist, true},
		{"of no method", &mapping.Call{Procedure: "/mapping.declared.v1.Free/Lost"}, errpactv1err.Database, false},
		{"of a REST request", &mapping.Call{Procedure: get, Method: "GET"}, errpactv1err.Database, false},
		{"baseline: nobody's", &mapping.Call{Procedure: none}, errors.New("x"), false},
		{"baseline: the unmapped entry", &mapping.Call{Procedure: none}, errpactv1err.Unknown.Wrap(errors.New("x")), false},
		{"baseline: an upstream's role", &mapping.Call{Procedure: none}, errpactv1err.ExternalServiceTimedOut, false},
		{"baseline: auth", &mapping.Call{Procedure: none}, errpactv1err.AuthExpired, false},
		{"baseline: forbidden", &mapping.Call{Procedure: none}, errpactv1err.AuthForbidden, false},
		{"baseline: relayed", &mapping.Call{Procedure: none}, policy.Decode(&mapping.ErrorResponse{ConnectCode: 5, Wire: true, Relay: true}), false},
		{"baseline: the caller's end", &mapping.Call{Procedure: none, Context: gone}, errpactv1err.Database.Wrap(context.Canceled), false},
		{"no call", nil, errpactv1err.Database, false},
	} {
		for _, mode := range []mapping.DeclaredMode{0, mapping.Observe, mapping.Enforce} {
			var told mapping.Report
			policy, err := mapping.NewPolicy(mapping.WithDeclared(mode), withLast(&told))
			if err != nil {
				t.Fatal(err)
			}
			plain, err := mapping.NewPolicy(withLast(new(mapping.Report)))
			if err != nil {
				t.Fatal(err)
			}
			a, want := policy.Translate(test.call, test.err), plain.Translate(test.call, test.err)
			a.Report(test.call)
			code := want.Error().Code()
			if test.undeclared && mode == mapping.Enforce {
				code = errpactv1err.Unknown
			}
			if told.Undeclared != (test.undeclared && mode != 0) || a.Error().Code() != code || told.Sent.Code() != code {
				t.Errorf("%s, mode %d: sent %v, undeclared %v", test.name, mode, a.Error(), told.Undeclared)
			}
			if !errors.Is(told.Err, test.err) {
				t.Errorf("%s, mode %d: the report has %v", test.name, mode, told.Err)
			}
		}
	}
}
