// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// answeredBy returns what an interceptor of Connect's, with the default rules, makes of err.
func answeredBy(t testing.TB, err error) error {
	t.Helper()
	call := &mapping.Call{Classify: transport.ClassifyConnect}
	answer := defaultPolicy(t, mapping.WithReport(nil)).Translate(call, err)
	return connect.NewError(connect.Code(answer.Error().ConnectCode()), answer.Public())
}

// TestAnAnswerIsReportedOnce wherever the answer of an interceptor inside comes to a second one, and no other error
// is taken for that.
func TestAnAnswerIsReportedOnce(t *testing.T) {
	cause := errors.New("cause")
	database := answeredBy(t, errpactv1err.Database.Wrap(cause))
	local := answeredBy(t, connect.NewError(connect.CodeUnavailable, cause))
	for _, test := range []struct {
		name    string
		err     error
		reports int
	}{
		{"an entry that was answered", database, 0},
		{"nobody's error that was answered", answeredBy(t, cause), 0},
		{"Connect's own that was answered", local, 0},
		{"another service's that was answered", answeredBy(t, connect.NewWireError(connect.CodeInternal, cause)), 0},
		{"wrapped on its way", fmt.Errorf("validate: %w", database), 0},
		{"joined on its way", errors.Join(cause, database), 0},
		{"Connect's own, wrapped on its way", fmt.Errorf("validate: %w", local), 0},
		{"an entry", errpactv1err.Database.Wrap(cause), 1},
		{"nobody's error", cause, 1},
		{"Connect's own", connect.NewError(connect.CodeUnavailable, cause), 1},
		{"another entry that an interceptor between makes of it", errpactv1err.NotExist.Wrap(database), 1},
		{"what a rule makes of it", fmt.Errorf("%w: %w", errMapped, local), 1},
		{"what another service in this process has answered", connect.NewWireError(connect.CodeInternal, database), 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			var lines recording
			logTo(t, &lines)
			told := new(reported.Reports)
			policy := defaultPolicy(t, mapping.WithReport(told.Add), mapping.WithRules(mapping.MapIs(errMapped, errpactv1err.NotExist)))
			logged(t.Context(), policy, test.err)
			logged(t.Context(), policy, test.err)
			if got := len(told.All()); got != 2*test.reports {
				t.Errorf("two requests have %d reports, want %d", got, 2*test.reports)
			}
			var want []string
			if test.reports == 0 {
				want = []string{"WARN procedure=/a.B/C"}
			}
			if got := lines.take("procedure"); !slices.Equal(got, want) {
				t.Errorf("the log has %q, want %q", got, want)
			}
		})
	}
}

var errMapped = errors.New("mapped")

// TestTwoInterceptorsAreSaidOnceForAPolicy, and not at all if the policy is silent.
func TestTwoInterceptorsAreSaidOnceForAPolicy(t *testing.T) {
	var lines recording
	logTo(t, &lines)
	answered := answeredBy(t, errpactv1err.NotExist)
	first, second, silent := defaultPolicy(t), defaultPolicy(t), defaultPolicy(t, mapping.WithReport(nil))
	for range 3 {
		for _, policy := range []*mapping.Policy{first, second, silent} {
			logged(t.Context(), policy, answered)
		}
	}
	if got := lines.take(); !slices.Equal(got, []string{"WARN", "WARN"}) {
		t.Errorf("two policies and a silent one have said %q", got)
	}
}

// TestARelayedTextWithoutAnEntryIsSaidOnceForAPolicy: such a service may be anybody's.
func TestARelayedTextWithoutAnEntryIsSaidOnceForAPolicy(t *testing.T) {
	received := func(response mapping.ErrorResponse) error {
		response.Wire, response.Relay = true, true
		return (*mapping.Policy)(nil).Decode(&response)
	}
	foreign := received(mapping.ErrorResponse{ConnectCode: 5, Message: "row 7 of table users"})
	own := received(mapping.ErrorResponse{Known: errpactv1err.NotExist.New("no folder")})
	var lines recording
	logTo(t, &lines)
	policy, silent := defaultPolicy(t, mapping.WithReport(func(context.Context, mapping.Report) {})), defaultPolicy(t, mapping.WithReport(nil))
	for range 3 {
		logged(t.Context(), policy, own)
		logged(t.Context(), silent, foreign)
	}
	if got := lines.take(); len(got) > 0 {
		t.Errorf("an own entry and a silent policy have said %q", got)
	}
	for range 3 {
		logged(t.Context(), policy, foreign)
	}
	got := lines.take("fix")
	if len(got) != 1 || !strings.HasPrefix(got[0], "WARN fix=leave WithRelay out of the client if the service is not yours") {
		t.Errorf("a relayed text has said %q", got)
	}
}
