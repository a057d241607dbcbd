// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/errpact/errpact/mapping"
)

// conclude answers with the error that is held: the one that the chain recorded, if that is what was
// written, else one that is chosen from what was written.
func (c *capture) conclude() {
	c.restoreHeader()
	if c.config.trusted && c.isEnvelope() {
		c.state = stateDone
		c.ResponseWriter.WriteHeader(c.status)
		_, _ = c.ResponseWriter.Write(c.body)
		return
	}
	seen := c.read()
	if e := c.slot.Error(); e != nil && c.wasWritten(e, seen) {
		c.write(e)
		return
	}
	e := c.infer(seen)
	c.reportInferred(e)
	c.write(e)
}

func (c *capture) isEnvelope() bool {
	_, err := mapping.ParseEnvelope(c.body)
	return err == nil
}

// wasWritten tells an answer that carries the recorded error from one that came in its place, such
// as that of a timeout.
func (c *capture) wasWritten(e *mapping.Error, seen written) bool {
	return seen.connectCode != 0 || c.status == e.HTTPStatus() || c.status == mapping.HTTPStatusOf(e.ConnectCode())
}

// written is what can be told of an error's body. Its text is for choosing a number, and for the
// report; it never goes out.
type written struct {
	// connectCode is 0 where the body is neither Connect's JSON nor a google.rpc.Status.
	connectCode uint32
	text        string
}

// read takes the held body apart.
func (c *capture) read() written {
	body := c.plainBody()
	seen := written{text: strings.TrimSpace(string(body))}
	// Content-Type tells nothing: vanguard writes its JSON under the handler's application/proto.
	var status struct {
		Code    json.RawMessage `json:"code"`
		Message string          `json:"message"`
	}
	if json.Unmarshal(body, &status) != nil {
		return seen
	}
	var number uint32
	var name string
	switch {
	case json.Unmarshal(status.Code, &number) == nil && number > 0:
		seen.connectCode = number
	case json.Unmarshal(status.Code, &name) == nil:
		seen.connectCode, _ = mapping.ConnectCodeNamed(name)
	}
	if seen.connectCode != 0 {
		seen.text = status.Message
	}
	return seen
}

// plainBody is the held body, inflated within bounds where the chain compressed it.
func (c *capture) plainBody() []byte {
	if c.outerEncoding || c.header.Get("Content-Encoding") != "gzip" {
		return c.body
	}
	zr, err := gzip.NewReader(bytes.NewReader(c.body))
	if err != nil {
		return nil
	}
	plain, _ := io.ReadAll(io.LimitReader(zr, maxHeld))
	return plain
}

// infer chooses the error that stands in for what was written.
func (c *capture) infer(seen written) *mapping.Error {
	policy := c.config.policy
	when, decoding := decodeFailure(seen.text)
	switch {
	case seen.connectCode == codeUnauthenticated || seen.connectCode == 0 && c.status == http.StatusUnauthorized:
		when = policy.WhenUnauthenticated(c.slot.Header)
	case !decoding || seen.connectCode == 0:
		when = mapping.WhenAny
	}
	switch {
	case seen.connectCode == 0:
		return policy.ByHTTPStatus(c.status, when)
	case when == mapping.WhenTooLarge:
		return policy.ByConnectCode(codeResourceExhausted, when)
	case decoding && (seen.connectCode == codeInvalidArgument || isTranscoders(seen)):
		return policy.ByConnectCode(codeInvalidArgument, when)
	}
	e := policy.ByConnectCode(seen.connectCode, when)
	if e.HTTPStatus() != c.status && c.status >= 400 {
		return policy.ByHTTPStatus(c.status, when)
	}
	return e
}

// isTranscoders knows vanguard's own decode errors among those that it calls unknown or internal, as
// a handler's are, too.
func isTranscoders(seen written) bool {
	if seen.connectCode != codeUnknown && seen.connectCode != codeInternal {
		return false
	}
	for _, start := range [...]string{"proto:", "unknown field in field path", "request should have no body", "JSON "} {
		if strings.HasPrefix(seen.text, start) {
			return true
		}
	}
	return seen.connectCode == codeUnknown && strings.HasSuffix(seen.text, invalidUTF8)
}

// The Connect codes that are told apart here. https://connectrpc.com/docs/protocol#error-codes
const (
	codeUnknown           = 2
	codeInvalidArgument   = 3
	codeResourceExhausted = 8
	codeInternal          = 13
	codeUnauthenticated   = 16
)

// reportInferred tells what was written in place of the envelope, since it is told to nobody else.
func (c *capture) reportInferred(e *mapping.Error) {
	c.config.policy.Tell(c.Context, mapping.Report{
		Procedure: c.method + " " + c.path,
		RequestID: c.slot.RequestID(),
		Err:       fmt.Errorf("rest: %d was answered: %q", c.status, seenText(c.body)),
		Sent:      e,
		Stage:     mapping.StageTransport,
	})
}

// seenText bounds what goes into a report.
func seenText(body []byte) string { return string(body[:min(len(body), 1024)]) }
