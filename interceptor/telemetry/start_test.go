// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

const (
	declaring = "errpact.telemetry.test.v1.DeclaringService"
	find, buy = declaring + "/Find", declaring + "/Buy"
	// soldOut is the number of the shop's error that has no role.
	soldOut = 2010
)

// shop is a catalogue that can be a policy's first. DeclaringService declares errors of it and of the built-in one.
var shop = registerDeclaring()

func registerDeclaring() *mapping.Catalogue {
	file := declaringFile("declaring", "DeclaringService", "Find", "Buy", "Wait")
	file.EnumType = []*descriptorpb.EnumDescriptorProto{shopError()}
	for method, names := range map[int][]string{
		0: {"ERROR_CODE_NOT_EXIST", "ERROR_CODE_DATABASE", "ERROR_CODE_EXTERNAL_SERVICE/TIMED_OUT", "ERROR_CODE_NOT_EXIST", "NO_SUCH_ERROR"},
		1: {"SHOP_ERROR_SOLD_OUT", "ERROR_CODE_NOT_ALLOWED"},
	} {
		file.Service[0].Method[method].Options = declares(names...)
	}
	return mapping.MustCatalogue(registerFile(file).Enums().Get(0))
}

// declaringFile has a service that says nothing of its methods' errors yet.
func declaringFile(name, service string, methods ...string) *descriptorpb.FileDescriptorProto {
	s := &descriptorpb.ServiceDescriptorProto{Name: &service}
	for _, name := range methods {
		s.Method = append(s.Method, &descriptorpb.MethodDescriptorProto{
			Name: &name, InputType: proto.String(".google.protobuf.StringValue"), OutputType: proto.String(".google.protobuf.StringValue"),
		})
	}
	return &descriptorpb.FileDescriptorProto{
		Name: proto.String("errpact/telemetry/test/v1/" + name + ".proto"), Package: proto.String("errpact.telemetry.test.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/wrappers.proto", "errpact/v1/options.proto"}, Service: []*descriptorpb.ServiceDescriptorProto{s},
	}
}

func declares(names ...string) *descriptorpb.MethodOptions {
	options := new(descriptorpb.MethodOptions)
	proto.SetExtension(options, errpactv1.E_Rest, &errpactv1.Rest{Errors: names})
	return options
}

func registerFile(described *descriptorpb.FileDescriptorProto) protoreflect.FileDescriptor {
	file, err := protodesc.NewFile(described, protoregistry.GlobalFiles)
	if err == nil {
		err = protoregistry.GlobalFiles.RegisterFile(file)
	}
	if err != nil {
		panic(err)
	}
	return file
}

func shopError() *descriptorpb.EnumDescriptorProto {
	options := new(descriptorpb.EnumOptions)
	proto.SetExtension(options, errpactv1.E_Catalogue, &errpactv1.Catalogue{Domain: "shop.example"})
	var values []*descriptorpb.EnumValueDescriptorProto
	value := func(name string, number int32, entry *errpactv1.Entry) {
		options := new(descriptorpb.EnumValueOptions)
		if entry != nil {
			proto.SetExtension(options, errpactv1.E_Entry, entry)
		}
		values = append(values, &descriptorpb.EnumValueDescriptorProto{Name: &name, Number: &number, Options: options})
	}
	value("SHOP_ERROR_UNSPECIFIED", 0, nil)
	for role := errpactv1.Role_ROLE_UNMAPPED; role <= errpactv1.Role_ROLE_UPSTREAM_REJECTED; role++ {
		value("SHOP_ERROR_"+strings.TrimPrefix(role.String(), "ROLE_"), 2000+int32(role), &errpactv1.Entry{
			ConnectCode: errpactv1.ConnectCode_CONNECT_CODE_INTERNAL, HttpStatus: 500, Message: "Broken", Role: role,
		})
	}
	value("SHOP_ERROR_SOLD_OUT", soldOut, &errpactv1.Entry{
		ConnectCode: errpactv1.ConnectCode_CONNECT_CODE_FAILED_PRECONDITION, HttpStatus: 409, Message: "Sold out",
	})
	return &descriptorpb.EnumDescriptorProto{Name: proto.String("ShopError"), Options: options, Value: values}
}

// shopSeries is a series of the shop's catalogue.
func shopSeries(code string, fault mapping.Fault, origin mapping.Origin, method string) string {
	return strings.NewReplacer("errpact.v1.ErrorCode", "errpact.telemetry.test.v1.ShopError", "ERROR_CODE_", "SHOP_ERROR_").
		Replace(series(code, "", fault, origin, method))
}

// TestDeclaredErrorsStartAtZero, and what nobody mapped and panics do for each method of a service that declares
// something: as the entry of each catalogue that may be the policy's first.
func TestDeclaredErrorsStartAtZero(t *testing.T) {
	o := observe(t)
	reportWith(o, nil, nil)
	want := map[string]int64{
		series("NOT_EXIST", "", mapping.FaultCaller, mapping.OriginEntry, find):                       0,
		series("DATABASE", "", mapping.FaultServer, mapping.OriginEntry, find):                        0,
		series("DATABASE", "TEMPORARILY_UNAVAILABLE", mapping.FaultServer, mapping.OriginEntry, find): 0,
		series("EXTERNAL_SERVICE", "TIMED_OUT", mapping.FaultUpstream, mapping.OriginUpstream, find):  0,
		series("NOT_ALLOWED", "", mapping.FaultCaller, mapping.OriginEntry, buy):                      0,
		shopSeries("SOLD_OUT", mapping.FaultCaller, mapping.OriginEntry, buy):                         0,
	}
	for _, method := range []string{"Find", "Buy", "Wait"} {
		for _, origin := range []mapping.Origin{mapping.OriginPanic, mapping.OriginUnmapped} {
			want[series("UNKNOWN", "", mapping.FaultServer, origin, declaring+"/"+method)] = 0
			want[shopSeries("UNMAPPED", mapping.FaultServer, origin, declaring+"/"+method)] = 0
		}
	}
	if diff := cmp.Diff(want, o.started(t)); diff != "" {
		t.Errorf("counter (-want +got):\n%s", diff)
	}
}

// TestAnErrorMovesTheSeriesThatStartedAtZero and makes no other, whichever catalogue is the policy's first.
func TestAnErrorMovesTheSeriesThatStartedAtZero(t *testing.T) {
	builtIn := errpactv1err.Catalogue
	for unmapped, catalogues := range map[string][]*mapping.Catalogue{"UNKNOWN": {builtIn, shop}, "UNMAPPED": {shop, builtIn}} {
		o := observe(t)
		policy := o.policy(t, nil, mapping.WithCatalogues(catalogues...))
		bug := func(origin mapping.Origin, method string) string {
			if catalogues[0] == shop {
				return shopSeries(unmapped, mapping.FaultServer, origin, method)
			}
			return series(unmapped, "", mapping.FaultServer, origin, method)
		}
		want := o.started(t)
		for set, test := range map[string]struct {
			method string
			err    error
		}{
			series("NOT_EXIST", "", mapping.FaultCaller, mapping.OriginEntry, find):                       {find, errpactv1err.NotExist},
			series("DATABASE", "TEMPORARILY_UNAVAILABLE", mapping.FaultServer, mapping.OriginEntry, find): {find, errpactv1err.DatabaseTemporarilyUnavailable},
			shopSeries("SOLD_OUT", mapping.FaultCaller, mapping.OriginEntry, buy):                         {buy, shop.Code(soldOut)},
			bug(mapping.OriginUnmapped, find):                                                             {find, errors.New(canary)},
			bug(mapping.OriginPanic, buy):                                                                 {buy, nil},
		} {
			call := &mapping.Call{Context: t.Context(), Procedure: "/" + test.method, Header: http.Header{}}
			answer := policy.Panicked(call, canary, nil)
			if test.err != nil {
				answer = policy.Translate(call, test.err)
			}
			answer.Report(call)
			want[set]++
		}
		if diff := cmp.Diff(want, o.started(t)); diff != "" {
			t.Errorf("%s: counter (-want +got):\n%s", unmapped, diff)
		}
	}
}

// crowded is set in a program with more methods than the counter has sets.
const crowded = "ERRPACT_TEST_CROWDED"

// TestAtMostHalfOfTheSetsStart, so that what happens has room.
func TestAtMostHalfOfTheSetsStart(t *testing.T) {
	if os.Getenv(crowded) == "" {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), crowded+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	var methods []string
	for i := range 2000 {
		methods = append(methods, fmt.Sprintf("Method%d", i))
	}
	file := declaringFile("crowd", "CrowdService", methods...)
	file.Service[0].Method[0].Options = declares("ERROR_CODE_NOT_EXIST")
	registerFile(file)
	o := observe(t)
	report := reportWith(o, nil, nil)
	started := o.started(t)
	if len(started) != 999 {
		t.Errorf("%d sets start, want 999", len(started))
	}
	report(t.Context(), mapping.Report{Procedure: unary, Sent: errpactv1err.NotExist.New(""), Origin: mapping.OriginEntry})
	maps.DeleteFunc(started, func(set string, _ int64) bool { return strings.Contains(set, "CrowdService") })
	if got := o.points(t); len(started) == 999 || got[series("NOT_EXIST", "", mapping.FaultCaller, mapping.OriginEntry, unary[1:])] != 1 {
		t.Errorf("an error after the start is counted as %v", got)
	}
}
