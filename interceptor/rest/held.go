// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/jsonfault"
	"github.com/errpact/errpact/internal/lenientjson"
	"github.com/errpact/errpact/internal/statusjson"
	"github.com/errpact/errpact/mapping"
)

// answerHeld answers with the error that is held: the one that the chain recorded, if that is what was
// written, else one that is chosen from what was written.
//
// An envelope that is not trusted is forged for all that is known: only its status counts.
func (c *capture) answerHeld() {
	c.restoreHeld()
	if c.err != nil {
		c.write(c.err)
		return
	}
	seen := c.read()
	if c.config.trusted && seen.envelope {
		c.passOn()
		return
	}
	if c.held.recorded.NotModified != nil && seen.connectCode != 0 && c.mayBeNotModified() {
		c.writeNotModified(c.held.recorded.NotModified)
		return
	}
	e := c.infer(seen)
	c.reportInferred(e, seen)
	c.write(e)
}

// passOn sends the held answer as it is, and adds what every 401 has.
func (c *capture) passOn() {
	c.state = stateDone
	c.config.setChallenge(c.Header(), int(c.status), c.request.credential)
	c.ResponseWriter.WriteHeader(int(c.status))
	_, _ = c.ResponseWriter.Write(c.held.body) // nobody is left to tell
}

// wasWritten tells an answer that carries the recorded error from one that came in its place, such
// as that of a timeout. A transcoder knows the error's Connect code alone, and its status.
func (c *capture) wasWritten(e *mapping.Error) bool {
	return e != nil && (int(c.status) == e.HTTPStatus() || int(c.status) == e.ConnectCode().HTTPStatus())
}

// held has an answer that somebody else wrote in place of the chain's error: what the chain had recorded by
// then, and the body.
type held struct {
	recorded transport.Record
	body     []byte
}

// written is what can be told of an error's body. Its text is for choosing a number, and for the
// report; it never goes out.
type written struct {
	// connectCode is 0 where the body is neither Connect's JSON nor a google.rpc.Status, or the status
	// is not that code's, as it is in all that a transcoder writes.
	connectCode mapping.ConnectCode
	text        string
	// fault is what this process's own strict codec found wrong with the request, or nil.
	fault *jsonfault.Fault
	// envelope says that the body is an errpact envelope.
	envelope bool
}

// read takes the held body apart.
func (c *capture) read() written {
	body := lenientjson.Trim(c.plainBody())
	seen := written{text: strings.TrimSpace(string(body))}
	if !strings.HasPrefix(seen.text, "{") {
		return seen
	}
	if _, err := mapping.ParseEnvelope(body); err == nil {
		seen.envelope = true
		return seen
	}
	// Content-Type tells nothing: vanguard writes its JSON under the handler's application/proto.
	if status, ok := statusjson.Parse(body); ok && status.ConnectCode.HTTPStatus() == int(c.status) {
		seen.connectCode, seen.text = status.ConnectCode, status.Message
		if fault, sealed := jsonfault.Parse(seen.text); sealed {
			seen.fault = fault
		}
	}
	return seen
}

// plainBody is the held body, inflated within bounds where the chain compressed it.
func (c *capture) plainBody() []byte {
	if len(c.outerEncoding) > 0 || !strings.EqualFold(c.header.Get("Content-Encoding"), "gzip") {
		return c.held.body
	}
	return inflate(c.held.body)
}

// inflate gives as much of what was compressed as can be had, and is within bounds.
func inflate(body []byte) []byte {
	zr, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil
	}
	plain, _ := io.ReadAll(io.LimitReader(zr, maxHeld))
	return plain
}

// infer chooses the error that stands in for what was written.
func (c *capture) infer(seen written) *mapping.Error {
	policy := c.config.policy
	if seen.fault != nil {
		return seen.fault.Err(policy)
	}
	if seen.connectCode != 0 && (c.held.recorded.Succeeded || foreign.ConnectUnsendable(seen.text)) {
		// It was the answer that could not be encoded, or is too large to be sent.
		if e := c.config.unsendable(seen.connectCode, seen.text, c.exchange.RequestID()); e != nil {
			return e
		}
		return policy.ByConnectCode(connectcode.Internal, mapping.ConditionAny)
	}
	condition, decoding := decodeFailure(seen.text, false)
	switch {
	case seen.connectCode == connectcode.Unauthenticated || seen.connectCode == 0 && c.status == http.StatusUnauthorized:
		condition = c.request.credential
	case !decoding || seen.connectCode == 0:
		condition = mapping.ConditionAny
	}
	switch {
	case seen.connectCode == 0:
		return policy.ByHTTPStatus(int(c.status), condition)
	case condition == mapping.ConditionTooLarge:
		return policy.ByConnectCode(connectcode.ResourceExhausted, condition)
	case decoding && (seen.connectCode == connectcode.InvalidArgument || foreign.TranscoderRefused(seen.connectCode, seen.text)):
		if c.brokenJSON(seen.text) {
			return policy.ByConnectCode(connectcode.InvalidArgument, mapping.ConditionUndecodable)
		}
		return lacking(policy.ByConnectCode(connectcode.InvalidArgument, condition), c.undecoded(seen.text, false))
	}
	return policy.ByConnectCode(seen.connectCode, condition)
}

// lacking adds the fields that could not be decoded.
func lacking(e *mapping.Error, fields []mapping.Field) *mapping.Error {
	if len(fields) == 0 {
		return e
	}
	return e.WithFields(fields...)
}

// reportInferred tells what was written in place of the envelope, since it is told to nobody else.
func (c *capture) reportInferred(e *mapping.Error, seen written) {
	r := c.report()
	r.Err = fmt.Errorf("rest: %d was answered: %q", c.status, seen.text[:min(len(seen.text), maxReported)])
	r.Sent, r.Stage = e, mapping.StageTransport
	c.config.policy.Tell(c.Context, r)
}

// maxReported bounds what goes into a report.
const maxReported = 1024
