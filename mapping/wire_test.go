// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// encode is what an RPC caller gets of err.
func encode(p *mapping.Policy, err error) (*statuspb.Status, mapping.Answer) {
	answer := p.Translate(&mapping.Call{RequestID: "the-id"}, err)
	message, details := answer.Message(), answer.Details()
	return &statuspb.Status{Code: int32(answer.Error().ConnectCode()), Message: message, Details: details}, answer
}

// statusDetails are the details of a status as a transport hands them over.
type statusDetails []*anypb.Any

func (s statusDetails) Len() int           { return len(s) }
func (s statusDetails) Type(i int) string  { return string(s[i].MessageName()) }
func (s statusDetails) Value(i int) []byte { return s[i].GetValue() }

// decode sends err by one policy and receives it by another, over the wire's bytes.
func decode(t testing.TB, receiver, sender *mapping.Policy, err error) *mapping.Error {
	t.Helper()
	status, _ := encode(sender, err)
	wire, marshalErr := proto.Marshal(status)
	if marshalErr != nil {
		t.Fatal(marshalErr)
	}
	var got statuspb.Status
	if err := proto.Unmarshal(wire, &got); err != nil {
		t.Fatal(err)
	}
	return receiver.Decode(&mapping.ErrorResponse{
		ConnectCode: mapping.ConnectCode(got.GetCode()), Message: got.GetMessage(), Details: statusDetails(got.GetDetails()),
		Cause: errors.New("the transport's"), Wire: true,
	})
}

func TestHandEncodedDetailsAreThoseOfTheRealTypes(t *testing.T) {
	c := shop(t)
	e := c.Code(1001).WithReason("SOLD_OUT").New("ünï").WithMetadata("b", "").WithMetadata("a", "ä").WithMetadata("c", "3").
		WithField("f.g", "d").WithField("", "").WithPayload([]int{1}).WithRetryDelay(1500*time.Millisecond).
		WithDetail(&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "h", Reason: "R"}}},
			&errdetails.RequestInfo{RequestId: "mine"}, &errdetails.LocalizedMessage{Locale: "de", Message: "aus"},
			&errdetails.ResourceInfo{ResourceName: "r"})
	number := int32(1001)
	want := []proto.Message{
		&errpactv1.ErrorDetail{Catalogue: "acme.shop.v1.Shop", Number: &number, Reason: "SOLD_OUT", DetailsJson: "[1]"},
		&errdetails.ErrorInfo{Reason: "SOLD_OUT", Domain: "shop.acme.example", Metadata: map[string]string{"a": "ä", "b": "", "c": "3"}},
		&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
			{Field: "f.g", Description: "d"}, {}, {Field: "h", Reason: "R"}}},
		&errdetails.RetryInfo{RetryDelay: durationpb.New(1500 * time.Millisecond)},
		&errdetails.Help{Links: []*errdetails.Help_Link{{Description: "SHOP_N1001", Url: "https://shop.acme.example/help"}}},
		&errdetails.LocalizedMessage{Locale: "de", Message: "aus"},
		&errdetails.RequestInfo{RequestId: "mine"},
		&errdetails.ResourceInfo{ResourceName: "r"},
	}
	status, _ := encode(newPolicy(t, mapping.WithCatalogues(nil, c)), e)
	checkDetails(t, status, want)
	zero, ten := errpactv1.ErrorCode(0), errpactv1.ErrorCode(10)
	status, _ = encode(newPolicy(t), errors.New("secret"))
	checkDetails(t, status, []proto.Message{
		&errpactv1.ErrorDetail{Code: &zero}, &errdetails.ErrorInfo{Reason: "UNKNOWN", Domain: "errpact.dev"},
		&errdetails.RequestInfo{RequestId: "the-id"}})
	status, _ = encode(newPolicy(t), errpactv1err.NotExist)
	checkDetails(t, status, []proto.Message{&errpactv1.ErrorDetail{Code: &ten}, &errdetails.ErrorInfo{Reason: "NOT_EXIST", Domain: "errpact.dev"}})
}

func checkDetails(t *testing.T, status *statuspb.Status, want []proto.Message) {
	t.Helper()
	var got []proto.Message
	for _, detail := range status.GetDetails() {
		message, err := detail.UnmarshalNew()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, message)
		again, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
		if err != nil || !bytes.Equal(again, detail.GetValue()) {
			t.Errorf("%s is %x, protobuf makes %x of it: %v", detail.GetTypeUrl(), detail.GetValue(), again, err)
		}
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("details (-want +got):\n%s", diff)
	}
}

func TestG15EncodingIsDeterministic(t *testing.T) {
	e, reversed := errpactv1err.InvalidValue.New("m"), errpactv1err.InvalidValue.New("m")
	own := &errdetails.ErrorInfo{Metadata: map[string]string{}}
	for i := range 40 {
		e = e.WithMetadata(fmt.Sprintf("key%d", i), "v")
		reversed = reversed.WithMetadata(fmt.Sprintf("key%d", 39-i), "v")
		own.Metadata[fmt.Sprintf("key%d", i)] = "v"
	}
	var first []byte
	for i := range 100 {
		variants := []*mapping.Error{e, reversed, errpactv1err.InvalidValue.New("m").WithDetail(own)}
		status, _ := encode(nil, variants[i%3])
		var b []byte
		for _, detail := range status.GetDetails() {
			b = append(append(b, detail.GetTypeUrl()...), detail.GetValue()...)
		}
		if first == nil {
			first = b
		}
		if !bytes.Equal(first, b) {
			t.Fatalf("encoding %d differs", i)
		}
	}
}

func TestG11NothingIsSharedWithTheCaller(t *testing.T) {
	quota := &errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{Subject: "s"}}}
	packed := &anypb.Any{TypeUrl: "x/y.Z", Value: []byte("abc")}
	bad := &errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "f"}}}
	debug := &errdetails.DebugInfo{StackEntries: []string{"frame"}}
	payload := map[string]int{"left": 3}
	raw := []byte(`{"left":3}`)
	e := errpactv1err.NotExist.WithDetail(quota, packed, bad, debug).WithPayload(payload)
	e2 := errpactv1err.NotExist.WithPayload(json.RawMessage(raw))
	before, _ := encode(nil, e)
	wire, text := mustMarshal(t, before), fmt.Sprintf("%+v", e)
	quota.Violations[0].Subject, packed.Value[0], bad.FieldViolations[0].Field = "x", 'x', "x"
	debug.StackEntries[0], payload["left"], raw[2] = "x", 4, 'x'
	for _, message := range e.Details() {
		proto.Reset(message)
	}
	e.Fields()[0].Path = "x"
	after, _ := encode(nil, e)
	if !bytes.Equal(wire, mustMarshal(t, after)) || text != fmt.Sprintf("%+v", e) {
		t.Errorf("what went in is shared:\n%v\n%+v", after, e)
	}
	if got, _ := mapping.Payload[map[string]int](e2); got["left"] != 3 {
		t.Errorf("Payload = %v", got)
	}
}

func mustMarshal(t *testing.T, message proto.Message) []byte {
	t.Helper()
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
