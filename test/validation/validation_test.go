// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package validation_test

import (
	"errors"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	bufvalidate "connectrpc.com/validate"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/mapping"
)

// A refusal is an order that is not valid, and what its sender gets for it.
type refusal struct {
	name    string
	without []protoreflect.Name
	with    string
	code    mapping.Code
	// fields are the paths and reasons, in turns.
	fields []string
}

const wrongType = `attachment { [type.googleapis.com/google.protobuf.Int32Value] {} }`

var refusals = []refusal{
	{"a required field", []protoreflect.Name{"buyer"}, "", errpactv1err.InvalidStructure, []string{"buyer", "REQUIRED"}},
	{"a oneof that is required", []protoreflect.Name{"card"}, "", errpactv1err.InvalidStructure, []string{"payment", "REQUIRED"}},
	{"two fields of which one may be there", nil, `street: "s" locker: "l"`, errpactv1err.InvalidStructure, []string{"", "MESSAGE_ONEOF"}},
	{"a message of another type", nil, wrongType, errpactv1err.InvalidType, []string{"attachment", "ANY_IN"}},
	{"a text too short, in a list", nil, `items {}`, errpactv1err.InvalidValue, []string{"items[1].name", "STRING_MIN_LEN"}},
	{"a list too short", []protoreflect.Name{"items"}, "", errpactv1err.InvalidValue, []string{"items", "REPEATED_MIN_ITEMS"}},
	{"a number out of range, in a map", nil, `labels { key: "k" value: 0 }`, errpactv1err.InvalidValue, []string{`labels["k"]`, "INT64_GT"}},
	{"a map's key", nil, `labels { key: "long" value: 1 }`, errpactv1err.InvalidValue, []string{`labels["long"]`, "STRING_MAX_LEN"}},
	{"a format", nil, `id: "x"`, errpactv1err.InvalidValue, []string{"id", "STRING_UUID"}},
	{"no text where a format is asked for", []protoreflect.Name{"id"}, "", errpactv1err.InvalidValue, []string{"id", "STRING_UUID_EMPTY"}},
	{"a format, in a message", nil, `buyer { email: "x" }`, errpactv1err.InvalidValue, []string{"buyer.email", "STRING_EMAIL"}},
	{"what is no number", nil, `weight: nan`, errpactv1err.InvalidValue, []string{"weight", "DOUBLE_FINITE"}},
	{"an enum's number without a name", nil, `speed: 7`, errpactv1err.InvalidValue, []string{"speed", "ENUM_DEFINED_ONLY"}},
	{"a rule of one's own", nil, `weight: 101 speed: SPEED_FAST`, errpactv1err.InvalidValue, []string{"", "ORDER_HEAVY_AND_FAST"}},
	{"a rule that is an expression", nil, `gift_note: "to my dear friend"`, errpactv1err.InvalidValue, []string{"gift_note", "CEL_EXPRESSION"}},
	{"a rule without an id", nil, `parcels: 11`, errpactv1err.InvalidValue, []string{"parcels", "CEL_EXPRESSION"}},
	{"a rule without an id that gives a text", nil, `pallets: 11`, errpactv1err.InvalidValue, []string{"pallets", "CEL_EXPRESSION"}},
	{"a rule without an id, in a list", nil, `tags: "y" tags: "x"`, errpactv1err.InvalidValue, []string{"tags[1]", "CEL_EXPRESSION"}},
	{"a message's rule without an id", nil, `locker: "l" parcels: 4`, errpactv1err.InvalidValue, []string{"", "CEL_EXPRESSION"}},
	{"a field with a JSON name of its own", nil, `drop_off: "porch"`, errpactv1err.InvalidValue, []string{"drop_off", "STRING_MAX_LEN"}},
	{"a wrong type and a wrong value", nil, `id: "x" ` + wrongType, errpactv1err.InvalidType, []string{"id", "STRING_UUID", "attachment", "ANY_IN"}},
	{
		"everything", []protoreflect.Name{"buyer"}, `id: "x" ` + wrongType, errpactv1err.InvalidStructure,
		[]string{"id", "STRING_UUID", "buyer", "REQUIRED", "attachment", "ANY_IN"},
	},
}

// violations are protovalidate's own words about an order.
func violations(t *testing.T, order *dynamicpb.Message) *validate.Violations {
	t.Helper()
	found, ok := errors.AsType[*protovalidate.ValidationError](protovalidate.Validate(order))
	if !ok {
		t.Fatal("the order is valid")
	}
	return found.ToProto()
}

// wantFields are the refusal's, in protovalidate's words.
func (r refusal) wantFields(t *testing.T, order *dynamicpb.Message) []mapping.Field {
	t.Helper()
	var fields []mapping.Field
	for i, v := range violations(t, order).GetViolations() {
		f := mapping.Field{Path: r.fields[2*i], Description: v.GetMessage(), Reason: r.fields[2*i+1]}
		if path := protovalidate.FieldPathString(v.GetField()); path != f.Path {
			t.Errorf("protovalidate prints %q, not %q", path, f.Path)
		}
		if v.GetForKey() {
			f.Description = "key: " + f.Description
		}
		fields = append(fields, f)
	}
	if len(fields) == 0 || len(r.fields) != 2*len(fields) {
		t.Errorf("protovalidate has %d fields", len(fields))
	}
	return fields
}

// everyWay makes a call of each kind, from clients of each stack to servers of each, over each protocol.
func everyWay(t *testing.T, policy *mapping.Policy, plain bool, f func(t *testing.T, call func(t *testing.T, last *dynamicpb.Message) error)) {
	for _, to := range stacks {
		server := to.start(t, policy)
		for _, from := range stacks {
			for _, over := range from.protocols(server) {
				for _, kind := range kinds {
					t.Run(from.name+" to "+to.name+"/"+string(over)+"/"+kind, func(t *testing.T) {
						f(t, func(t *testing.T, last *dynamicpb.Message) error {
							return from.call(t.Context(), remote{server, over, plain}, kind, []*dynamicpb.Message{newOrder(t, nil, ""), last})
						})
					})
				}
			}
		}
	}
}

func TestRefusedRequestsAreTypedErrors(t *testing.T) {
	everyWay(t, newPolicy(t), false, func(t *testing.T, call func(*testing.T, *dynamicpb.Message) error) {
		if err := call(t, newOrder(t, nil, "")); err != nil {
			t.Fatalf("a valid order: %v", err)
		}
		for _, r := range refusals {
			order := newOrder(t, r.without, r.with)
			err := call(t, order)
			got, _ := mapping.From(err)
			if !errors.Is(err, r.code) || got.Inferred() || got.ConnectCode() != 3 || got.Message() != r.code.Message() {
				t.Errorf("%s: got %v, inferred %t; want %v", r.name, err, got.Inferred(), r.code)
			}
			if diff := cmp.Diff(r.wantFields(t, order), got.Fields()); diff != "" {
				t.Errorf("%s: fields (-want +got):\n%s", r.name, diff)
			}
			kept, _ := mapping.Detail[*validate.Violations](err)
			if diff := cmp.Diff(violations(t, order), kept, protocmp.Transform()); diff != "" {
				t.Errorf("%s: violations (-want +got):\n%s", r.name, diff)
			}
		}
	})
}

// TestPlainClientsFindTheirViolations: who has no errpact finds the detail where it has always been.
func TestPlainClientsFindTheirViolations(t *testing.T) {
	everyWay(t, newPolicy(t), true, func(t *testing.T, call func(*testing.T, *dynamicpb.Message) error) {
		order := newOrder(t, nil, `id: "x"`)
		message, details := wire(t, call(t, order))
		want := []string{"errpact.v1.ErrorDetail", "google.rpc.ErrorInfo", "google.rpc.BadRequest", "buf.validate.Violations"}
		if diff := cmp.Diff(want, details); diff != "" || message != "Invalid value" {
			t.Errorf("%q, details (-want +got):\n%s", message, diff)
		}
	})
}

// TestWithConnectMessagesLeavesValidationAlone: such errors go out as the interceptor inside made them.
func TestWithConnectMessagesLeavesValidationAlone(t *testing.T) {
	everyWay(t, newPolicy(t, mapping.WithConnectMessages()), true, func(t *testing.T, call func(*testing.T, *dynamicpb.Message) error) {
		order := newOrder(t, []protoreflect.Name{"buyer"}, `id: "x"`)
		message, details := wire(t, call(t, order))
		if diff := cmp.Diff([]string{"buf.validate.Violations"}, details); diff != "" || message != protovalidate.Validate(order).Error() {
			t.Errorf("%q, details (-want +got):\n%s", message, diff)
		}
	})
}

// wire is what a client without errpact received: the message, and the types of the details.
func wire(t *testing.T, err error) (message string, details []string) {
	t.Helper()
	if e, ok := errors.AsType[*connect.Error](err); ok && e.Code() == connect.CodeInvalidArgument {
		for _, d := range e.Details() {
			details = append(details, d.Type())
		}
		return e.Message(), details
	}
	if st, ok := status.FromError(err); ok && st.Code() == codes.InvalidArgument {
		for _, d := range st.Proto().GetDetails() {
			details = append(details, string(d.MessageName()))
		}
		return st.Message(), details
	}
	e, ok := errors.AsType[*connectv2.Error](err)
	if !ok || e.Code() != connectv2.CodeInvalidArgument {
		t.Fatalf("got %v, want invalid_argument", err)
	}
	for _, d := range e.Details() {
		details = append(details, d.Type)
	}
	return e.Message(), details
}

// TestTheOtherOrderIsWrong: of what validation outside of errpact refuses, nobody makes an entry, or errpact
// takes it for a message that cannot be read, where it is read through errpact's stream.
func TestTheOtherOrderIsWrong(t *testing.T) {
	policy := newPolicy(t)
	v1 := serve(t, newHandlerOf(bufvalidate.NewInterceptor(), interceptor.New(interceptor.WithPolicy(policy))))
	v2 := serve(t, newHandlerV2Of(bufvalidate.NewServerInterceptor(), errpactv2.NewServerInterceptor(errpactv2.WithPolicy(policy))))
	for name, to := range map[string]server{
		"Connect v1": {url: v1.URL, client: v1.Client()},
		"Connect v2": {url: v2.URL, client: v2.Client()},
		"grpc-go":    serveGRPC(t, errpactInside(policy)),
	} {
		for _, kind := range kinds {
			err := callGRPC(t.Context(), remote{to, overGRPC, true}, kind, []*dynamicpb.Message{newOrder(t, nil, `id: "x"`)})
			want := []string{"errpact.v1.ErrorDetail", "google.rpc.ErrorInfo"}
			if kind == unary && name != "Connect v2" {
				want = []string{"buf.validate.Violations"}
			}
			_, details := wire(t, err)
			if diff := cmp.Diff(want, details); diff != "" {
				t.Errorf("%s on %s: details (-want +got):\n%s", kind, name, diff)
			}
		}
	}
}
