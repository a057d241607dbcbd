// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"fmt"
	"slices"
	"sort"
	"strings"

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

// maxConnectMessage is what an answer may weigh with the message of a handler's own Connect error, which
// [WithConnectMessages] sends as it was written.
const maxConnectMessage = 6 << 10

// messageBudget is the budget of such an answer, unless the policy was given a smaller one than the default. In
// a body a message weighs nothing, and goes out whole.
func (p *Policy) messageBudget(wire Wire) budget {
	b := budget{limit: p.budget, weighing: weighExactly}
	if p.budget >= defaultBudget {
		b.limit = max(p.budget, maxConnectMessage)
	}
	if wire == WireConnectUnary {
		b.weighing = weighDetails
	}
	return b
}

// weighing says how an answer is weighed.
type weighing uint8

const (
	// weighTwice counts the message twice: beside the google.rpc.Status, and within it.
	weighTwice weighing = iota
	// weighExactly knows that without details no Status is sent.
	weighExactly
	// weighDetails does not count the message.
	weighDetails
)

// weight is what a message and details weigh.
func (w weighing) weight(message string, anys []*anypb.Any) int {
	switch {
	case len(anys) == 0 && w == weighDetails:
		return 0
	case len(anys) == 0 && w == weighExactly:
		return percentSize(message)
	case w == weighDetails:
		message = ""
	}
	return wireSize(message, anys)
}

// weight is that of what may be dropped or cut.
func (p *packing) weight() int { return p.weighing.weight(p.message, p.anys) + p.retryWeight }

// budget is what an answer may weigh, and what of that its headers take already.
type budget struct {
	limit, spent int
	weighing     weighing
}

// within is the packing without what is over the limit.
func (p packing) within(limit budget) packing {
	if p.weight() <= limit.limit-limit.spent {
		return p
	}
	smaller := p // only this one needs the heap
	smaller.fit(limit)
	return smaller
}

// fit drops, in the order of what is missed least, until the packing is within the limit.
func (p *packing) fit(limit budget) {
	over := func() int {
		p.build()
		return p.weight() - (limit.limit - limit.spent)
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

// dropHelp drops the resolution, which is in the catalogue too, before the link.
func (p *packing) dropHelp(over func() int) {
	if p.help.brief != nil {
		p.help = helpLink{whole: p.help.brief}
		if over() <= 0 {
			p.dropped = append(p.dropped, helpName+": the resolution")
			return
		}
	}
	p.dropOne(&p.help.whole, helpName)
	p.dropFromEnd(over, func(name string) bool { return name == helpName })
}

func (p *packing) dropLocalized(over func() int) {
	p.dropOne(&p.localized, localizedMessageName)
	p.dropFromEnd(over, func(name string) bool { return name == localizedMessageName })
}

func (p *packing) dropRequest(over func() int) {
	p.dropOne(&p.request, requestInfoName)
	p.dropFromEnd(over, func(name string) bool { return name == requestInfoName })
}

// dropRetry drops the delay from the header, too.
func (p *packing) dropRetry(over func() int) {
	if p.retryWeight > 0 {
		p.retryWeight = 0
		p.dropped = append(p.dropped, p.retryKey)
	}
	p.dropOne(&p.retry, retryInfoName)
	p.dropFromEnd(over, func(name string) bool { return name == retryInfoName })
}

func (p *packing) dropOne(part **anypb.Any, name string) {
	if *part != nil {
		*part = nil
		p.dropped = append(p.dropped, name)
	}
}

func (p *packing) dropOwn(over func() int) {
	p.dropFromEnd(over, func(name string) bool { return !slices.Contains(standardDetails, name) })
}

func (p *packing) dropResource(over func() int) {
	p.dropFromEnd(over, func(name string) bool { return name == resourceInfoName })
}

// standardDetails are those that have a place of their own in the order of dropping.
var standardDetails = []string{resourceInfoName, badRequestName, retryInfoName, errorInfoName, errorDetailName}

// dropFromEnd drops one's own details of the given names, the last first.
func (p *packing) dropFromEnd(over func() int, which func(name string) bool) {
	for i := len(p.own) - 1; i >= 0 && over() > 0; i-- {
		if name := string(p.own[i].MessageName()); which(name) {
			p.own = slices.Delete(slices.Clone(p.own), i, i+1)
			p.dropped = append(p.dropped, name)
		}
	}
}

// dropFields drops as many violations as it must, from the end.
func (p *packing) dropFields(over func() int) {
	p.dropFromEnd(over, func(name string) bool { return name == badRequestName })
	all := p.fields
	n := sort.Search(len(all), func(n int) bool {
		p.fields = all[:len(all)-n]
		return over() <= 0
	})
	p.fields = all[:len(all)-n]
	if n > 0 {
		p.dropped = append(p.dropped, fmt.Sprintf("%s: %d of %d violations", badRequestName, n, len(all)))
	}
}

func (p *packing) dropPayload(func() int) {
	if p.payload != "" {
		p.payload = ""
		p.dropped = append(p.dropped, "payload")
	}
}

// dropMetadata drops as many pairs as it must, the longest first.
func (p *packing) dropMetadata(over func() int) {
	all := p.metadata
	bySize := slices.Clone(all)
	slices.SortStableFunc(bySize, func(a, b pair) int {
		return len(b.key) + len(b.value) - len(a.key) - len(a.value)
	})
	without := func(n int) []pair {
		kept := slices.Clone(bySize[n:])
		slices.SortFunc(kept, byKey)
		return kept
	}
	n := sort.Search(len(all), func(n int) bool {
		p.metadata = without(n)
		return over() <= 0
	})
	p.metadata = without(n)
	for _, longest := range bySize[:n] {
		p.dropped = append(p.dropped, "metadata "+longest.key)
	}
}

func byKey(a, b pair) int { return strings.Compare(a.key, b.key) }

// dropRest drops what is left of details that somebody else made.
func (p *packing) dropRest(over func() int) {
	p.dropFromEnd(over, func(string) bool { return true })
}

// cutMessage is the last resort: only metadata of a transport, or a small budget, leads to it.
func (p *packing) cutMessage(over func() int) {
	if p.weighing == weighDetails {
		return // it would change nothing
	}
	for n := over(); n > 0 && p.message != ""; n = over() {
		p.message = cutText(p.message, len(p.message)-max(1, min(n/5, len(p.message))))
	}
	p.dropped = append(p.dropped, "message")
}
