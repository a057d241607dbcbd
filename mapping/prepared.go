// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"slices"
	"sync"

	"google.golang.org/protobuf/types/known/anypb"
)

// prepared is what a policy sends for every bare error of one code: made on first use, then shared by all
// answers, and immutable except for the forms that transports keep in it.
type prepared struct {
	message string
	details []*anypb.Any
	// help is the link among the details: the entry's, else the policy's.
	help helpLink
	// link is the policy's, where it was asked for one.
	link string
	// kept says that the policy keeps it.
	kept bool
	// weight is what the message and the details weigh on the wire.
	weight int

	// whole has each transport's form of the answer, and parts its form of each detail.
	whole sync.Map
	parts []sync.Map
}

// prepare gives the answer to the bare errors of a code. It keeps those that a catalogue declares: a
// relayed error can bring any number, and numbers off a wire must not fill memory.
func (p *Policy) prepare(c Code) *prepared {
	if known, ok := p.prepared.Load(c); ok {
		return known.(func() *prepared)()
	}
	if !c.spec().declared {
		return p.newPrepared(c)
	}
	first, _ := p.prepared.LoadOrStore(c, sync.OnceValue(func() *prepared {
		made := p.newPrepared(c)
		made.kept = true
		return made
	}))
	return first.(func() *prepared)()
}

func (p *Policy) newPrepared(c Code) *prepared {
	wire := c.wire()
	made := &prepared{message: c.Message(), help: wire.help}
	if made.help.whole == nil && p.help != nil {
		if made.link = linkTo(p.help, c); made.link != "" {
			made.help = newHelpLink(c, made.link)
		}
	}
	made.details = []*anypb.Any{wire.detail, wire.info}
	for _, part := range [...]*anypb.Any{wire.retry, made.help.whole} {
		if part != nil {
			made.details = append(made.details, part)
		}
	}
	made.details = slices.Clip(made.details)
	made.weight = wireSize(made.message, made.details)
	made.parts = make([]sync.Map, len(made.details))
	return made
}

// weighs is the weight of the details with another message.
func (p *prepared) weighs(message string) int {
	if message == p.message {
		return p.weight
	}
	return wireSize(message, p.details)
}

// Form returns the form in which a transport sends the whole answer: that which make returned when it was
// called first, if the answer is the one that all bare errors of its code have, else nil. The key is the
// transport's own, of a comparable type. What make returns must not be changed afterwards.
func (a *Answer) Form(key any, make func() any) any {
	if a == nil || a.shared == nil || !a.whole || !a.shared.kept {
		return nil
	}
	return once(&a.shared.whole, key, make)
}

// DetailForm returns what [Answer.Form] returns, for one detail of [Answer.Details]. Many answers may share a
// detail even if they do not share the whole answer.
func (a *Answer) DetailForm(i int, key any, make func() any) any {
	if a == nil || a.shared == nil || i < 0 || i >= len(a.details) || !a.shared.kept {
		return nil
	}
	at := slices.Index(a.shared.details, a.details[i])
	if at < 0 {
		return nil
	}
	return once(&a.shared.parts[at], key, make)
}

// once returns the form under the key. Several goroutines may call make at once; the first form stays.
func once(forms *sync.Map, key any, make func() any) any {
	if known, ok := forms.Load(key); ok {
		return known
	}
	known, _ := forms.LoadOrStore(key, make())
	return known
}
