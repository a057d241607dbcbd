// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import "google.golang.org/protobuf/types/known/anypb"

// parcel is an error on its way to being details: what is still in it, in the order in which it is
// sent. Dropping takes parts out.
type parcel struct {
	err     *Error
	message string

	payload   string
	metadata  []pair
	fields    []Field
	retry     *anypb.Any
	help      *anypb.Any
	localized *anypb.Any
	request   *anypb.Any
	own       []*anypb.Any

	anys    []*anypb.Any
	dropped []string
}

// pack makes the details of e, which is not nil, within the limit. A nil limit is none.
func (e *Error) pack(limit *budget) *parcel {
	p := &parcel{err: e, message: e.Message(), payload: e.payload, metadata: e.pairs(), fields: e.Fields()}
	if delay, ok := e.RetryDelay(); ok {
		p.retry = retryInfo(delay)
	}
	if s := e.code.spec(); s.helpURL != "" {
		p.help = help(s.name, s.helpURL)
	}
	if e.requestID != "" {
		p.request = requestInfo(e.requestID)
	}
	for _, d := range e.details {
		switch string(d.any.MessageName()) {
		case helpName:
			p.help = d.any
		case localizedMessageName:
			p.localized = d.any
		case requestInfoName:
			if p.request == nil {
				p.request = d.any
			}
		default:
			p.own = append(p.own, d.any)
		}
	}
	p.build()
	p.fit(limit)
	return p
}

// repack makes the details of an error that is passed as its author made it: those given, in their
// order, and the request's id where it is wanted.
func repack(message string, details []*anypb.Any, requestID string, limit *budget) *parcel {
	p := &parcel{message: message, own: details}
	if requestID != "" {
		p.request = requestInfo(requestID)
	}
	p.build()
	p.fit(limit)
	return p
}

// build makes the details of what is in the parcel.
func (p *parcel) build() {
	p.anys = make([]*anypb.Any, 0, 4+len(p.own))
	if p.err != nil {
		p.anys = append(p.anys, p.identity()...)
	}
	if len(p.fields) > 0 {
		p.anys = append(p.anys, badRequest(p.fields))
	}
	for _, a := range [...]*anypb.Any{p.retry, p.help, p.localized, p.request} {
		if a != nil {
			p.anys = append(p.anys, a)
		}
	}
	p.anys = append(p.anys, p.own...)
}

// identity is what is never dropped, with the payload and the metadata. The bare forms are shared.
func (p *parcel) identity() []*anypb.Any {
	s := p.err.code.spec()
	detail, info := s.detail, s.info
	if p.payload != "" {
		detail = errorDetail(p.err.code, p.payload)
	}
	if len(p.metadata) > 0 {
		info = errorInfo(s.infoReason, p.err.code.Catalogue().Domain(), p.metadata)
	}
	return []*anypb.Any{detail, info}
}
