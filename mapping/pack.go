// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import "google.golang.org/protobuf/types/known/anypb"

// packing is an error on its way to being details: what is still in it, in the order in which it is
// sent. Dropping takes parts out.
type packing struct {
	err     *Error
	message string

	payload   string
	metadata  []pair
	fields    []Field
	retry     *anypb.Any
	help      helpLink
	localized *anypb.Any
	request   *anypb.Any
	own       []*anypb.Any

	anys    []*anypb.Any
	dropped []string

	// weighing says how it is weighed. retryKey is the header that says the retry delay again, and retryWeight
	// its weight.
	weighing    weighing
	retryKey    string
	retryWeight int
}

// pack makes the details of e, which is not nil. The help is the link of an error that was given none of its
// own.
func (e *Error) pack(help helpLink) packing {
	s := e.code.spec()
	p := packing{err: e, message: e.Message()}
	p.payload, p.metadata, p.fields, p.help = e.has().payload, e.pairs(), e.violations(), help
	if delay, ok := e.RetryDelay(); ok {
		p.retry = e.code.wire().retry
		if p.retry == nil || delay != *s.retryDelay {
			p.retry = retryInfo(delay)
		}
	}
	if id := e.has().requestID; id != "" {
		p.request = requestInfo(id)
	}
	for _, d := range e.has().details {
		p.add(d)
	}
	p.build()
	return p
}

// add puts a detail that the error was given where it belongs.
func (p *packing) add(d detail) {
	switch d.name() {
	case helpName:
		p.help = helpLink{whole: d.any}
	case localizedMessageName:
		p.localized = d.any
	case requestInfoName:
		if p.request == nil {
			p.request = d.any
		}
	default:
		if p.own == nil {
			p.own = make([]*anypb.Any, 0, len(p.err.has().details))
		}
		p.own = append(p.own, d.any)
	}
}

// isBare reports whether an error has nothing to send beyond its code and a message.
func (e *Error) isBare() bool { return e.isPlain() && e.has().requestID == "" }

// isPlain is isBare where the request's id makes no difference.
func (e *Error) isPlain() bool {
	own := e.has()
	return own.payload == "" && e.metadata == nil && own.fields == nil && own.details == nil && !own.retry.set &&
		!e.remote && e.received == nil
}

// isAsEntry reports whether the error has its entry's own statuses: one that stands in for another may not.
func (e *Error) isAsEntry() bool {
	return e.ConnectCode() == e.code.ConnectCode() && e.HTTPStatus() == e.code.HTTPStatus()
}

// repack makes the details of an error that is passed as its author made it: those given, in their
// order, and the request's id where it is wanted.
func repack(message string, details []*anypb.Any, requestID string) packing {
	p := packing{message: message, own: details}
	if requestID != "" {
		p.request = requestInfo(requestID)
	}
	p.build()
	return p
}

// build makes the details of what is in the packing.
func (p *packing) build() {
	others := [...]*anypb.Any{p.retry, p.help.whole, p.localized, p.request}
	n := 3 + len(p.own)
	for _, a := range others {
		if a != nil {
			n++
		}
	}
	p.anys = make([]*anypb.Any, 0, n)
	if p.err != nil {
		p.anys = append(p.anys, p.detail(), p.info())
	}
	if len(p.fields) > 0 {
		p.anys = append(p.anys, badRequest(p.fields))
	}
	for _, a := range others {
		if a != nil {
			p.anys = append(p.anys, a)
		}
	}
	p.anys = append(p.anys, p.own...)
}

// detail and info are what is never dropped, with the payload and the metadata. The bare forms are
// shared.
func (p *packing) detail() *anypb.Any {
	if p.payload == "" {
		return p.err.code.wire().detail
	}
	return errorDetail(p.err.code, p.payload)
}

func (p *packing) info() *anypb.Any {
	if len(p.metadata) == 0 {
		return p.err.code.wire().info
	}
	return errorInfo(p.err.code.infoReason(), p.err.code.Catalogue().Domain(), p.metadata)
}
