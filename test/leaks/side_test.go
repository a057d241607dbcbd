// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/test/trouble"
)

// A side is the client of A's that calls B, of one of the stacks.
type side struct {
	name  string
	stack stack
	with  suite.Side
}

// sidesOf are those that know a protocol, and have one of some things of errpact.
func sidesOf(sp speech, with ...suite.Side) (sides []side) {
	for _, st := range stacks {
		if _, knows := st.way(sp.protocol, sp.json); !knows {
			continue
		}
		for _, each := range with {
			sides = append(sides, side{st.name + " " + sideNames[each], st, each})
		}
	}
	return sides
}

var sideNames = map[suite.Side]string{suite.Plain: "plain", suite.Decoding: "decoding", suite.Relaying: "relaying"}

// isMute says that the client's errors do not tell that they are another service's: those of grpc-go are
// nothing to Connect, and to a handler of grpc-go its own, except for what its client says itself.
func (s side) isMute() bool { return s.stack.MutePlain && s.with == suite.Plain }

// tells is what a caller gets for what B has told the client.
func (s side) tells(w want) want {
	if s.isMute() {
		return unknown.on(onV1, onV2)
	}
	return w
}

// ends are the rows for a call that ends in the client, which knows B's words from its own.
func (s side) ends(name string, fail func(context.Context) error, w want) []failure {
	rows := []failure{{name + " by " + s.name, fail, s.tells(w)}}
	if s.isMute() {
		rows = append(rows, failure{rows[0].name, fail, w.on(onGRPC)})
	}
	return rows
}

// dial connects to B at a base by an HTTP client.
func (s side) dial(t testing.TB, base string, client *http.Client, sp speech) suite.Client {
	t.Helper()
	way, _ := s.stack.way(sp.protocol, sp.json)
	calling := sp.calling
	calling.Side, calling.HTTP = s.with, client
	return way.Dial(t, suite.Server{URL: base}, calling)
}

// calling gives what a handler of A's does to call B.
func (s side) calling(t testing.TB, base string, by *http.Client, sp speech) trouble.Answer {
	t.Helper()
	client := s.dial(t, base, by, sp)
	return func(ctx context.Context, name string) error {
		return suite.Call(ctx, client, sp.procedure, headerOf(name))
	}
}
