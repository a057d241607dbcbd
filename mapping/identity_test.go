// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"errors"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/anypb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping"
)

// loginCatalogue has entries of the given values, numbered from 3001. It is of proto2: proto3 refuses
// LOGIN_ERROR_LOCKED beside LOCKED by itself.
func loginCatalogue(t *testing.T, reasons map[string]string, values ...string) *mapping.Catalogue {
	t.Helper()
	enum := &descriptorpb.EnumDescriptorProto{Name: proto.String("LoginError"), Options: new(descriptorpb.EnumOptions)}
	proto.SetExtension(enum.Options, errpactv1.E_Catalogue, &errpactv1.Catalogue{Domain: "login.acme.example"})
	for i, name := range values {
		value := &descriptorpb.EnumValueDescriptorProto{Name: &name, Number: proto.Int32(int32(3001 + i)), Options: new(descriptorpb.EnumValueOptions)}
		entry := newEntry(errpactv1.ConnectCode_CONNECT_CODE_UNAUTHENTICATED, 401, name)
		entry.Reason = reasons[name]
		proto.SetExtension(value.Options, errpactv1.E_Entry, entry)
		enum.Value = append(enum.Value, value)
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("login.proto"), Package: proto.String("acme.login.v1"),
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

// TestErrorInfoReasonIsTheEntrysAlone: the reason on the wire is the same whatever stands beside the entry,
// and a client that is given ErrorInfo alone finds the entry by it.
func TestErrorInfoReasonIsTheEntrysAlone(t *testing.T) {
	for _, neighbour := range []string{
		"LOGIN_ERROR_2FA_REQUIRED", "TOKEN_LOST", "LOGIN_ERROR_", "LOGIN_ERROR", "login_error_locked", "LOGIN_ERROR_A", "LOGIN_ERROR_404",
		"_9", "LOGIN_ERROR_LOCKED_", "LOGIN_ERROR__LOCKED", "LOGIN_ERROR_LOCKED_XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
	} {
		for _, c := range []*mapping.Catalogue{
			loginCatalogue(t, nil, "LOGIN_ERROR_LOCKED", neighbour), loginCatalogue(t, nil, neighbour, "LOGIN_ERROR_LOCKED"),
		} {
			code := c.Code(3001)
			if code.Name() == neighbour {
				code = c.Code(3002)
			}
			p := newPolicy(t, mapping.WithCatalogues(nil, c))
			sent := code.WithMetadata("userId", "u-1")
			if info, _ := mapping.Detail[*errdetails.ErrorInfo](sent); info.GetReason() != "LOCKED" {
				t.Errorf("beside %s: reason of the error = %q, want LOCKED", neighbour, info.GetReason())
			}
			got := decode(t, p, p, sent)
			if info, _ := mapping.Detail[*errdetails.ErrorInfo](got); info.GetReason() != "LOCKED" {
				t.Errorf("beside %s: reason on the wire = %q, want LOCKED", neighbour, info.GetReason())
			}
			for _, reason := range []string{"LOCKED", "LOGIN_ERROR_LOCKED"} {
				if got := decodeInfoAlone(t, p, reason); got != code {
					t.Errorf("beside %s: ErrorInfo %s decodes to %v, want %v", neighbour, reason, got, code)
				}
			}
		}
	}
}

// TestErrorInfoReasonByHand: an entry that is called as another one's value takes nothing from it but that.
func TestErrorInfoReasonByHand(t *testing.T) {
	c := loginCatalogue(t, map[string]string{"LOGIN_ERROR_2FA": "SECOND_FACTOR", "OTHER": "LOGIN_ERROR_LOCKED"}, "LOGIN_ERROR_2FA", "LOGIN_ERROR_LOCKED", "OTHER")
	p := newPolicy(t, mapping.WithCatalogues(nil, c))
	if info, _ := mapping.Detail[*errdetails.ErrorInfo](c.Code(3001).New("")); info.GetReason() != "SECOND_FACTOR" {
		t.Errorf("reason by hand = %q, want SECOND_FACTOR", info.GetReason())
	}
	for reason, want := range map[string]mapping.Code{
		"SECOND_FACTOR": c.Code(3001), "LOGIN_ERROR_2FA": c.Code(3001), "LOCKED": c.Code(3002), "LOGIN_ERROR_LOCKED": c.Code(3003), "OTHER": c.Code(3003),
	} {
		if got := decodeInfoAlone(t, p, reason); got != want {
			t.Errorf("ErrorInfo %s decodes to %v, want %v", reason, got, want)
		}
	}
}

// decodeInfoAlone is what a client makes of an error of a server without errpact.
func decodeInfoAlone(t *testing.T, p *mapping.Policy, reason string) mapping.Code {
	t.Helper()
	info, err := anypb.New(&errdetails.ErrorInfo{Reason: reason, Domain: "login.acme.example"})
	if err != nil {
		t.Fatal(err)
	}
	return p.Decode(&mapping.ErrorResponse{ConnectCode: 16, Details: statusDetails([]*anypb.Any{info}), Cause: errors.New("the transport's"), Wire: true}).Code()
}
