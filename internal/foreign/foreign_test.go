// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"testing"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/mapping"
)

// TestHandlersErrorsAreNotDecodeFailures though they share words with them.
func TestHandlersErrorsAreNotDecodeFailures(t *testing.T) {
	for _, text := range []string{
		"", "ten requests a minute", "limit must be 1 to 100", "vg.v1.Things.Watch is not implemented", "unexpected end of JSON input",
		"the photo is larger than configured max of the album",
	} {
		if condition, ok := foreign.DecodeFailure(text); ok {
			t.Errorf("DecodeFailure(%q) = %v", text, condition)
		}
	}
	// These have a decoder's words in them, but not under a transcoder's code and as the whole message.
	for text, code := range map[string]mapping.ConnectCode{
		"read the archive: unexpected EOF":                     connectcode.Unknown,
		"query: syntax error at or near SELECT":                connectcode.Internal,
		"marshal message: string field contains invalid UTF-8": connectcode.Internal,
		"unary request has zero messages":                      connectcode.Internal,
		"unexpected EOF":                                       connectcode.NotFound,
		"proto: cannot parse invalid wire-format data":         connectcode.NotFound,
	} {
		if foreign.TranscoderRefused(code, text) {
			t.Errorf("TranscoderRefused(%v, %q) = true", code, text)
		}
	}
}

// FuzzDecodeFailure: any text has one answer, and no panic.
func FuzzDecodeFailure(f *testing.F) {
	for _, text := range []string{
		`proto: (line 1:10): invalid value for int32 field limit: "x"`, `invalid parameter "limit" value for type "int32": 1.5`,
		`invalid parameter "color": unknown enum: PINK`, "proto: syntax error (line 1:1): invalid value id", "max buffer size (1048576) exceeded",
		`parsing field "lent": strconv.ParseBool: parsing "x": invalid syntax`, "read message: malformed chunked encoding",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		condition, ok := foreign.DecodeFailure(text)
		switch condition {
		case mapping.ConditionUndecodable, mapping.ConditionWrongType, mapping.ConditionOutOfRange, mapping.ConditionTooLarge:
			if !ok {
				t.Errorf("DecodeFailure(%q) = %v, false", text, condition)
			}
		default:
			if ok || condition != mapping.ConditionAny {
				t.Errorf("DecodeFailure(%q) = %v, %t", text, condition, ok)
			}
		}
		for code := range mapping.ConnectCode(18) {
			_ = foreign.TranscoderRefused(code, text)
			_ = foreign.ConnectHTTPStatus(code, text)
			if made, ok := foreign.GRPCClientMade(code, text); !ok && made != code {
				t.Errorf("GRPCClientMade(%v, %q) = %v, false", code, text, made)
			}
		}
	})
}
