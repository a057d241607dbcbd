// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package requestid says what the id of a request is.
package requestid

import (
	"encoding/hex"
	"math/rand/v2"
	"strings"
)

// The headers that have it, in canonical form.
const (
	Header      = "X-Request-Id"
	Traceparent = "Traceparent"
)

// Sent returns the id that a request came with, by the first values of its headers, or empty: its
// X-Request-Id if that is 1 to 128 bytes of [A-Za-z0-9._:/+=@-], else the trace id of a valid traceparent
// (https://www.w3.org/TR/trace-context/#traceparent-header).
func Sent(id, traceparent string) string {
	if id = Valid(id); id != "" {
		return id
	}
	return traceID(traceparent)
}

// First does what Get does for a header in canonical form.
func First(header map[string][]string, name string) string {
	if values := header[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// Valid returns id if it may be an id, else "".
func Valid(id string) string {
	if len(id) > 128 {
		return ""
	}
	for i := 0; i < len(id); i++ {
		if !isLetter(id[i]) && !isDigit(id[i]) && strings.IndexByte("._:/+=@-", id[i]) < 0 {
			return ""
		}
	}
	return id
}

// traceID is the trace id of a traceparent, or empty.
func traceID(parent string) string {
	// version "-" 32 hex digits "-" 16 hex digits "-" 2 hex digits; later versions may add to it
	const length = 55
	if len(parent) < length || parent[2] != '-' || parent[35] != '-' || parent[52] != '-' ||
		len(parent) > length && (parent[:2] == "00" || parent[length] != '-') {
		return ""
	}
	version, trace, span, flags := parent[:2], parent[3:35], parent[36:52], parent[53:length]
	if !isLowerHex(version) || version == "ff" || !isLowerHex(trace) || !isLowerHex(span) || !isLowerHex(flags) ||
		strings.Trim(trace, "0") == "" || strings.Trim(span, "0") == "" {
		return ""
	}
	return trace
}

func isLowerHex(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) && (s[i] < 'a' || s[i] > 'f') {
			return false
		}
	}
	return true
}

// New makes up an id. It is a name, not a secret.
func New() string {
	var id [16]byte
	for i := 0; i < len(id); i += 8 {
		for j, r := 0, rand.Uint64(); j < 8; j, r = j+1, r>>8 {
			id[i+j] = byte(r)
		}
	}
	var text [2 * len(id)]byte
	hex.Encode(text[:], id[:])
	return string(text[:])
}

func isDigit(b byte) bool  { return '0' <= b && b <= '9' }
func isLetter(b byte) bool { return 'A' <= b&^0x20 && b&^0x20 <= 'Z' }
