// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"net/http"
	"sync/atomic"

	"google.golang.org/protobuf/types/known/anypb"
)

// Settled is what is sent for err, where nothing has to be decided for it: err is a [Code], or an [Error]
// that this process made, nobody is told, and it neither has an id nor gets one. Else it is nil, and
// [Policy.Translate] decides.
func (p *Policy) Settled(err error) *Error { return p.self().settled(err) }

func (p *Policy) settled(err error) *Error {
	var sent *Error
	switch e := err.(type) {
	case Code:
		sent = e.bare()
	case *Error:
		sent = e
	}
	if sent == nil || sent.remote || sent.HTTPStatus() >= http.StatusInternalServerError {
		return nil
	}
	if own := sent.has(); own.requestID != "" || p.heeds(outline{sent: sent, dropped: len(own.refused)}) {
		return nil
	}
	return sent
}

// A Shared is what the answers to all bare errors of a code have in common. It must not be changed.
type Shared struct {
	ConnectCode uint32
	Details     []*anypb.Any
	// Connect and GRPC are where packages interceptor and grpcgo keep what they make of them all. What is
	// kept in one must not be of two types.
	Connect, GRPC atomic.Value
}

// Static gives the whole answer to an error that is settled and has nothing to send but its code, where
// nothing is added for the caller, whose request's header is asked for if that depends on it. Else it gives
// nil. A nil header is none.
func (p *Policy) Static(err error, header func() http.Header) (sent *Error, answer *Shared) {
	p = p.self()
	sent = p.settled(err)
	s := sent.static()
	if s == nil || !s.kept || p.help != nil || s.weight > p.budget ||
		s.translations != nil && header != nil && len(header()[headerAcceptLanguage]) > 0 {
		return nil, nil
	}
	return sent, &s.shared
}

// static is what an error is sent as that is sent as all bare errors of its code; nil for any other.
func (e *Error) static() *spec {
	if e == nil || e.message != "" || e.connectCode != 0 || !e.isBare() {
		return nil
	}
	return e.code.spec()
}
