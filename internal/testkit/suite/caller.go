// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/forge"
	"github.com/errpact/errpact/mapping"
)

const (
	canceled = uint32(connect.CodeCanceled)
	expired  = uint32(connect.CodeDeadlineExceeded)
	internal = uint32(connect.CodeInternal)
)

// G3 tests whose end a deadline and a cancellation are.
func G3(t *testing.T, s Stack) {
	t.Run("the caller leaves", s.callerLeaves)
	t.Run("the caller's deadline", s.callersDeadline)
	t.Run("the caller's deadline, which its client knows", s.clientsDeadline)
	t.Run("a deadline that is passed on", s.propagatedDeadline)
	t.Run("a dependency's own timeout", s.dependencysTimeout)
	t.Run("an upstream that takes too long", s.slowUpstream)
	t.Run("bad framing", s.badFraming)
	t.Run("a field inside a wrapper is not named", s.namesNoFieldInside)
	t.Run("bad messages, again and again", s.badMessages)
	t.Run("sending to a caller who left", s.sendsToNobody)
	t.Run("a broken request", s.brokenRequest)
}

type pqError string

func (pqError) Error() string      { return canary }
func (e pqError) SQLState() string { return string(e) }

// callerEnds has the errors that a handler may return when its request has ended.
func (s Stack) callerEnds() map[string]func(context.Context) error {
	to := func(err error) func(context.Context) error { return func(context.Context) error { return err } }
	return map[string]func(context.Context) error{
		"context's":          func(ctx context.Context) error { return ctx.Err() },
		"wrapped":            func(ctx context.Context) error { return errors.Join(errPlain, wrapped(ctx.Err())) },
		"coded canceled":     to(s.Local(canceled, canary)),
		"coded expired":      to(s.Local(expired, "")),
		"an upstream's":      to(s.Received(expired, canary)),
		"an upstream's, too": to(s.Received(canceled, canary)),
		"lib/pq's":           to(pqError("57014")),
	}
}

// told returns the option that sends reports to a channel.
func told(size int) (chan mapping.Report, mapping.Option) {
	reports := make(chan mapping.Report, size)
	return reports, mapping.WithReport(func(_ context.Context, r mapping.Report) { reports <- r })
}

func (s Stack) callerLeaves(t *testing.T) {
	for name, end := range s.callerEnds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			entered := make(chan struct{}, 1)
			reports, report := told(1)
			server := s.serve(t, func(ctx context.Context, _ Header) error {
				entered <- struct{}{}
				<-ctx.Done()
				return end(ctx)
			}, mapping.WithRules(mapping.SQLRules()...), report)
			s.everyWay(t, func(t *testing.T, w Way, procedure string) {
				ctx, cancel := context.WithCancel(t.Context())
				go func() {
					<-entered
					cancel()
				}()
				s.checkEnd(t, Call(ctx, w.Dial(t, server, Calling{}), procedure, nil), canceled, context.Canceled)
				if r := <-reports; !r.CallerGone || uint32(r.Sent.ConnectCode()) != canceled || r.Sent.HTTPStatus() != 499 {
					t.Errorf("reported %d, %d", r.Sent.ConnectCode(), r.Sent.HTTPStatus())
				}
			})
		})
	}
}

var soon = http.Header{TimeoutHeader: {"20ms"}}

func (s Stack) callersDeadline(t *testing.T) {
	for name, end := range s.callerEnds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reports, report := told(1)
			server := s.serve(t, func(ctx context.Context, _ Header) error {
				<-ctx.Done()
				return end(ctx)
			}, mapping.WithRules(mapping.SQLRules()...), report)
			s.everyWay(t, func(t *testing.T, w Way, procedure string) {
				err := Call(t.Context(), w.Dial(t, server, Calling{}), procedure, soon)
				s.checkExpired(t, err)
				if native, _ := s.Native(err); native.Message != "Gateway Timeout" || native.MayTell && !native.Wire {
					t.Errorf("the server answered %v", err)
				}
				checkGone(t, <-reports)
			})
		})
	}
}

// clientsDeadline is over for the client itself, or for the server.
func (s Stack) clientsDeadline(t *testing.T) {
	t.Parallel()
	server := s.serve(t, func(ctx context.Context, _ Header) error {
		<-ctx.Done()
		return wrapped(ctx.Err())
	})
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		s.checkEnd(t, Call(ctx, w.Dial(t, server, Calling{}), procedure, nil), expired, context.DeadlineExceeded)
	})
}

// checkEnd: the framework's error has the code, or is the context's.
func (s Stack) checkEnd(t *testing.T, err error, code uint32, cause error) {
	t.Helper()
	if found, ok := mapping.From(err); s.BareContextErrors && ok && found.Code() == errpactv1err.Unknown && errors.Is(err, cause) {
		return
	}
	native, _ := s.Native(err)
	if found, ok := mapping.From(err); !ok || native.Code != code || uint32(found.ConnectCode()) != code || found.Code() != errpactv1err.Unknown {
		t.Errorf("the caller got %v", err)
	}
}

func (s Stack) checkExpired(t *testing.T, err error) {
	t.Helper()
	s.BareContextErrors = false // of an answer
	s.checkEnd(t, err, expired, context.DeadlineExceeded)
}

// checkGone: when a deadline is over, a request may also be canceled.
func checkGone(t *testing.T, r mapping.Report) {
	t.Helper()
	if code := uint32(r.Sent.ConnectCode()); !r.CallerGone || r.Redacted || code != expired && code != canceled {
		t.Errorf("reported %v, %d, %v", r.Sent, code, r.CallerGone)
	}
}

// propagatedDeadline: whether B or A notices first is chance.
func (s Stack) propagatedDeadline(t *testing.T) {
	t.Parallel()
	w := s.streaming()
	b := s.serve(t, func(ctx context.Context, _ Header) error {
		<-ctx.Done()
		return ctx.Err()
	})
	callB := toB(t, w, b, Unary, Calling{})
	reports, report := told(200)
	a := s.serve(t, func(ctx context.Context, _ Header) error { return callB(ctx) }, report)
	client := w.Dial(t, a, Calling{})
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			for range 20 {
				s.checkExpired(t, Call(t.Context(), client, Unary, soon))
			}
		})
	}
	group.Wait()
	for range 200 {
		checkGone(t, <-reports)
	}
}

func (s Stack) dependencysTimeout(t *testing.T) {
	server := s.serve(t, func(ctx context.Context, _ Header) error {
		ctx, cancel := context.WithTimeout(ctx, time.Nanosecond)
		defer cancel()
		<-ctx.Done()
		return errors.Join(errPlain, ctx.Err())
	})
	s.everyWay(t, func(t *testing.T, w Way, procedure string) { s.checkThrough(t, server, w, procedure, timedOut) })
}

func (s Stack) slowUpstream(t *testing.T) {
	b := s.Serve(t, Service{Bare: true, Answer: func(ctx context.Context, _ Header) error {
		<-ctx.Done()
		return ctx.Err()
	}})
	for side, with := range map[string]Side{"our client": Decoding, "relaying client": Relaying, "plain client": Plain} {
		t.Run(side, func(t *testing.T) {
			callB := toB(t, s.protocols()[0], b, Unary, Calling{Side: with})
			s.through(t, func(ctx context.Context) error {
				ctx, cancel := context.WithTimeout(ctx, 1)
				defer cancel()
				return callB(ctx)
			}, s.clientsOwn(with, timedOut))
			s.through(t, func(ctx context.Context) error {
				ctx, cancel := context.WithCancel(ctx)
				cancel()
				return callB(ctx)
			}, s.clientsOwn(with, timedOut))
		})
	}
}

// brokenRequest: the caller goes in the middle of a message.
func (s Stack) brokenRequest(t *testing.T) {
	for _, w := range s.Ways {
		if !w.HTTP2 || w.Protocol == "" || w.JSON {
			continue
		}
		for name, cut := range map[string]int{"between messages": 0, "in a prefix": 2, "in a message": 8} {
			t.Run(w.Protocol+" "+name, func(t *testing.T) {
				reports, report := told(1)
				server := s.serve(t, always(nil), report)
				s.breakRequest(t, w, server, cut)
				if r := <-reports; !r.CallerGone || uint32(r.Sent.ConnectCode()) != canceled {
					t.Errorf("reported %v of %v", r.Sent.ConnectCode(), r.Err)
				}
			})
		}
	}
}

func (s Stack) breakRequest(t *testing.T, w Way, server Server, cut int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	body, write := io.Pipe()
	go func() {
		// The first message comes back, so that the handler is known to be there.
		whole := forge.Frame(0, []byte("\n\x04text"))
		_, _ = write.Write(append(whole, whole[:cut]...))
	}()
	res, err := transports[true].RoundTrip(w.newRequest(t, server, BidiStream, nil, body).WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.ReadFull(res.Body, make([]byte, 11)); err != nil {
		t.Fatal(err)
	}
	cancel()
	_ = write.CloseWithError(context.Canceled) // the client waits in this before it looks at ctx
}
