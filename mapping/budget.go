// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/types/known/anypb"
)

// A gRPC or gRPC-Web answer carries its error in headers, and what passes proxies is bounded by
// them: nginx keeps a whole header in one page of 4 KiB. The budget counts an error as it travels:
// the percent-encoded message, 4/3 (base64) of the encoded google.rpc.Status, and the error's own
// metadata.
const (
	// defaultBudget is nginx's page less the other headers of an answer.
	defaultBudget = 3584
	// minBudget holds what is never dropped: number, catalogue, reason and domain of the longest
	// names that a catalogue may have, and some message.
	minBudget = 2048
)

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

// wireSize is the weight of a message and details, as headers carry them.
func wireSize(message string, anys []*anypb.Any) int {
	status := 2 + sizeString(len(message))
	for _, a := range anys {
		status += anySize(a)
	}
	return percentSize(message) + base64Size(status)
}

// base64Size is the size of n bytes in base64 without padding.
func base64Size(n int) int { return (n*4 + 2) / 3 }

// percentSize is the size of a message percent-encoded as gRPC does.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
func percentSize(s string) int {
	n := len(s)
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' || s[i] == '%' {
			n += 2
		}
	}
	return n
}

// budget is what an answer may weigh, and what of that its own headers take already.
type budget struct{ limit, spent int }

// fit drops, in the order of what is missed least, until the parcel is within the limit. A nil limit
// is none.
func (p *parcel) fit(limit *budget) {
	if limit == nil || wireSize(p.message, p.anys) <= limit.limit-limit.spent {
		return
	}
	over := func() int {
		p.build()
		return wireSize(p.message, p.anys) - (limit.limit - limit.spent)
	}
	for _, drop := range [...]func(over func() int){
		p.dropHelp, p.dropLocalized, p.dropRequest, p.dropOwn, p.dropResource,
		p.dropFields, p.dropRetry, p.dropPayload, p.dropMetadata, p.dropRest, p.cutMessage,
	} {
		if over() <= 0 {
			return
		}
		drop(over)
	}
	p.build()
}

func (p *parcel) dropHelp(over func() int) {
	p.dropOne(&p.help, helpName)
	p.dropFromEnd(over, func(name string) bool { return name == helpName })
}

func (p *parcel) dropLocalized(over func() int) {
	p.dropOne(&p.localized, localizedMessageName)
	p.dropFromEnd(over, func(name string) bool { return name == localizedMessageName })
}

func (p *parcel) dropRequest(over func() int) {
	p.dropOne(&p.request, requestInfoName)
	p.dropFromEnd(over, func(name string) bool { return name == requestInfoName })
}

func (p *parcel) dropRetry(over func() int) {
	p.dropOne(&p.retry, retryInfoName)
	p.dropFromEnd(over, func(name string) bool { return name == retryInfoName })
}

func (p *parcel) dropOne(part **anypb.Any, name string) {
	if *part != nil {
		*part = nil
		p.dropped = append(p.dropped, name)
	}
}

func (p *parcel) dropOwn(over func() int) {
	p.dropFromEnd(over, func(name string) bool { return !slices.Contains(standardDetails, name) })
}

func (p *parcel) dropResource(over func() int) {
	p.dropFromEnd(over, func(name string) bool { return name == resourceInfoName })
}

// standardDetails are those that have a place of their own in the order of dropping.
var standardDetails = []string{resourceInfoName, badRequestName, retryInfoName, errorInfoName, errorDetailName}

// dropFromEnd drops one's own details of the given names, the last first.
func (p *parcel) dropFromEnd(over func() int, which func(name string) bool) {
	for i := len(p.own) - 1; i >= 0 && over() > 0; i-- {
		if name := string(p.own[i].MessageName()); which(name) {
			p.own = slices.Delete(slices.Clone(p.own), i, i+1)
			p.dropped = append(p.dropped, name)
		}
	}
}

func (p *parcel) dropFields(over func() int) {
	p.dropFromEnd(over, func(name string) bool { return name == badRequestName })
	excess, kept := over()*3/4, len(p.fields)
	for kept > 0 && excess > 0 {
		kept--
		excess -= sizeMessage(len(fieldViolation(p.fields[kept])))
	}
	// The sizes of what encloses the violations shrink too, so that a few more are tried.
	total := len(p.fields)
	for p.fields = p.fields[:kept]; over() > 0 && kept > 0; p.fields = p.fields[:kept] {
		kept--
	}
	if n := total - len(p.fields); n > 0 {
		p.dropped = append(p.dropped, fmt.Sprintf("%s: %d of %d violations", badRequestName, n, total))
	}
}

func (p *parcel) dropPayload(func() int) {
	if p.payload != "" {
		p.payload = ""
		p.dropped = append(p.dropped, "payload")
	}
}

func (p *parcel) dropMetadata(over func() int) {
	bySize := slices.Clone(p.metadata)
	slices.SortStableFunc(bySize, func(a, b pair) int {
		return len(b.key) + len(b.value) - len(a.key) - len(a.value)
	})
	p.metadata = slices.Clone(p.metadata)
	for excess := over() * 3 / 4; len(bySize) > 0 && (excess > 0 || over() > 0); bySize = bySize[1:] {
		longest := bySize[0]
		excess -= len(longest.key) + len(longest.value)
		p.dropped = append(p.dropped, "metadata "+longest.key)
		p.metadata = slices.DeleteFunc(p.metadata, func(m pair) bool { return m.key == longest.key })
	}
}

// dropRest drops what is left of details that somebody else made.
func (p *parcel) dropRest(over func() int) {
	p.dropFromEnd(over, func(string) bool { return true })
}

// cutMessage is the last resort: only metadata of a transport, or a small budget, leads to it.
func (p *parcel) cutMessage(over func() int) {
	for n := over(); n > 0 && p.message != ""; n = over() {
		p.message = cutText(p.message, len(p.message)-max(1, min(n/5, len(p.message))))
	}
	p.dropped = append(p.dropped, "message")
}
