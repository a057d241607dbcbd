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
	"github.com/errpact/errpact/internal/interop/trouble"
	"github.com/errpact/errpact/mapping"
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

// checkTable runs every failure on some wires: the caller gets what the table says, the canary is in no
// byte of it, and the next request is served.
func checkTable(t *testing.T, failures []failure, wires []wire, options ...mapping.Option) {
	t.Helper()
	server := serve(t, service{answer: failing(failures), policy: newPolicy(t, options...)}.handler(t))
	everyWire(t, server.URL, wires, func(t *testing.T, c *caller) {
		for i, f := range failures {
			a := c.call(t.Context(), "case-"+strconv.Itoa(i))
			f.want.check(t, f.name, a)
			a.checkNoLeak(t, f.name)
		}
		if a := c.call(t.Context(), success); !a.ok || leaked(a.raw) {
			t.Errorf("after all that, a success is %+v", a)
		}
	})
}

func (a answer) checkNoLeak(t testing.TB, name string) {
	t.Helper()
	if len(a.raw) == 0 {
		t.Errorf("%s: nothing recorded", name)
	}
	if leaked(a.raw) {
		t.Errorf("%s: the canary is in the answer:\n%q", name, a.raw)
	}
}

func TestG1NothingPrivateIsInAnyByteOfAnyAnswer(t *testing.T) {
	t.Parallel()
	failures := slices.Concat(plainErrors, systemErrors, codedErrors, ownErrors, localErrors, ruledErrors, contextErrors)
	checkTable(t, failures, wires(), mapping.WithRules(testRules()...))
}

// TestG1TheStandardRulesSayNothingEither: they know errors of databases, files and networks.
func TestG1TheStandardRulesSayNothingEither(t *testing.T) {
	t.Parallel()
	rules := slices.Concat(mapping.SQLRules(), mapping.FSRules(), mapping.NetRules())
	server := serve(t, service{answer: failing(systemErrors), policy: newPolicy(t, mapping.WithRules(rules...))}.handler(t))
	everyWire(t, server.URL, fewWires(), func(t *testing.T, c *caller) {
		for i, f := range systemErrors {
			a := c.call(t.Context(), "case-"+strconv.Itoa(i))
			if a.ok || a.err != nil {
				t.Errorf("%s: the caller got %+v", f.name, a)
			}
			a.checkNoLeak(t, f.name)
		}
	})
}
