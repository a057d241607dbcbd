// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"net/http"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping/catalogue"
)

// entry is what a [Code] points to. It is made before its catalogue is read, by package-level
// variables; what the catalogue says about it is filled in when first asked for.
type entry struct {
	catalogue *Catalogue
	number    int32
	reason    string
	filled    atomic.Pointer[spec]
}

// spec has a catalogue's facts about one entry or reason, and what all its errors have in common.
// It is immutable and shared.
type spec struct {
	// name and shortName are empty for a number that the catalogue does not have.
	name, shortName string
	connectCode     ConnectCode
	httpStatus      int
	message         string
	// template is the message where it has placeholders, and message what is sent without their values.
	template string
	// translations is nil if the catalogue has none.
	translations *translations
	helpURL      string
	description  string
	// resolution is the reason's, which is the entry's if the reason states none.
	resolution string
	retryDelay *time.Duration
	reasons    []string
	// upstream says that the entry or the reason has an upstream role, and upstreamReasons that an entry
	// without a role has reasons of which each has one.
	upstream, upstreamReasons bool
	// fault is empty if the catalogue states none, and retry catalogue.RetryNone.
	fault Fault
	retry catalogue.Retry

	// bare is the error that has nothing but the code.
	bare Error
	// declared says that the catalogue has the code, and so keeps it.
	declared bool
	domain   string

	encoded atomic.Pointer[wireParts]
}

// wireParts are the details and the envelope that all errors of a code have in common. They are made on
// first use: a client that decodes an error seldom sends it.
type wireParts struct {
	// Each is nil where the code has none.
	detail, info, retry *anypb.Any
	help                helpLink
	// envelope is that of the bare error. It is a string, since whoever is given bytes could change them.
	// All errors of the code with its message have the first envelopeHead bytes.
	envelope     string
	envelopeHead int
}

// wire gives the parts. Two goroutines may both make them; the first stay, and are shared.
func (c Code) wire() *wireParts {
	s := c.spec()
	if s == &foreignSpec {
		return newWireParts(c, s)
	}
	if known := s.encoded.Load(); known != nil {
		return known
	}
	s.encoded.CompareAndSwap(nil, newWireParts(c, s))
	return s.encoded.Load()
}

func newWireParts(c Code, s *spec) *wireParts {
	w := &wireParts{detail: errorDetail(c, ""), info: errorInfo(c.infoReason(), s.domain, nil)}
	if s.retryDelay != nil {
		w.retry = retryInfo(*s.retryDelay)
	}
	if s.helpURL != "" {
		w.help = newHelpLink(c, s.helpURL)
	}
	head := appendEnvelope(nil, c.Number(), s.message)
	w.envelopeHead = len(head)
	w.envelope = envelopeText(head, extra{reason: c.Reason(), delay: s.delay()})
	return w
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

// foreignSpec serves all codes of catalogues of which only the name is known. A client may meet any number of
// them, and keeps none.
var foreignSpec = spec{connectCode: connectcode.Unknown, httpStatus: http.StatusInternalServerError, message: "Unknown error"}

// newSpec looks the code up in its catalogue. What the catalogue does not have, or a catalogue that
// cannot be read, gives an unknown error that keeps its number.
func newSpec(c Code) *spec {
	if c.Catalogue().source == nil {
		return &foreignSpec
	}
	s := &spec{
		connectCode: foreignSpec.connectCode,
		httpStatus:  foreignSpec.httpStatus,
		message:     foreignSpec.message,
		bare:        Error{code: c},
	}
	if data, err := c.Catalogue().loaded(); err == nil {
		s.domain = data.Domain
		s.declared = data.declares(c.Number(), c.Reason())
		if e, ok := data.byNumber[c.Number()]; ok {
			s.fill(e, c.Reason())
		}
	}
	return s
}

// fill takes over what the catalogue says.
func (s *spec) fill(e *catalogue.Entry, reason string) {
	s.name, s.shortName = e.Name, e.ShortName
	s.connectCode, s.httpStatus = ConnectCode(e.ConnectCode), e.HTTPStatus
	s.message = e.Message
	messages := e.Messages
	if len(e.Params) > 0 && e.FallbackMessage != "" {
		s.message, s.template = e.FallbackMessage, e.Message
	}
	s.description, s.resolution, s.helpURL, s.retryDelay = e.Description, e.Resolution, e.HelpURL, e.RetryDelay
	for _, r := range e.Reasons {
		s.reasons = append(s.reasons, r.Name)
	}
	r := reasonOf(e, reason)
	s.fillFault(e, r)
	s.retry = e.Retry
	if r != nil {
		s.retry = r.Retry
		s.connectCode, s.httpStatus = ConnectCode(r.ConnectCode), r.HTTPStatus
		if r.Message != e.Message {
			s.message, s.template = r.Message, ""
		}
		messages, s.resolution, s.retryDelay = r.Messages, r.Resolution, r.RetryDelay
	}
	if s.retry == catalogue.RetryNever {
		s.retryDelay = nil // lint reports the contradiction
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

// delay returns the entry's own delay, or 0.
func (s *spec) delay() time.Duration {
	if s.retryDelay == nil {
		return 0
	}
	return *s.retryDelay
}
