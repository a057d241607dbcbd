// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/trouble"
)

// A failure is what a handler does, and what its caller should get.
type failure struct {
	name string
	fail func(context.Context) error
	want want
}

// What many failures are answered with.
var (
	unknown     = want{Code: errpactv1err.Unknown}
	notExist    = want{Code: errpactv1err.NotExist}
	unreachable = want{Code: errpactv1err.ExternalServiceUnreachable}
	broken      = want{Code: errpactv1err.ExternalServiceBroken}
	timedOut    = want{Code: errpactv1err.ExternalServiceTimedOut}
	rejected    = want{Code: errpactv1err.ExternalServiceRejected}
	// expired and canceled are the caller's own end.
	expired  = want{Code: errpactv1err.Unknown, connectCode: connect.CodeDeadlineExceeded, status: 504, message: "Gateway Timeout"}
	canceled = want{Code: errpactv1err.Unknown, connectCode: connect.CodeCanceled, status: 499, message: "Client Closed Request"}
)

func give(err error) func(context.Context) error { return func(context.Context) error { return err } }

// success is the name for which nothing fails.
const success = "success"

// failing answers with the failure that a name, "case-7", stands for.
func failing(failures []failure) trouble.Answer {
	return func(ctx context.Context, name string) error {
		number, isCase := strings.CutPrefix(name, "case-")
		if !isCase {
			return nil
		}
		i, err := strconv.Atoi(number)
		if err != nil {
			return err
		}
		return failures[i].fail(ctx)
	}
}

// everyFailure checks what a caller gets of each failure, on the stacks that it is for, on some wires. And
// the next request is served.
func everyFailure(t *testing.T, failures []failure, wires []wire, check func(*testing.T, failure, answer), options ...mapping.Option) {
	t.Helper()
	everyStack(t, answering(failing(failures), options...), wires, func(t *testing.T, c *caller) {
		for i, f := range failures {
			if f.want.isFor(c.stack) {
				check(t, f, c.call(t.Context(), "case-"+strconv.Itoa(i)))
			}
		}
		if a := c.call(t.Context(), success); !a.ok || opaque.Found(a.raw) {
			t.Errorf("after all that, a success is %+v", a)
		}
	})
}

// checkTable runs every failure on some wires: the caller gets what the table says, and the canary is in no
// byte of it.
func checkTable(t *testing.T, failures []failure, wires []wire, options ...mapping.Option) {
	t.Helper()
	everyFailure(t, failures, wires, func(t *testing.T, f failure, a answer) {
		f.want.check(t, f.name, a)
		a.checkNoLeak(t, f.name)
	}, options...)
}

// checkSilent runs failures of which only the words matter.
func checkSilent(t *testing.T, failures []failure, wires []wire, options ...mapping.Option) {
	t.Helper()
	everyFailure(t, failures, wires, func(t *testing.T, f failure, a answer) {
		if a.ok || a.err != nil {
			t.Errorf("%s: the caller got %+v", f.name, a)
		}
		a.checkNoLeak(t, f.name)
	}, options...)
}

func (a answer) checkNoLeak(t testing.TB, name string) {
	t.Helper()
	if len(a.raw) == 0 {
		t.Errorf("%s: nothing recorded", name)
	}
	if opaque.Found(a.raw) {
		t.Errorf("%s: the canary is in the answer:\n%q", name, a.raw)
	}
}

func TestG1NothingPrivateIsInAnyByteOfAnyAnswer(t *testing.T) {
	t.Parallel()
	failures := slices.Concat(plainErrors, systemErrors, codedErrors, ownErrors, localErrors, localErrorsV2, localStatuses(), ruledErrors, contextErrors)
	checkTable(t, failures, wires(), mapping.WithRules(testRules()...))
}

// TestG1StandardRulesRevealNothing: they map errors of databases, files and networks.
func TestG1StandardRulesRevealNothing(t *testing.T) {
	t.Parallel()
	rules := slices.Concat(mapping.SQLRules(), mapping.FSRules(), mapping.NetRules())
	checkSilent(t, systemErrors, fewWires(), mapping.WithRules(rules...))
}
