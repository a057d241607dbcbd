// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/mapping/catalogue"
)

// entry is what a [Code] points to. It is made before its catalogue is read, by package-level
// variables; what the catalogue says of it is filled in when first asked for.
type entry struct {
	catalogue *Catalogue
	number    int32
	reason    string
	filled    atomic.Pointer[spec]
}

// spec is what a catalogue says of one entry or reason, with what every error of it has in common.
// It is immutable and shared.
type spec struct {
	name string
	// infoReason is the reason of google.rpc.ErrorInfo, which may not be empty.
	infoReason  string
	connectCode uint32
	httpStatus  int
	message     string
	// template is the message where it has placeholders, and message what is sent without their values.
	template string
	// translations is nil where there are none.
	translations *translations
	helpURL      string
	description  string
	retryDelay   *time.Duration
	reasons      []string

	base Code

	// The bare error, and its details: one by one, and all in their order.
	bare                      *Error
	detail, info, retry, help *anypb.Any
	anys                      []*anypb.Any
	// kept says that the catalogue keeps the code, and memos are what a transport made of each detail of
	// one that is kept.
	kept   bool
	memos  []atomic.Value
	shared Shared
	// weight is what anys weigh on the wire, with the message.
	weight int
	// envelope is that of the bare error. It is a string, since whoever is given bytes could change them.
	// All errors of the code with its message have the first envelopeHead bytes.
	envelope     string
	envelopeHead int
}

// zeroEntry stands behind the zero Code.
var zeroEntry entry

func (c Code) spec() *spec {
	e := c.entry
	if e == nil {
		e = &zeroEntry
	}
	if s := e.filled.Load(); s != nil {
		return s
	}
	// Two goroutines may both come here; one spec is as good as the other, and the first stays.
	e.filled.CompareAndSwap(nil, newSpec(c))
	return e.filled.Load()
}

// newSpec looks the code up in its catalogue. What the catalogue does not have, or a catalogue that
// cannot be read, gives an unknown error that keeps its number.
func newSpec(c Code) *spec {
	s := &spec{
		name:        strconv.Itoa(int(c.Number())),
		connectCode: uint32(codeUnknown),
		httpStatus:  500,
		message:     "Unknown error",
		base:        c,
	}
	domain := ""
	if data, err := c.Catalogue().loaded(); err == nil {
		domain = data.Domain
		s.kept = data.declares(c.Number(), c.Reason())
		if e, ok := data.byNumber[c.Number()]; ok {
			s.fill(e, c.Reason())
		}
	}
	if s.infoReason == "" {
		s.infoReason = "CODE_" + strconv.FormatUint(uint64(uint32(c.Number())), 10)
	}
	if c.Reason() != "" {
		s.infoReason = c.Reason()
		s.base = c.Catalogue().code(c.Number(), "")
	}
	s.makeBare(c, domain)
	if s.kept {
		s.memos = make([]atomic.Value, len(s.anys))
	}
	return s
}

// makeBare makes what all bare errors of the code have in common.
func (s *spec) makeBare(c Code, domain string) {
	s.bare = &Error{code: c}
	s.detail = errorDetail(c, "")
	s.info = errorInfo(s.infoReason, domain, nil)
	s.anys = []*anypb.Any{s.detail, s.info}
	if s.retryDelay != nil {
		s.retry = retryInfo(*s.retryDelay)
		s.anys = append(s.anys, s.retry)
	}
	if s.helpURL != "" {
		s.help = help(s.name, s.helpURL)
		s.anys = append(s.anys, s.help)
	}
	s.anys = slices.Clip(s.anys)
	s.weight = wireSize(s.message, s.anys)
	s.shared.ConnectCode, s.shared.Details = s.connectCode, s.anys
	head := appendEnvelope(nil, c.Number(), s.message)
	s.envelopeHead = len(head)
	s.envelope = envelopeText(head, extra{reason: c.Reason(), delay: s.delay()})
}

// fill takes over what the catalogue says.
func (s *spec) fill(e *catalogue.Entry, reason string) {
	s.name, s.infoReason = e.Name, e.ShortName
	s.connectCode, s.httpStatus = e.ConnectCode, e.HTTPStatus
	s.message = e.Message
	messages := e.Messages
	if len(e.Params) > 0 && e.FallbackMessage != "" {
		s.message, s.template = e.FallbackMessage, e.Message
	}
	s.description, s.helpURL, s.retryDelay = e.Description, e.HelpURL, e.RetryDelay
	for _, r := range e.Reasons {
		s.reasons = append(s.reasons, r.Name)
	}
	if r := reasonOf(e, reason); r != nil {
		s.connectCode, s.httpStatus = r.ConnectCode, r.HTTPStatus
		if r.Message != e.Message {
			s.message, s.template = r.Message, ""
		}
		messages, s.retryDelay = r.Messages, r.RetryDelay
	}
	s.translations = newTranslations(messages, s.template != "")
}

func reasonOf(e *catalogue.Entry, name string) *catalogue.Reason {
	for _, r := range e.Reasons {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// delay is the entry's own; 0 is none.
func (s *spec) delay() time.Duration {
	if s.retryDelay == nil {
		return 0
	}
	return *s.retryDelay
}
