// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/errpact/errpact/mapping"
)

// answers are what becomes of a request that does not decode.
var answers = map[mapping.Condition]struct {
	status, number int
	message        string
}{
	mapping.ConditionUndecodable: {400, 3, "Invalid structure"},
	mapping.ConditionWrongType:   {400, 5, "Invalid type"},
	mapping.ConditionOutOfRange:  {400, 4, "Invalid value"},
	mapping.ConditionTooLarge:    {413, 3, "Request Entity Too Large"},
}

// recorded are answers of vanguard v0.4.0 to REST callers, as its targets and connect v1.21.1 word
// them, with the request that they are for.
var recorded = []struct {
	request      string
	status, code int
	text         string
	want         mapping.Condition
}{
	{"body *, bad JSON", 500, 2, "proto:\u00a0unexpected EOF", mapping.ConditionUndecodable},
	{"body *, no JSON", 500, 2, "proto: syntax error (line 1:1): invalid value id", mapping.ConditionUndecodable},
	{"body *, wrong type", 500, 2, `proto: (line 1:10): invalid value for int32 field limit: "x"`, mapping.ConditionWrongType},
	{"body *, wrong type, JSON target", 400, 3, `unmarshal message: unmarshal into *vgv1.Req: proto: (line 1:10): invalid value for int32 field limit: "x"`, mapping.ConditionWrongType},
	{"body *, unknown enum name, JSON target", 400, 3, `unmarshal message: unmarshal into *vgv1.Req: proto: (line 1:10): invalid value for enum field color: "PINK"`, mapping.ConditionOutOfRange},
	{"body *, unknown field, strict codec", 500, 2, `proto: (line 1:2): unknown field "nope"`, mapping.ConditionUndecodable},
	{"body *, empty, gRPC target", 501, 12, "unary request has zero messages", mapping.ConditionUndecodable},
	{"query, wrong type", 400, 3, `invalid parameter "limit": invalid character 'x' looking for beginning of value`, mapping.ConditionWrongType},
	{"query, fraction", 400, 3, `invalid parameter "limit" value for type "int32": 1.5`, mapping.ConditionWrongType},
	{"query, out of range", 400, 3, `invalid parameter "limit" value for type "int32": 99999999999`, mapping.ConditionOutOfRange},
	{"query, unknown enum name", 400, 3, `invalid parameter "color": unknown enum: PINK`, mapping.ConditionOutOfRange},
	{"query, bad time", 400, 3, `invalid parameter "at" value for type "message": "`, mapping.ConditionOutOfRange},
	{"query, a message", 400, 3, `invalid parameter "inner": unsupported message type vg.v1.Inner`, mapping.ConditionUndecodable},
	{"query, unknown name", 500, 2, `unknown field in field path "nope": element "nope" does not correspond to any field of type vg.v1.Req`, mapping.ConditionUndecodable},
	{"query, not UTF-8", 500, 13, "string field contains invalid UTF-8", mapping.ConditionUndecodable},
	{"query, not UTF-8, gRPC target", 500, 2, "string field contains invalid UTF-8", mapping.ConditionUndecodable},
	{"query, not UTF-8, JSON target", 500, 13, "proto:\u00a0field vg.v1.Req.id contains invalid UTF-8", mapping.ConditionUndecodable},
	{"body on a GET route", 500, 2, "request should have no body; instead got 2 bytes", mapping.ConditionUndecodable},
	{"not gzip", 500, 2, "unexpected EOF", mapping.ConditionUndecodable},
	{"not gzip, longer", 500, 2, "gzip: invalid header", mapping.ConditionUndecodable},
	{"gzip that is damaged", 500, 2, "gzip: invalid checksum", mapping.ConditionUndecodable},
	{"body too large", 429, 8, "max buffer size (1048576) exceeded", mapping.ConditionTooLarge},
	{"Content-Length too large", 429, 8, "content length (1048576) exceeded", mapping.ConditionTooLarge},
	{"body too large for the handler", 429, 8, "message size 2097162 is larger than configured max 1048576", mapping.ConditionTooLarge},
	{"negative X-Server-Timeout", 400, 3, `parse timeout: "-1000" is negative`, mapping.ConditionUndecodable},
}

// TestG12DecodeFailuresOfVanguard have the right number and status, and nothing of the text.
func TestG12DecodeFailuresOfVanguard(t *testing.T) {
	for _, test := range recorded {
		t.Run(test.request, func(t *testing.T) {
			want := answers[test.want]
			s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/")
				w.WriteHeader(test.status)
				fmt.Fprintf(w, `{"code":%d,"message":%q,"details":[]}`, test.code, strings.ReplaceAll(test.text, "\u00a0", " "))
			}))
			get(t, s).want(t, want.status, envelope(want.number, want.message))
		})
	}
}

// TestHandlersErrorsAreNoDecodeFailures, though they have words in common with them.
func TestHandlersErrorsAreNoDecodeFailures(t *testing.T) {
	for _, test := range []struct {
		status, code int
		text         string
		number       int
		message      string
	}{
		{500, 2, "read the archive: unexpected EOF", 0, "Unknown server side error occurred"},
		{500, 13, "query: syntax error at or near SELECT", 0, "Unknown server side error occurred"},
		{500, 13, "marshal message: string field contains invalid UTF-8", 0, "Unknown server side error occurred"},
		{500, 13, "unexpected end of JSON input", 0, "Unknown server side error occurred"},
		{429, 8, "ten requests a minute", 0, "Too Many Requests"},
		{404, 5, "unknown field", 10, "Resource does not exist"},
		{501, 12, "vg.v1.Things.Watch is not implemented", 2, "Method is not realized"},
		{400, 3, "limit must be 1 to 100", 4, "Invalid value"},
	} {
		s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(test.status)
			fmt.Fprintf(w, `{"code":%d,"message":%q}`, test.code, test.text)
		}))
		get(t, s).want(t, test.status, envelope(test.number, test.message))
	}
	// What fails in sending is ours, though vanguard says resource_exhausted.
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(429)
		_, _ = io.WriteString(w, `{"code":8,"message":"compressed message size 3306478 exceeds sendMaxBytes 2097152"}`)
	}))
	get(t, s).want(t, 500, envelope(0, "Unknown server side error occurred"))
}
