// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"encoding/json"
	"strconv"

	"github.com/errpact/errpact/internal/retryafter"
	"github.com/errpact/errpact/mapping"
)

// problem makes the envelope a problem of RFC 9457, whose extension members its keys are, and request_id.
// https://www.rfc-editor.org/rfc/rfc9457#section-3
func (c *config) problem(envelope string, o mapping.EnvelopeOptions, requestID string, e *mapping.Error) string {
	typeURI, title := c.policy.Problem(e, o.AcceptLanguage)
	detail, _ := e.MessageIn(o.AcceptLanguage)
	b := appendText([]byte(`{"type":`), typeURI)
	b = appendText(append(b, `,"title":`...), title)
	b = strconv.AppendInt(append(b, `,"status":`...), int64(e.HTTPStatus()), 10)
	b = appendText(append(b, `,"detail":`...), detail)
	if isUUID(requestID) {
		b = appendText(append(b, `,"instance":`...), "urn:uuid:"+requestID)
	}
	if requestID != "" {
		b = appendText(append(b, `,"request_id":`...), requestID)
	}
	if c.guidance {
		b = appendGuidance(b, e, o.RetryOf(e))
	}
	return string(append(append(b, ','), envelope[1:]...))
}

// appendGuidance appends what to do about the error. The delay is that of Retry-After.
func appendGuidance(b []byte, e *mapping.Error, retry mapping.Retry) []byte {
	if resolution := e.Resolution(); resolution != "" {
		b = appendText(append(b, `,"resolution":`...), resolution)
	}
	b = strconv.AppendBool(append(b, `,"retryable":`...), retry.Calls != mapping.RetryNone)
	if retry.Delay > 0 {
		b = append(append(b, `,"retry_after_seconds":`...), retryafter.Value(retry.Delay)...)
	}
	return b
}

// appendText appends a JSON string.
func appendText(b []byte, text string) []byte {
	quoted, _ := json.Marshal(text) // which a string does not fail
	return append(b, quoted...)
}

// isUUID reports whether an id has the form of a UUID.
// https://www.rfc-editor.org/rfc/rfc9562#section-4
func isUUID(id string) bool {
	if len(id) != len("00000000-0000-0000-0000-000000000000") {
		return false
	}
	for i := range len(id) {
		c := id[i] | 0x20
		switch i {
		case 8, 13, 18, 23:
			if id[i] != '-' {
				return false
			}
		default:
			if (id[i] < '0' || id[i] > '9') && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return true
}
