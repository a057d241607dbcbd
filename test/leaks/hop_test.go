// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/test/trouble"
)

// A hop is a way from A to B, whose methods do what trouble.Answer does.
type hop struct {
	name string
	side side
	call trouble.Answer
}

// hops are one for each protocol and each client of A's.
func hops(t *testing.T, answerB trouble.Answer) (all []hop) {
	t.Helper()
	base := stacks[0].Serve(t, answering(answerB)).URL
	h1, h2 := loopback.NewTransport(t, false), loopback.NewTransport(t, true)
	for _, i := range []int{0, 2, 3, 4, 7} {
		sp, transport := speeches[i], h1
		if sp.http2 {
			transport = h2
		}
		for _, s := range sidesOf(sp, suite.Plain, suite.Decoding, suite.Relaying) {
			call := s.calling(t, base, &http.Client{Transport: transport}, sp)
			all = append(all, hop{strings.ReplaceAll(sp.name+"-"+s.name, " ", "_"), s, call})
		}
	}
	return all
}

// calledBy is the name of a call, which is its request id, too.
func (h hop) calledBy(c *caller) string {
	return h.name + "@" + strings.NewReplacer("/", ".", " ", "-").Replace(c.stack+"."+c.wire.name)
}

// knownTo are the ways whose errors A's stack knows: of others it does not know whose end they are.
func knownTo(stack string, ways []hop) []hop {
	return slices.DeleteFunc(slices.Clone(ways), func(h hop) bool { return h.side.isMute() && stack != h.side.stack.name })
}

// throughHops calls B on the way that a name begins with.
func throughHops(ways []hop) trouble.Answer {
	return func(ctx context.Context, name string) error {
		for _, h := range ways {
			if strings.HasPrefix(name, h.name) {
				return h.call(ctx, name)
			}
		}
		return nil
	}
}
