// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/forge"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

var (
	unreachable = errpactv1err.ExternalServiceUnreachable
	broken      = errpactv1err.ExternalServiceBroken
	timedOut    = errpactv1err.ExternalServiceTimedOut
	rejected    = errpactv1err.ExternalServiceRejected
)

// G2 tests that an upstream's error is never ours: in A → B, A's handler calls B and returns what it gets.
func G2(t *testing.T, s Stack) {
	t.Run("a hostile upstream", s.hostileUpstream)
	t.Run("an upstream without errpact", s.plainUpstream)
	t.Run("a service with errpact", s.ownUpstream)
	t.Run("a border in other errors", s.borders)
	t.Run("rules do not see an upstream's error", s.rulesSeeNoBorder)
	t.Run("no answer", s.noAnswers)
	t.Run("a connection that fails", s.failedConnections)
	t.Run("a reset is judged before its code", s.resets)
	t.Run("an error that a Connect client received", s.receivedByConnect)
	t.Run("a response without a message", s.missingMessage)
	if s.NotModified != nil {
		t.Run("another server's 304 does not become ours", s.notModifiedUpstream)
	}
}

// An upstream calls B.
type upstream func(context.Context) error

// through checks what A's caller gets, on every way, and that no canary goes out.
func (s Stack) through(t *testing.T, b upstream, want mapping.Code, options ...mapping.Option) {
	t.Helper()
	a := s.serve(t, func(ctx context.Context, _ Header) error { return b(ctx) }, options...)
	s.everyWay(t, func(t *testing.T, w Way, procedure string) { s.checkThrough(t, a, w, procedure, want) })
}

// throughFew does the same for one call of each protocol, for rows whose differences end in A.
func (s Stack) throughFew(t *testing.T, b upstream, want mapping.Code, options ...mapping.Option) {
	t.Helper()
	a := s.serve(t, func(ctx context.Context, _ Header) error { return b(ctx) }, options...)
	for i, w := range s.protocols() {
		s.checkThrough(t, a, w, []string{Unary, ServerStream}[i%2], want)
	}
}

func (s Stack) checkThrough(t *testing.T, a Server, w Way, procedure string, want mapping.Code) {
	t.Helper()
	err := Call(t.Context(), w.Dial(t, a, Calling{}), procedure, nil)
	found, _ := mapping.From(err)
	if !errors.Is(err, want) || found.Inferred() || found.ConnectCode() != want.ConnectCode() || found.Message() != want.Message() {
		t.Errorf("the caller got %v, want %v", err, want)
	}
	w.checkSilent(t, a, procedure, nil)
}

// toB calls a procedure of B.
func toB(t *testing.T, w Way, b Server, procedure string, c Calling) upstream {
	t.Helper()
	client := w.Dial(t, b, c)
	return func(ctx context.Context) error { return Call(ctx, client, procedure, nil) }
}

// raw is a server without a framework.
func raw(t *testing.T, handler http.HandlerFunc) Server {
	t.Helper()
	return Server{URL: loopback.Serve(t, handler).URL}
}

// sides lists the clients whose errors say that another server sent them.
func (s Stack) sides() map[string]Side {
	if s.MutePlain {
		return map[string]Side{"our client": Decoding}
	}
	return map[string]Side{"our client": Decoding, "plain client": Plain}
}

func (s Stack) hostileUpstream(t *testing.T) {
	for code, want := range map[connect.Code]mapping.Code{
		connect.CodeNotFound: rejected, connect.CodeUnauthenticated: rejected, connect.CodeInvalidArgument: rejected,
		connect.CodeInternal: rejected, 17: rejected,
		connect.CodeUnavailable: unreachable, connect.CodeResourceExhausted: unreachable,
		connect.CodeCanceled: timedOut, connect.CodeDeadlineExceeded: timedOut,
	} {
		b := raw(t, forge.Hostile(code).Handler())
		for i, w := range s.protocols() {
			for side, with := range s.sides() {
				t.Run(fmt.Sprintf("%v by %s to %s", code, w.Protocol, side), func(t *testing.T) {
					through := s.throughFew
					if i == 0 {
						through = s.through
					}
					through(t, toB(t, w, b, Unary, Calling{Side: with}), want)
				})
			}
		}
	}
}

// plainUpstream: B's errors have no details.
func (s Stack) plainUpstream(t *testing.T) {
	for code, want := range map[connect.Code]mapping.Code{
		connect.CodeNotFound: rejected, connect.CodePermissionDenied: rejected,
		connect.CodeResourceExhausted: unreachable, connect.CodeDeadlineExceeded: timedOut,
	} {
		b := s.Serve(t, Service{Bare: true, Answer: always(s.Local(uint32(code), canary))})
		s.everyWay(t, func(t *testing.T, w Way, procedure string) {
			s.throughFew(t, toB(t, w, b, procedure, Calling{}), want)
		})
	}
}

// ownUpstream: what B's handler kept private, and its words, are not for A's callers, in process or not. To A's
// handler the error is typed.
func (s Stack) ownUpstream(t *testing.T) {
	b := s.serve(t, always(errpactv1err.NotExist.New(canary).Wrap(errPlain)))
	for side, with := range s.sides() {
		t.Run(side, func(t *testing.T) {
			s.everyWay(t, func(t *testing.T, w Way, procedure string) {
				callB := toB(t, w, b, procedure, Calling{Side: with})
				s.throughFew(t, func(ctx context.Context) error {
					err := callB(ctx)
					if e, ok := mapping.From(err); with == Decoding && (!ok || !e.Remote() || !errors.Is(err, errpactv1err.NotExist) || e.Message() != canary) {
						t.Errorf("the handler got %v", err)
					}
					return err
				}, rejected)
			})
		})
	}
}

// holder has an error in it that is not below it.
type holder struct{ held error }

func (*holder) Error() string { return canary }

func wrapped(err error) error { return fmt.Errorf("%s: %w", canary, err) }

// asConnects is Connect's own error in another, as code without errpact looks for it.
func asConnects(err error) error {
	if e, ok := errors.AsType[*connect.Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*connectv2.Error](err); ok {
		return e
	}
	return err
}

func (s Stack) borders(t *testing.T) {
	again := func(err error) *mapping.Error { e, _ := mapping.From(err); return e }
	w := s.protocols()[0]
	b := raw(t, forge.Hostile(connect.CodeNotFound).Handler())
	for name, wrap := range map[string]func(error) error{
		"in fmt.Errorf":       wrapped,
		"below a local error": func(err error) error { return connect.NewError(connect.CodeNotFound, fmt.Errorf("user: %w", err)) },
		"joined, first":       func(err error) error { return errors.Join(err, errPlain) },
		"joined, last":        func(err error) error { return errors.Join(errPlain, wrapped(err)) },
		"below local, joined": func(err error) error { return connect.NewError(connect.CodeAborted, errors.Join(errors.New("a"), err)) },
		"found again":         func(err error) error { return again(err) },
		"with things added":   func(err error) error { return again(err).WithMetadata("k", canary).WithField("f", canary) },
		"with another cause":  func(err error) error { return again(err).Wrap(errPlain) },
		"by a rule":           func(err error) error { return &holder{err} },
		"as Connect's own":    asConnects,
	} {
		t.Run(name, func(t *testing.T) {
			callB := toB(t, w, b, Unary, Calling{})
			s.through(t, func(ctx context.Context) error { return wrap(callB(ctx)) }, rejected,
				mapping.WithRules(mapping.MapAs(func(h *holder) *mapping.Error { return again(h.held) })))
		})
	}
}

// rulesSeeNoBorder: neither a code of a catalogue nor the framework's error, on a server of any framework.
func (s Stack) rulesSeeNoBorder(t *testing.T) {
	rules := mapping.WithRules(
		mapping.MapIs(errpactv1err.NotExist, errpactv1err.AuthForbidden),
		mapping.MapAs(func(*connect.Error) *mapping.Error { return errpactv1err.Database.New("") }),
		mapping.MapAs(func(*connectv2.Error) *mapping.Error { return errpactv1err.Database.New("") }))
	callB := toB(t, s.protocols()[0], raw(t, forge.Hostile(connect.CodeNotFound).Handler()), Unary, Calling{})
	s.through(t, callB, rejected, rules)
	s.through(t, func(ctx context.Context) error { return wrapped(callB(ctx)) }, rejected, rules)
	answer := newPolicy(t, rules).Translate(&mapping.Call{}, callB(t.Context()))
	if !errors.Is(answer.Error(), rejected) {
		t.Errorf("a policy that knows no framework answers %v", answer.Error())
	}
}
