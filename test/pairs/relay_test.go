// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/internal/testkit/loopback"
)

// TestEveryRelayAgrees: service B fails, on each stack; service A, on each stack, calls it by each
// stack's client and returns what it got. Who called A gets B's error whole if A's client relays, and
// else the entry that says what part B played.
func TestEveryRelayAgrees(t *testing.T) {
	m := newMatrix("Errors of another service, by the server that called it (rows) and its own server (columns), relayed and not, passed/total",
		[]string{v1, v2, grpcGo, inProcess}, []string{v1, v2, grpcGo, inProcess, nobody})
	t.Cleanup(func() { m.print(os.Stdout) })
	failures := upstreamFailures(t)
	clients := slices.DeleteFunc(newClients(t), func(c client) bool { return c.fetches }) // a page takes A for any server
	var relays []relay
	for _, b := range servers(t, answerOf(problemsOf(failures))) {
		relays = append(relays, relaysOf(t, b, failures)...)
	}
	for _, b := range bareServers(t) {
		relays = append(relays, relaysOf(t, b, bareFailures(t))...)
	}
	absent := server{stack: nobody, address: loopback.ClosedAddress(t)}
	relays = append(relays, relaysOf(t, absent, []failure{nobodyAnswers(t)})...)
	for n, a := range servers(t, answerOf(problemsOf(relays))) {
		for i, calls := range inTurn(a, clients, shareOf(n, relays)) {
			if len(calls) > 0 {
				t.Run(a.stack+" for "+clients[i].String(), func(t *testing.T) {
					t.Parallel()
					m.check(t, calls, clients[i].make(t, calls))
				})
			}
		}
	}
}

// nobody is the stack of a server that is not there.
const nobody = "nobody"

// A failure is what B answers, and what becomes of it on its way through A.
type failure struct {
	problem
	relayed, hidden outcome
}

// upstreamFailures are errors of every entry and reason, with nothing and with everything.
func upstreamFailures(t *testing.T) (all []failure) {
	t.Helper()
	every := entries(t)
	for _, e := range every {
		for _, c := range []cargo{cargoes[0], cargoes[len(cargoes)-1]} {
			f := failure{
				problem: problem{name: e.label(c.name), answer: failing(c.load(e.code))},
				hidden:  inRole(t, every, e.partAsUpstream()).want(t, cargo{}, true),
			}
			// Details of B's own are not for A's callers.
			c.links, c.details = nil, nil
			if f.relayed = e.want(t, c, false); e.connectCode == 16 {
				f.relayed = f.hidden // it speaks of A's credential
			}
			all = append(all, f)
		}
	}
	rejected := inRole(t, every, errpactv1.Role_ROLE_UPSTREAM_REJECTED).want(t, cargo{}, true)
	unmapped := inRole(t, every, errpactv1.Role_ROLE_UNMAPPED).want(t, cargo{}, true)
	return append(all,
		failure{problem{name: "unmapped", answer: failing(errSecret)}, unmapped, rejected},
		failure{problem{name: "panic", answer: func(context.Context) error { panic(errSecret) }}, unmapped, rejected},
	)
}

// nobodyAnswers has nothing to be passed on.
func nobodyAnswers(t *testing.T) failure {
	t.Helper()
	want := inRole(t, entries(t), errpactv1.Role_ROLE_UPSTREAM_UNREACHABLE).want(t, cargo{}, true)
	return failure{problem{name: "a call"}, want, want}
}

// partAsUpstream is the part that a service plays whose error this is.
func (e entry) partAsUpstream() errpactv1.Role {
	switch e.connectCode {
	case 8, 14: // resource_exhausted, unavailable
		return errpactv1.Role_ROLE_UPSTREAM_UNREACHABLE
	case 1, 4: // canceled, deadline_exceeded
		return errpactv1.Role_ROLE_UPSTREAM_TIMED_OUT
	}
	return errpactv1.Role_ROLE_UPSTREAM_REJECTED
}

// A relay is a problem of A's: a failure of B's.
type relay struct {
	problem
	upstream string
}

// problemsOf are what servers are told.
func problemsOf[P interface{ told() problem }](all []P) (problems []problem) {
	for _, p := range all {
		problems = append(problems, p.told())
	}
	return problems
}

func (p problem) told() problem { return p }

// relaysOf are B's failures by each stack's client, in each protocol, relayed and not. B's methods take
// turns.
func relaysOf(t *testing.T, b server, failures []failure) (all []relay) {
	t.Helper()
	for _, stack := range goStacks {
		for _, w := range stack.ways {
			if w.JSON || w.GET || !b.speaks(w) {
				continue
			}
			for _, sd := range []side{ours, relaying} {
				do := stack.dial(t, b, w, sd)
				for i, f := range failures {
					want := f.hidden
					if sd == relaying {
						want = f.relayed
					}
					m := methods[i%len(methods)]
					all = append(all, relay{problem{
						name: fmt.Sprintf("%s: %s by %s over %s, %s", b.stack, f.name, stack.name, w, sd),
						answer: func(ctx context.Context) error {
							_, err := do(ctx, m, f.name)
							return err
						},
						want: want,
					}, b.stack})
				}
			}
		}
	}
	return all
}

// shareOf are the relays that one of the four servers is asked for: they take turns, too, unless all is
// to be asked. A turn begins with another one each time, or each would get one kind of error alone.
func shareOf(n int, relays []relay) (share []relay) {
	const servers = 4
	for i, r := range relays {
		if *full || (i+i/servers)%servers == n {
			share = append(share, r)
		}
	}
	return share
}

// inTurn are calls of A, for each client: each problem once, while clients, ways and methods take turns.
func inTurn(a server, clients []client, relays []relay) [][]call {
	type turn struct {
		client int
		way    way
		method method
	}
	var turns []turn
	for _, m := range methods {
		for i, c := range clients {
			for _, w := range c.ways {
				if a.speaks(w) && c.carries(w, m) {
					turns = append(turns, turn{i, w, m})
				}
			}
		}
	}
	calls := make([][]call, len(clients))
	for i, r := range relays {
		next := turns[i%len(turns)]
		calls[next.client] = append(calls[next.client], call{
			row: a.stack, column: r.upstream, client: clients[next.client], server: a, way: next.way, method: next.method, problem: r.problem,
		})
	}
	return calls
}
