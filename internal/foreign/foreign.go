// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package foreign knows the error texts of other libraries: Connect v1 and v2, vanguard, protobuf,
// net/http, grpc-go and grpc-gateway. They have no types for most of what they refuse, so the text is
// all there is to go by.
//
// Each file holds the texts of one library, and each text has a test that provokes it with the real
// library, or finds it in the library's source where it cannot be provoked. The tests for vanguard,
// grpc-go and grpc-gateway are in test/foreign, since the root module does not require these.
//
// An unknown text has no meaning here: callers then treat the error as the handler's own. No text that
// this package reads may go out: they name Go types, and they quote the request.
package foreign

import (
	"strings"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping"
)

// DecodeFailure reports whether text is that of a transcoder, a gateway or a codec that could not decode
// a request, and what was wrong with the request. The text is enough for any code but the transcoder's
// own, for which see [TranscoderRefused].
func DecodeFailure(text string) (mapping.Condition, bool) {
	text = normalizeProtobuf(text)
	// A text about a parameter ends with the caller's value, which may be any text. So these go first.
	for _, read := range [...]func(string) (mapping.Condition, bool){vanguardParameter, gatewayRefused, protobufFailure} {
		if condition, ok := read(text); ok {
			return condition, true
		}
	}
	text = withoutQuotes(text)
	switch {
	case connectTooLarge(text) || httpTooLarge(text) || vanguardTooLarge(text):
		return mapping.ConditionTooLarge, true
	case protobufMalformed(text) || vanguardMalformed(text) || connectMalformed(text) || httpMalformed(text):
		return mapping.ConditionUndecodable, true
	}
	return mapping.ConditionAny, false
}

// withoutQuotes empties what a text has in quotes: that may be the caller's own value, which has no say in what the
// text is about.
func withoutQuotes(text string) string {
	var plain strings.Builder
	quoted := false
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '"':
			quoted = !quoted
			plain.WriteByte('"')
		case quoted && text[i] == '\\':
			i++
		case !quoted:
			plain.WriteByte(text[i])
		}
	}
	return plain.String()
}

// TranscoderRefused reports whether a transcoder such as vanguard refused the request under a code that
// a handler's own errors have too. The text must be the whole message, since a handler may quote a
// decoder's text in its own.
func TranscoderRefused(code mapping.ConnectCode, text string) bool {
	if text == connectNoMessage {
		return code == connectcode.Unimplemented
	}
	if code != connectcode.Unknown && code != connectcode.Internal {
		return false
	}
	switch text {
	case protobufInvalidUTF8, cutShort, gzipInvalidHeader, gzipInvalidChecksum, vanguardUnencodable, vanguardNoName:
		return true
	}
	return startsWithAny(text, connectReads[:]) || startsWithAny(text, vanguardStarts[:]) || protobufRefused(text)
}

func startsWithAny(text string, starts []string) bool {
	for _, start := range starts {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}

func containsAny(text string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}
