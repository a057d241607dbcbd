// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"cmp"
	"encoding/json"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping"
)

// A detail is one of google.rpc.Status.
type detail struct {
	Type  string
	Value string
}

// An outcome is all that a client has of an error.
type outcome struct {
	Messages int // that came before
	Code     uint32
	Message  string
	Details  []detail
	// Typed is what errpact's client makes of it, or generated types do; nil for a plain client.
	Typed *typed
}

// typed is an error of a catalogue.
type typed struct {
	ConnectCode       uint32
	Number            int32
	Reason, Catalogue string
	Message           string
	Metadata          map[string]string
	Payload           string
	Fields            []mapping.Field
	RetryDelay        time.Duration
}

// requestID is what all calls are made under.
const requestID = "pairs-1"

// want is what any client must get of an entry with a cargo. A redacted answer has the request's id, as
// those of HTTP 500 and up have.
func (e entry) want(t *testing.T, c cargo, redacted bool) outcome {
	t.Helper()
	message, delay := cmp.Or(c.message, e.message), cmp.Or(c.retryDelay, e.retryDelay)
	messages := []proto.Message{e.detail(c.payload), &errdetails.ErrorInfo{Reason: e.name, Domain: e.domain, Metadata: c.metadata}}
	if c.fields != nil {
		messages = append(messages, badRequest(c.fields))
	}
	if delay > 0 {
		messages = append(messages, retryInfo(delay))
	}
	messages = append(messages, c.links...)
	if redacted || e.status >= 500 {
		messages = append(messages, &errdetails.RequestInfo{RequestId: requestID})
	}
	want := outcome{Code: e.connectCode, Message: message, Typed: &typed{
		ConnectCode: e.connectCode, Number: e.number, Reason: e.reason, Catalogue: cmp.Or(e.enum, builtinEnum), Message: message,
		Metadata: c.metadata, Payload: c.payload, Fields: c.fields, RetryDelay: delay,
	}}
	for _, m := range append(messages, c.details...) {
		b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		want.Details = append(want.Details, detail{string(m.ProtoReflect().Descriptor().FullName()), string(b)})
	}
	return want
}

const builtinEnum = "errpact.v1.ErrorCode"

func (e entry) detail(payload string) *errpactv1.ErrorDetail {
	d := &errpactv1.ErrorDetail{Catalogue: e.enum, Reason: e.reason, DetailsJson: payload}
	if e.enum == "" {
		d.Code = errpactv1.ErrorCode(e.number).Enum()
	} else {
		d.Number = &e.number
	}
	return d
}

// typedOf reads an error as errpact's clients give it; nil for one that is not.
func typedOf(err error) *typed {
	e, ok := mapping.From(err)
	if !ok || !e.Remote() {
		return nil
	}
	payload, _ := mapping.Payload[json.RawMessage](e)
	delay, _ := e.RetryDelay()
	return &typed{
		ConnectCode: uint32(e.ConnectCode()), Number: e.Code().Number(), Reason: e.Reason(), Catalogue: e.Code().Catalogue().Name(),
		Message: e.Message(), Metadata: e.Metadata(), Payload: string(payload), Fields: e.Fields(), RetryDelay: delay,
	}
}
