// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/forge"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// relays are the ways in which a handler passes on what it got.
var relays = map[string]struct {
	with  suite.Side
	relay func(error) error
}{
	"WithRelay":                {suite.Relaying, func(err error) error { return err }},
	"WithRelay, wrapped":       {suite.Relaying, func(err error) error { return errors.Join(errSecret, fmt.Errorf("%s: %w", canary, err)) }},
	"WithRelay, below a local": {suite.Relaying, func(err error) error { return everywhere(connect.CodeAborted, err) }},
	"Relay":                    {suite.Decoding, func(err error) error { e, _ := mapping.From(err); return e.Relay() }},
}

// relaying are the failures of handlers that relay what B forges, in some protocols.
func (u *upstreams) relaying(t testing.TB, f forge.Answer, w want, speeches ...speech) (all []failure) {
	t.Helper()
	for _, sp := range speeches {
		base := u.at(sp.forge(f))
		for name, r := range relays {
			for _, s := range sidesOf(sp, r.with) {
				call := u.calling(t, base, s, sp)
				all = append(all, failure{
					fmt.Sprintf("%s of a %v by %s to %s", name, f.Code, sp.name, s.name),
					func(ctx context.Context) error { return r.relay(call(ctx)) }, w,
				})
			}
		}
	}
	return all
}

// TestG2RelayPassesOnlyListedParts of an answer in each protocol, to callers on each wire.
func TestG2RelayPassesOnlyListedParts(t *testing.T) {
	t.Parallel()
	failures := newUpstreams(t).relaying(t, forge.Relayable(connect.CodeAlreadyExists, errpactv1.ErrorCode_ERROR_CODE_INVALID_VALUE), want{
		Code: errpactv1err.InvalidValue.WithReason("OF_THEIRS"), connectCode: connect.CodeAlreadyExists, status: http.StatusConflict,
		message: "words for the caller",
	}, speeches...)
	everyFailure(t, failures, fewWires(), func(t *testing.T, f failure, a answer) {
		f.want.check(t, f.name, a)
		a.checkNoLeak(t, f.name)
		switch {
		case a.ownText:
		case a.rest:
			a.checkRESTRelay(t, f.name)
		default:
			a.checkRelay(t, f.name)
		}
	})
}

// checkRelay compares all that came with the list of what may.
func (a answer) checkRelay(t *testing.T, name string) {
	t.Helper()
	found, _ := mapping.From(a.got)
	if diff := cmp.Diff(map[string]string{"good": "v"}, found.Metadata()); diff != "" {
		t.Errorf("%s: Metadata (-want +got):\n%s", name, diff)
	}
	if diff := cmp.Diff([]mapping.Field{{Path: "f", Description: "d"}}, found.Fields()); diff != "" {
		t.Errorf("%s: Fields (-want +got):\n%s", name, diff)
	}
	if payload, _ := mapping.Payload[map[string]int](a.got); payload["left"] != 3 {
		t.Errorf("%s: Payload = %v", name, payload)
	}
	if delay, _ := found.RetryDelay(); delay != time.Hour {
		t.Errorf("%s: RetryDelay = %v", name, delay)
	}
	received, _ := errors.AsType[*connect.Error](a.got)
	var types []string
	for _, d := range received.Details() {
		types = append(types, d.Type())
	}
	slices.Sort(types)
	if diff := cmp.Diff([]string{
		"errpact.v1.ErrorDetail", "google.rpc.BadRequest", "google.rpc.ErrorInfo", "google.rpc.RetryInfo",
	}, types); diff != "" {
		t.Errorf("%s: details (-want +got):\n%s", name, diff)
	}
	for _, header := range []string{"Set-Cookie", "Location", "Www-Authenticate", "X-" + canary} {
		if received.Meta().Get(header) != "" {
			t.Errorf("%s: %s came through", name, header)
		}
	}
}

// checkRESTRelay: the payload is the envelope's details, and the headers are those of every envelope.
func (a answer) checkRESTRelay(t *testing.T, name string) {
	t.Helper()
	if string(a.details) != `{"left":3}` || a.header.Get("Retry-After") != "3600" {
		t.Errorf("%s: details %s, Retry-After %q", name, a.details, a.header.Get("Retry-After"))
	}
	names := slices.Sorted(maps.Keys(a.header))
	if diff := cmp.Diff([]string{
		"Cache-Control", "Content-Length", "Content-Type", "Date", "Retry-After", "Vary", "X-Content-Type-Options", "X-Request-Id",
	}, names); diff != "" {
		t.Errorf("%s: headers (-want +got):\n%s", name, diff)
	}
}

// TestG2RelayPassesTheMessageOfErrorsWithoutAnEntry and nothing else of them.
func TestG2RelayPassesTheMessageOfErrorsWithoutAnEntry(t *testing.T) {
	t.Parallel()
	f := forge.Answer{Code: connect.CodeNotFound, Message: "words for the caller", Details: forge.HiddenDetails()}
	w := notExist
	w.message = f.Message
	checkTable(t, newUpstreams(t).relaying(t, f, w, speeches...), fewWires())
}

// TestG2RelayHidesErrorsAboutOurOwnCall: our token, our deadline and our cancellation are not the caller's,
// and a failure without an answer has nothing to pass on.
func TestG2RelayHidesErrorsAboutOurOwnCall(t *testing.T) {
	t.Parallel()
	b := newUpstreams(t)
	few := []speech{speeches[0], speeches[3], speeches[7]}
	failures := slices.Concat(
		b.relaying(t, forge.Hostile(connect.CodeUnauthenticated), rejected, few...),
		b.relaying(t, forge.Relayable(connect.CodeNotFound, errpactv1.ErrorCode_ERROR_CODE_AUTH_EXPIRED), rejected, few...),
		b.relaying(t, forge.Relayable(connect.CodeCanceled, errpactv1.ErrorCode_ERROR_CODE_NOT_EXIST), timedOut, few...),
		b.relaying(t, forge.Relayable(connect.CodeDeadlineExceeded, errpactv1.ErrorCode_ERROR_CODE_UNKNOWN), timedOut, few...),
	)
	for _, n := range nonAnswers() {
		if n.name == "an envelope" {
			continue // to Connect any JSON is an answer, whose code it takes from the status
		}
		base := b.at(n.handler)
		for _, s := range sidesOf(n.speech, suite.Relaying) {
			w := n.want
			if s.stack.name == onGRPC && n.toGRPC != nil {
				w = *n.toGRPC
			}
			failures = append(failures, failure{n.name + " to " + s.name, b.calling(t, base, s, n.speech), w})
		}
	}
	checkTable(t, failures, fewWires())
}
