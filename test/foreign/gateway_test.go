// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"
	"google.golang.org/genproto/googleapis/rpc/context/attribute_context"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/foreign/format"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
)

// A query is what grpc-gateway decodes into a message.
type query struct {
	start, text string
	into        proto.Message
	want        mapping.Condition
}

// queries are decoded by the real grpc-gateway.
var queries = []query{
	{"parsing field ", "amount=many", new(interopv1.UnaryRequest), mapping.ConditionWrongType},
	{"parsing field ", "amount=4294967296", new(interopv1.UnaryRequest), mapping.ConditionOutOfRange},
	{"parsing field ", "kind=PINK", new(interopv1.UnaryRequest), mapping.ConditionOutOfRange},
	{"parsing field ", "data=!", new(interopv1.UnaryRequest), mapping.ConditionOutOfRange},
	{"parsing field ", "positive_int_value=-1", new(descriptorpb.UninterpretedOption), mapping.ConditionOutOfRange},
	{"parsing field ", "positive_int_value=1.5", new(descriptorpb.UninterpretedOption), mapping.ConditionWrongType},
	{"parsing field ", "double_value=x", new(descriptorpb.UninterpretedOption), mapping.ConditionWrongType},
	{"parsing field ", "retry_delay=soon", new(errdetails.RetryInfo), mapping.ConditionOutOfRange},
	{"parsing field ", "time=soon", new(attribute_context.AttributeContext_Request), mapping.ConditionOutOfRange},
	{"parsing field ", "time=0000-12-31T00:00:00Z", new(attribute_context.AttributeContext_Request), mapping.ConditionOutOfRange},
	{"parsing list ", "public_dependency=x", new(descriptorpb.FileDescriptorProto), mapping.ConditionWrongType},
	{"too many values for field ", "amount=1&amount=2", new(interopv1.UnaryRequest), mapping.ConditionUndecodable},
	{"more than one value provided for key ", "metadata[a]=1&metadata[a]=2", new(errdetails.ErrorInfo), mapping.ConditionUndecodable},
	{"field already set for oneof ", "number_value=1&string_value=x", new(structpb.Value), mapping.ConditionUndecodable},
	{"invalid path: ", "amount.x=1", new(interopv1.UnaryRequest), mapping.ConditionUndecodable},
	{"field ", "amount[a]=1", new(interopv1.UnaryRequest), mapping.ConditionWrongType},
	{"invalid URL escape ", "amount=%zz", new(interopv1.UnaryRequest), mapping.ConditionUndecodable},
	{"invalid semicolon separator in query", "a=1;b=2", new(interopv1.UnaryRequest), mapping.ConditionUndecodable},
}

func TestDecodeFailuresOfGatewaysQueries(t *testing.T) {
	for _, test := range queries {
		wantFailure(t, test.text, test.start, test.decode(), test.want)
	}
}

// decode returns the error of the real grpc-gateway.
func (q query) decode() error {
	values, err := url.ParseQuery(q.text)
	if err != nil {
		return err
	}
	return runtime.PopulateQueryParameters(proto.Clone(q.into), values, utilities.NewDoubleArray(nil))
}

func TestDecodeFailuresOfGatewaysHeaders(t *testing.T) {
	for start, header := range map[string][2]string{
		"invalid grpc-timeout: ": {"Grpc-Timeout", "soon"}, "invalid binary header ": {"Grpc-Metadata-X-Bin", "!"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set(header[0], header[1])
		_, err := runtime.AnnotateContext(t.Context(), runtime.NewServeMux(runtime.WithIncomingHeaderMatcher(runtime.LegacyHeaderMatcher)), r, procedure)
		wantFailure(t, header[0], start, err, mapping.ConditionUndecodable)
	}
	form := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("a=1"))
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded; a")
	wantFailure(t, "a form's type", "mime: ", form.ParseForm(), mapping.ConditionUndecodable)
}

// TestDecodeFailuresOfGatewaysEnums: generated code writes what is in front of the text.
func TestDecodeFailuresOfGatewaysEnums(t *testing.T) {
	_, err := runtime.Enum("PINK", nil)
	wantFailure(t, "an enum", "type mismatch, parameter: ", fmt.Errorf("type mismatch, parameter: %s, err: %w", "kind", err), mapping.ConditionOutOfRange)
}

// TestDecodeFailuresOfGatewaysTimes: a time in the path is protojson's to decode.
func TestDecodeFailuresOfGatewaysTimes(t *testing.T) {
	_, noTime := runtime.Timestamp("noon")
	_, noDuration := runtime.Duration("soon")
	_, tooLong := runtime.Duration("999999999999s")
	for _, err := range []error{noTime, noDuration, tooLong} {
		wantFailure(t, "a time", "type mismatch, parameter: ", fmt.Errorf("type mismatch, parameter: %s, error: %w", "at", err), mapping.ConditionOutOfRange)
	}
}

func TestDecodeFailuresOfGatewaysJSON(t *testing.T) {
	var n int
	err := new(runtime.JSONBuiltin).Unmarshal([]byte(`"x"`), &n)
	wantFailure(t, "JSON", "json: cannot unmarshal ", err, mapping.ConditionWrongType)
	err = new(runtime.JSONPb).Unmarshal([]byte(`{"amount":`), new(interopv1.UnaryRequest))
	wantFailure(t, "JSON", "", err, mapping.ConditionUndecodable)
}

// bodies are decoded by the real grpc-gateway into what is not a message, or made a field mask of.
var bodies = []struct {
	body, format string
	decode       func(body string) error
	want         mapping.Condition
}{
	{`{"nope":1}`, "could not find field %q in %q", masked, mapping.ConditionUndecodable},
	{`{"payload":{"x":1}}`, "could not find field @type in %q in message %q", masked, mapping.ConditionUndecodable},
	{`{"name":{"x":1}}`, "JSON structure did not match request type", masked, mapping.ConditionWrongType},
	{`"KIND_LARGE"`, "unmarshaling of symbolic enum %q not supported: %T", into[interopv1.Kind], mapping.ConditionOutOfRange},
	{`["KIND_LARGE"]`, "unmarshaling of symbolic enum %q not supported: %T", into[[]interopv1.Kind], mapping.ConditionOutOfRange},
	{`1.5`, "%v is not a valid value for enum %T", into[interopv1.Kind], mapping.ConditionOutOfRange},
	{`99999999999`, "%v is not a valid value for enum %T", into[interopv1.Kind], mapping.ConditionOutOfRange},
	{`[true]`, "cannot assign %#v into Go type %T", into[[]interopv1.Kind], mapping.ConditionWrongType},
	{`{"a":"is not a valid value for enum"}`, "cannot assign %#v into Go type %T", into[interopv1.Kind], mapping.ConditionWrongType},
	{`{"x":"y"}`, "strconv.Parse%s: parsing %q: %s", into[map[int32]string], mapping.ConditionWrongType},
	{`{"99999999999":"y"}`, "strconv.Parse%s: parsing %q: %s", into[map[int32]string], mapping.ConditionOutOfRange},
	{`{"-1":"y"}`, "strconv.Parse%s: parsing %q: %s", into[map[uint32]string], mapping.ConditionOutOfRange},
	{`{"yes":"y"}`, "strconv.Parse%s: parsing %q: %s", into[map[bool]string], mapping.ConditionWrongType},
	{`"!!!!"`, "illegal base64 data at input byte %d", into[[]byte], mapping.ConditionOutOfRange},
	{`x`, "unable to unmarshal non proto field", func(body string) error { return new(runtime.ProtoMarshaller).Unmarshal([]byte(body), new(string)) }, mapping.ConditionUndecodable},

	{`99999999999`, "json: cannot unmarshal %s", into[int32], mapping.ConditionOutOfRange},
	{`-1`, "json: cannot unmarshal %s", into[uint32], mapping.ConditionOutOfRange},
	{`1e999`, "json: cannot unmarshal %s", into[float32], mapping.ConditionOutOfRange},
	{`1e999`, "json: cannot unmarshal %s", into[float64], mapping.ConditionOutOfRange},
	{`1.5`, "json: cannot unmarshal %s", into[int64], mapping.ConditionWrongType},
	{`"5"`, "json: cannot unmarshal %s", into[int64], mapping.ConditionWrongType},
	{`5`, "json: cannot unmarshal %s", into[string], mapping.ConditionWrongType},
	{`{"a":1,"a":2}`, "duplicate map key %q", into[map[string]int32], mapping.ConditionUndecodable},
	{strings.Repeat("[", 20000), "invalid character %s", into[int32], mapping.ConditionUndecodable},
	{`{`, "unexpected EOF", into[int32], mapping.ConditionUndecodable},
	{`<x/>`, "invalid character %s", into[int32], mapping.ConditionUndecodable},
}

// masked makes a field mask of a body.
func masked(body string) error {
	_, err := runtime.FieldMaskFromRequestBody(strings.NewReader(body), new(interopv1.UnaryRequest))
	return err
}

// into decodes a body into a value of a type.
func into[T any](body string) error {
	return new(runtime.JSONPb).Unmarshal([]byte(body), new(T))
}

// TestDecodeFailuresOfGatewaysBodies: each format is provoked, and none of the texts is a handler's.
func TestDecodeFailuresOfGatewaysBodies(t *testing.T) {
	formats := foreign.GatewayBodyFormats()
	for _, test := range bodies {
		err := test.decode(test.body)
		if err == nil || !format.Fits(test.format, err.Error()) {
			t.Errorf("%.60s: the text is %v, want one of %q", test.body, err, test.format)
			continue
		}
		wantFailure(t, test.body, "", err, test.want)
		formats = slices.DeleteFunc(formats, func(format string) bool { return format == test.format })
	}
	if len(formats) > 0 {
		t.Errorf("nothing provokes %q", formats)
	}
	for _, own := range []string{"purple is not a valid value for enum Colour", "could not find field seven", "cannot assign the task", "JSON structure did not match", "cannot assign seat 12A into Go type economy", `strconv.Atoi: parsing "abc": invalid syntax`} {
		if condition, ok := foreign.FrontFailure(own); ok {
			t.Errorf("FrontFailure(%q) = %v", own, condition)
		}
	}
}

func TestFieldsOfGatewaysBodies(t *testing.T) {
	for body, want := range map[string]foreign.Named{
		`{"nope":1}`: {Name: "nope", What: foreign.Unknown}, `{"no\"pe":1}`: {Name: `no"pe`, What: foreign.Unknown}, `{"payload":{"x":1}}`: {Name: "payload"},
	} {
		if n, ok := foreign.FieldNamed(masked(body).Error()); !ok || n != want {
			t.Errorf("FieldNamed(%v) = %+v, %t, want %+v", masked(body), n, ok, want)
		}
	}
}

// wantFailure checks the text of an error, which may be a status.
func wantFailure(t *testing.T, name, start string, err error, want mapping.Condition) {
	t.Helper()
	text := status.Convert(err).Message()
	if err == nil || !strings.HasPrefix(text, start) {
		t.Errorf("%s: the text is %q, want it to start with %q", name, text, start)
	}
	if condition, ok := foreign.FrontFailure(text); condition != want || !ok {
		t.Errorf("%s: FrontFailure(%q) = %v, %t, want %v", name, text, condition, ok, want)
	}
}

// TestEveryGatewayTextIsPinned to the source of grpc-gateway, or of the package whose text it passes on.
// Generated code has the first two: TestG12EveryRow of interceptor/gateway provokes them.
func TestEveryGatewayTextIsPinned(t *testing.T) {
	gateway := sourceOf(t, "github.com/grpc-ecosystem/grpc-gateway/v2")
	of := map[string]string{
		"invalid URL escape ": "net/url", "invalid semicolon separator in query": "net/url", "mime: ": "mime",
		"json: cannot unmarshal ": "encoding/json", "value out of range": "strconv", "illegal base64 data": "encoding/base64",
		"parsing time ": "time", "time: ": "time",
	}
	var provoked []string
	for _, test := range queries {
		provoked = append(provoked, status.Convert(test.decode()).Message())
	}
	elsewhere := []string{" is not valid", "mime: ", "invalid grpc-timeout: ", "invalid binary header ", "json: cannot unmarshal "}
	unprovoked := []string{"type mismatch, parameter: ", "missing parameter ", "parsing map ", "malformed path escape ", "Failed to decode request: "}
	for _, text := range foreign.GatewayTexts() {
		source := gateway
		if passedOn, ok := of[text]; ok {
			source = sourceOf(t, passedOn)
		}
		literal := `"` + text
		if strings.HasPrefix(text, " ") {
			literal = text + `"`
		}
		if !strings.Contains(source, literal) {
			t.Errorf("no literal has %q", text)
		}
		called := slices.ContainsFunc(provoked, func(message string) bool { return strings.Contains(message, text) })
		if (called || slices.Contains(elsewhere, text)) == slices.Contains(unprovoked, text) {
			t.Errorf("%q: want it either provoked or in the list of those that are not", text)
		}
	}
}
