// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/mapping"
)

// A cargo is what an error carries besides its code.
type cargo struct {
	name       string
	message    string
	metadata   map[string]string
	payload    string
	fields     []mapping.Field
	retryDelay time.Duration
	// links go out before the request's id, and details after it.
	links, details []proto.Message
}

// cargoes have each part by itself, and all together.
var cargoes = []cargo{
	{name: "bare"},
	{name: "message", message: "Ünïcode ✓, 100% of ours, and a \"quote\""},
	{name: "metadata", metadata: someMetadata},
	{name: "payload", payload: somePayload},
	{name: "fields", fields: someFields},
	{name: "retry delay", retryDelay: 90 * time.Second},
	{name: "details", links: someLinks, details: someDetails},
	{
		name: "everything", message: "all at once – ✓", metadata: someMetadata, payload: somePayload, fields: someFields,
		retryDelay: 1500 * time.Millisecond, links: someLinks, details: someDetails,
	},
}

var (
	someMetadata = map[string]string{"folder_id": "f-1", "empty": "", "odd": "ä\n%\u2028", "note-2": "x"}
	somePayload  = `{"left": 3,"deep":{"list":[1,2.5e3,null]},"text":"<ü>"}`
	someFields   = []mapping.Field{
		{Path: "folder.names[2]", Description: "is too löng"}, {Path: "", Description: ""}, {Path: "hash", Description: "d", Reason: "TOO_SHORT"},
	}
	someLinks = []proto.Message{
		&errdetails.Help{Links: []*errdetails.Help_Link{{Description: "what to do", Url: "https://errpact.dev/help"}}},
		&errdetails.LocalizedMessage{Locale: "de", Message: "Falscher Wert"},
	}
	someDetails = []proto.Message{
		&errdetails.ResourceInfo{ResourceType: "folder", ResourceName: "f-1"},
		&errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{Subject: "disk", Description: "full"}}},
		wrapperspb.Bytes([]byte{0, 0xff, 0x80}),
		&errdetails.PreconditionFailure{},
	}
)

// load makes the error as a handler would.
func (c cargo) load(code mapping.Code) *mapping.Error {
	e := code.New(c.message)
	for _, key := range slices.Sorted(maps.Keys(c.metadata)) {
		e = e.WithMetadata(key, c.metadata[key])
	}
	if c.payload != "" {
		e = e.WithPayload(json.RawMessage(c.payload))
	}
	for _, f := range c.fields {
		// WithField has no reason: that comes with the detail.
		e = e.WithDetail(&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
			{Field: f.Path, Description: f.Description, Reason: f.Reason},
		}})
	}
	if c.retryDelay > 0 {
		e = e.WithRetryDelay(c.retryDelay)
	}
	return e.WithDetail(c.links...).WithDetail(c.details...)
}

func badRequest(fields []mapping.Field) *errdetails.BadRequest {
	bad := &errdetails.BadRequest{}
	for _, f := range fields {
		bad.FieldViolations = append(bad.FieldViolations, &errdetails.BadRequest_FieldViolation{
			Field: f.Path, Description: f.Description, Reason: f.Reason,
		})
	}
	return bad
}

func retryInfo(delay time.Duration) *errdetails.RetryInfo {
	return &errdetails.RetryInfo{RetryDelay: durationpb.New(delay)}
}
