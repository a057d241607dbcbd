// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"fmt"
	"testing"

	"github.com/errpact/errpact/mapping"
)

// stateError has an SQLSTATE, as the errors of pgx and lib/pq do.
type stateError string

func (e stateError) Error() string    { return "SQLSTATE " + string(e) }
func (e stateError) SQLState() string { return string(e) }

// TestSQLRulesKnowStates: PostgreSQL's states, and whether trying again can help.
func TestSQLRulesKnowStates(t *testing.T) {
	const temporary = "TEMPORARILY_UNAVAILABLE"
	policy, err := mapping.NewPolicy(mapping.WithRules(mapping.SQLRules()...), mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	for state, reason := range map[stateError]string{
		"08000": "",        // connection exception of no further kind
		"08001": temporary, // no connection
		"08003": temporary, // there is no connection
		"08004": temporary, // refused
		"08006": "",        // connection failure
		"08007": "",        // the transaction's outcome is unknown
		"08P01": "",        // protocol violation
		"23505": "",        // unique violation
		"25006": temporary, // read-only, as a standby is
		"28P01": "",        // wrong password
		"40001": temporary, // serialization failure
		"40002": "",        // integrity constraint
		"40003": "",        // the statement's outcome is unknown
		"40P01": temporary, // deadlock
		"42P01": "",        // undefined table
		"53100": "",        // disk full
		"53300": temporary, // too many connections
		"55000": "",        // not in the state that it takes
		"55P03": temporary, // lock_timeout
		"57014": "",        // statement_timeout
		"57P01": "",        // shut down in use
		"57P02": "",        // crashed
		"57P03": temporary, // starting up
		"XX000": "",
		"":      "",
	} {
		answer := policy.Translate(&mapping.Call{Context: t.Context()}, fmt.Errorf("query: %w", state))
		if sent := answer.Error(); sent.Code().Number() != 12 || sent.Reason() != reason {
			t.Errorf("%q = %v/%s, want 12/%s", string(state), sent, sent.Reason(), reason)
		}
	}
}
