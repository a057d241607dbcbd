// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"

	"github.com/errpact/errpact/internal/testkit/forge"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// upstreams are many hostile servers B on one port, each under a path of its own, and under a name.
type upstreams struct {
	base     string
	mux      *http.ServeMux
	h1, h2   *http.Transport
	prefixes int
}

// upstreamDomain is of the names: a client of grpc-go asks a host, and knows no paths.
const upstreamDomain = ".upstream"

func newUpstreams(t testing.TB) *upstreams {
	t.Helper()
	mux := http.NewServeMux()
	return &upstreams{base: loopback.Serve(t, mux).URL, mux: mux, h1: loopback.NewTransport(t, false), h2: loopback.NewTransport(t, true)}
}

// at gives the address of a new server.
func (u *upstreams) at(handler http.HandlerFunc) string {
	u.prefixes++
	prefix := "/" + strconv.Itoa(u.prefixes) + "/"
	u.mux.HandleFunc(prefix, handler)
	u.mux.HandleFunc(strings.Trim(prefix, "/")+upstreamDomain+"/", handler)
	return u.base + strings.TrimSuffix(prefix, "/")
}

// client reaches the servers.
func (u *upstreams) client(sp speech) *http.Client {
	if sp.http2 {
		return &http.Client{Transport: u.h2}
	}
	return &http.Client{Transport: u.h1}
}

// calling gives what a handler of A's does to call B.
func (u *upstreams) calling(t testing.TB, base string, s side, sp speech) func(context.Context) error {
	t.Helper()
	call := s.calling(t, base, u.client(sp), sp)
	return func(ctx context.Context) error { return call(ctx, "x") }
}

// TestG2HostileUpstreamsAreHidden: whatever B forges, in any protocol, A's callers learn only that an external
// service failed.
func TestG2HostileUpstreamsAreHidden(t *testing.T) {
	t.Parallel()
	b := newUpstreams(t)
	var failures []failure
	for code, want := range map[connect.Code]want{
		connect.CodeNotFound: rejected, connect.CodeUnauthenticated: rejected,
		connect.CodeUnavailable: unreachable, connect.CodeDeadlineExceeded: timedOut,
	} {
		for _, sp := range speeches {
			for _, s := range sidesOf(sp, suite.Plain, suite.Decoding) {
				failures = append(failures, failure{
					fmt.Sprintf("%v by %s to %s", code, sp.name, s.name), b.calling(t, b.at(sp.forge(forge.Hostile(code))), s, sp), s.tells(want),
				})
			}
		}
	}
	checkTable(t, failures, fewWires())
}

// TestG2WrappedUpstreamErrorsAreTheUpstreams: inside an error of the handler's own, too.
func TestG2WrappedUpstreamErrorsAreTheUpstreams(t *testing.T) {
	t.Parallel()
	b := newUpstreams(t)
	hostile := b.at(forge.Hostile(connect.CodeNotFound).GRPC)
	wraps := map[string]func(error) error{
		"bare":                  func(err error) error { return err },
		"in fmt.Errorf":         func(err error) error { return fmt.Errorf("%s: %w", canary, err) },
		"with two %w":           func(err error) error { return fmt.Errorf("%w: %w", errSecret, err) },
		"in a type":             func(err error) error { return newTyped(err) },
		"joined, first":         func(err error) error { return errors.Join(err, errSecret) },
		"joined, last":          func(err error) error { return errors.Join(errSecret, fmt.Errorf("b: %w", err)) },
		"joined with itself":    func(err error) error { return errors.Join(err, err) },
		"joined, below a local": func(err error) error { return everywhere(connect.CodeAborted, errors.Join(errSecret, err)) },
		"beside a local":        func(err error) error { return errors.Join(everywhere(connect.CodeNotFound), err) },
		"as Connect's own": func(err error) error {
			if e, ok := errors.AsType[*connect.Error](err); ok {
				return e
			}
			if e, ok := errors.AsType[*connectv2.Error](err); ok {
				return e
			}
			return err
		},
		"its text in a local": func(err error) error {
			return connect.NewError(connect.CodeInvalidArgument, fmt.Errorf("user: %w", err))
		},
	}
	for code := connect.CodeCanceled; code <= connect.CodeUnauthenticated; code++ {
		wraps["below a local "+code.String()] = func(err error) error { return everywhere(code, err) }
	}
	var failures []failure
	for name, wrap := range wraps {
		for _, s := range sidesOf(speeches[3], suite.Plain, suite.Decoding) {
			if s.isMute() {
				continue
			}
			call := b.calling(t, hostile, s, speeches[3])
			failures = append(failures, failure{name + " of " + s.name, func(ctx context.Context) error { return wrap(call(ctx)) }, rejected})
		}
	}
	for name, wrap := range map[string]func(*mapping.Error) error{
		"found again":        func(e *mapping.Error) error { return e },
		"with another cause": func(e *mapping.Error) error { return e.Wrap(errSecret) },
		"with things added": func(e *mapping.Error) error {
			return e.WithMetadata("key", canary).WithField("f", canary).WithPayload(canary)
		},
		"by a rule": func(e *mapping.Error) error { return &holder{e} },
	} {
		for _, s := range sidesOf(speeches[3], suite.Decoding) {
			call := b.calling(t, hostile, s, speeches[3])
			failures = append(failures, failure{name + " of " + s.name, func(ctx context.Context) error {
				e, _ := mapping.From(call(ctx))
				return wrap(e)
			}, rejected})
		}
	}
	checkTable(t, failures, fewWires(), mapping.WithRules(mapping.MapAs(func(h *holder) *mapping.Error { return h.held })))
}

// holder has an error in it that is not below it.
type holder struct{ held *mapping.Error }

func (h *holder) Error() string { return canary }

// TestG2FailuresWithoutAnAnswerAreTheUpstreams: our client knows that. Of a plain client some
// look like the handler's own, and only their text is checked.
func TestG2FailuresWithoutAnAnswerAreTheUpstreams(t *testing.T) {
	t.Parallel()
	b := newUpstreams(t)
	var ours, plain []failure
	for _, n := range nonAnswers() {
		base := b.at(n.handler)
		for _, s := range sidesOf(n.speech, suite.Decoding) {
			ours = append(ours, failure{n.name + " to " + s.name, b.calling(t, base, s, n.speech), n.want})
		}
		for _, s := range sidesOf(n.speech, suite.Plain) {
			plain = append(plain, failure{n.name + " to " + s.name, b.calling(t, base, s, n.speech), want{}})
		}
	}
	t.Run("decoding", func(t *testing.T) { checkTable(t, ours, fewWires()) })
	t.Run("plain", func(t *testing.T) { checkSilent(t, plain, fewWires()) })
}
