// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"slices"
	"testing"

	"github.com/errpact/errpact/internal/testkit/suite"
)

// TestSuiteByClientsOfOtherStacks runs the suite on each stack's server with the client of another stack, by which
// handlers also call the next server.
func TestSuiteByClientsOfOtherStacks(t *testing.T) { // not parallel, nor its parts: the suite reads the default logger
	for i, server := range stacks {
		client := stacks[(i+1)%len(stacks)]
		t.Run(server.name+" by "+client.name, func(t *testing.T) {
			suite.Run(t, server.by(client))
		})
	}
}

// by is the server of one stack with the client of another, in the first way that both know and that has all
// procedures.
func (st stack) by(client stack) suite.Stack {
	s := client.Stack
	s.Serve, s.Local, s.Received = st.Serve, st.Local, st.Received
	s.Ways = s.Ways[slices.IndexFunc(s.Ways, func(w suite.Way) bool {
		_, known := st.way(w.Protocol, w.JSON)
		return known && w.HTTP2
	}):][:1]
	s.NotModified = nil
	s.PublicMessages, s.Aborts, s.AnswersBadMessages = st.PublicMessages, st.Aborts, st.AnswersBadMessages
	s.ForeignPlain = client.name == onGRPC
	s.Metadata = st.Metadata && client.Metadata
	return s
}
