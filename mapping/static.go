// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"net/http"
	"sync/atomic"

	"google.golang.org/protobuf/types/known/anypb"
)

// Settled is what is sent for err, where nothing has to be decided for it: err is a [Code], or an [Error]
// that this process made, nobody is told, and the answer has no id. Else it is nil, and [Policy.Translate]
// decides.
func (p *Policy) Settled(err error) *Error {
	var sent *Error
	switch e := err.(type) {
	case Code:
		sent = e.bare()
	case *Error:
		sent = e
	}
	if sent == nil || sent.remote || sent.HTTPStatus() >= http.StatusInternalServerError ||
		p.self().heeds(outline{sent: sent, dropped: len(sent.has().refused)}) {
		return nil
	}
	return sent
}

// Static gives the whole answer to an error that is settled and has nothing to send but its code, where
// nothing is added for the caller, whose request has the header. Else sent is nil.
//
// All such errors of a code share the details, which must not be changed, and memo, where package
// interceptor keeps what it makes of them all. What is kept must not be of two types.
func (p *Policy) Static(header http.Header, err error) (sent *Error, details []*anypb.Any, memo *atomic.Value) {
	sent = p.Settled(err)
	s := sent.static()
	if s == nil || !s.kept || s.translations != nil && len(header[headerAcceptLanguage]) > 0 {
		return nil, nil, nil
	}
	if p = p.self(); p.help != nil || s.weight > p.budget {
		return nil, nil, nil
	}
	return sent, s.anys, &s.memo
}

// static is what an error is sent as that is sent as all bare errors of its code; nil for any other.
func (e *Error) static() *spec {
	if e == nil || e.message != "" || e.connectCode != 0 || !e.isBare() {
		return nil
	}
	return e.code.spec()
}
