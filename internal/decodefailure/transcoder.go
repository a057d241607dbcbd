// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package decodefailure

import (
	"strings"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping"
)

// IsTranscoders reports whether vanguard wrote a decode failure itself, under a code that handlers use
// too: unknown, internal, or unimplemented.
func IsTranscoders(connectCode mapping.ConnectCode, text string) bool {
	switch text {
	case noMessage:
		return connectCode == connectcode.Unimplemented
	case invalidUTF8, cutShort, badGzipHeader, badGzipSum, unprintable:
		return connectCode == connectcode.Unknown || connectCode == connectcode.Internal
	}
	if connectCode != connectcode.Unknown && connectCode != connectcode.Internal {
		return false
	}
	for _, start := range [...]string{
		"proto:", "unknown field in field path", "in field path ", "request should have no body", "JSON ",
		"read message: ", "protocol error: incomplete envelope: ", // Connect's, of its own protocol and of gRPC
	} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}

// Texts of what is under a transcoder, which it hands on under codes of its own.
const (
	// invalidUTF8 is protobuf's, for a text that it cannot encode, such as one out of a path.
	invalidUTF8 = "string field contains invalid UTF-8"
	// cutShort, badGzipHeader and badGzipSum are those of package gzip.
	cutShort      = "unexpected EOF"
	badGzipHeader = "gzip: invalid header"
	badGzipSum    = "gzip: invalid checksum"
	// unprintable is what vanguard writes where its own text cannot be encoded, since it quotes a byte of
	// the request that is no UTF-8. Other errors come to it as text that can.
	unprintable = "failed to marshal end error"
	// noMessage is that of Connect's handler for gRPC, for an empty body.
	noMessage = "unary request has zero messages"
)
