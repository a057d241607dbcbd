// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"net/http"
	"sync/atomic"

	"google.golang.org/protobuf/types/known/anypb"
)

// Static gives the answer to err at once, where nothing has to be decided for it: err is a [Code], or an
// [Error] with nothing to send but that, the answer has nothing of its caller's, and nobody is told. Else
// sent is nil, and [Policy.Translate] answers. An answer of HTTP 500 and up, which has the request's id,
// is never static. A nil call is one of which nothing is known.
//
// All such errors of a code share the details, which must not be changed, and memo, where package
// interceptor keeps what it makes of them all. What is kept must not be of two types.
func (p *Policy) Static(call *Call, err error) (sent *Error, details []*anypb.Any, memo *atomic.Value) {
	switch e := err.(type) {
	case Code:
		sent = e.bare()
	case *Error:
		sent = e
	}
	s := sent.static()
	if s == nil || !s.kept || s.httpStatus >= http.StatusInternalServerError ||
		s.translations != nil && len(call.languages()) > 0 {
		return nil, nil, nil
	}
	p = p.self()
	if p.help != nil || s.weight > p.budget || p.heeds(outline{sent: sent, dropped: len(sent.has().refused)}) {
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
