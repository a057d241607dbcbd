// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/forge"
	"github.com/errpact/errpact/mapping"
)

// Relay tests what a trusted service's error passes on (G2).
func Relay(t *testing.T, s Stack) {
	t.Run("passes what is listed and nothing else", s.relaysListed)
	t.Run("does not pass what is about our own call", s.relaysNotOurs)
	t.Run("infers what the wire says", s.relaysInferred)
	t.Run("keeps a number that nobody knows", s.relaysUnknownNumber)
	t.Run("passes every entry and reason", s.relaysEveryEntry)
	t.Run("of a local error changes nothing", func(t *testing.T) {
		s.through(t, func(context.Context) error { return errpactv1err.NotExist.Wrap(errPlain).Relay() }, errpactv1err.NotExist)
	})
}

// A relay is a way in which a handler passes an upstream's error on.
type relay struct {
	side  Side
	relay func(error) error
}

var relays = map[string]relay{
	"WithRelay":         {Relaying, func(err error) error { return err }},
	"WithRelay wrapped": {Relaying, func(err error) error { return errors.Join(errPlain, err) }},
	"Relay":             {Decoding, func(err error) error { e, _ := mapping.From(err); return e.Relay() }},
}

// relayed runs A, which relays what B answers to each procedure in each protocol, and checks what A's caller gets.
// With the flag -all-pairs A does so in each way, else they take turns, so that each protocol and each procedure
// has all of them.
func (s Stack) relayed(t *testing.T, b Server, relays map[string]relay, check func(t *testing.T, native Native, err error)) {
	t.Helper()
	for n, name := range slices.Sorted(maps.Keys(relays)) {
		r := relays[name]
		for i, to := range s.protocols() {
			for j, procedure := range procedures {
				if !to.can(procedure) || !*allPairs && n != (turn(t, len(relays))+i+j)%len(relays) {
					continue
				}
				t.Run(name+" of "+to.Protocol+"/"+nameOf(procedure), func(t *testing.T) {
					callB := toB(t, to, b, procedure, Calling{Side: r.side})
					a := s.serve(t, func(ctx context.Context, _ Header) error { return r.relay(callB(ctx)) })
					test := func(t *testing.T, w Way, procedure string) {
						err := Call(t.Context(), w.Dial(t, a, Calling{}), procedure, nil)
						native, _ := s.Native(err)
						check(t, native, err)
						w.checkSilent(t, a, procedure, nil)
					}
					if i == 0 && procedure == Unary {
						s.everyWay(t, test)
						return
					}
					for _, w := range s.protocols() {
						test(t, w, Unary)
					}
				})
			}
		}
	}
}

func (s Stack) relaysListed(t *testing.T) {
	b := raw(t, forge.Relayable(connect.CodeAlreadyExists, errpactv1.ErrorCode_ERROR_CODE_INVALID_VALUE).Handler())
	s.relayed(t, b, relays, func(t *testing.T, native Native, err error) {
		found, _ := mapping.From(err)
		if found.Code() != errpactv1err.InvalidValue || found.Reason() != "OF_THEIRS" || found.Message() != "words for the caller" {
			t.Errorf("the caller got %+v", err)
		}
		if native.Code != uint32(connect.CodeAlreadyExists) || found.HTTPStatus() != http.StatusConflict {
			t.Errorf("the caller got %d, %d", native.Code, found.HTTPStatus())
		}
		if diff := cmp.Diff(map[string]string{"good": "v"}, found.Metadata()); diff != "" {
			t.Errorf("Metadata (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]mapping.Field{{Path: "f", Description: "d"}}, found.Fields()); diff != "" {
			t.Errorf("Fields (-want +got):\n%s", diff)
		}
		payload, _ := mapping.Payload[map[string]int](err)
		if delay, _ := found.RetryDelay(); delay != time.Hour || payload["left"] != 3 || len(found.Details()) != 0 {
			t.Errorf("RetryDelay = %v, payload %v, details %v", delay, payload, found.Details())
		}
	})
}

func (s Stack) relaysNotOurs(t *testing.T) {
	for name, test := range map[string]struct {
		b    http.HandlerFunc
		want mapping.Code
	}{
		"our token, by the code":   {forge.Relayable(connect.CodeUnauthenticated, errpactv1.ErrorCode_ERROR_CODE_NOT_EXIST).Handler(), rejected},
		"our token, by the number": {forge.Relayable(connect.CodeNotFound, errpactv1.ErrorCode_ERROR_CODE_AUTH_EXPIRED).Handler(), rejected},
		"our token, forged":        {forge.Hostile(connect.CodeUnauthenticated).Handler(), rejected},
		"our deadline":             {forge.Relayable(connect.CodeDeadlineExceeded, errpactv1.ErrorCode_ERROR_CODE_UNKNOWN).Handler(), timedOut},
		"our cancellation":         {forge.Relayable(connect.CodeCanceled, errpactv1.ErrorCode_ERROR_CODE_UNKNOWN).Handler(), timedOut},
		"no answer at all":         {http.NotFound, rejected},
	} {
		t.Run(name, func(t *testing.T) {
			s.relayed(t, raw(t, test.b), relays, func(t *testing.T, _ Native, err error) {
				if found, _ := mapping.From(err); !errors.Is(err, test.want) || found.Message() != test.want.Message() {
					t.Errorf("the caller got %v, want %v", err, test.want)
				}
			})
		})
	}
}

// relaysInferred: B knows nothing of errpact.
func (s Stack) relaysInferred(t *testing.T) {
	inferring := maps.Clone(relays)
	if s.MutePlain {
		delete(inferring, "Relay") // it does not know whether the framework's client made the error itself
	}
	for code, want := range map[connect.Code]mapping.Code{
		connect.CodeNotFound: errpactv1err.NotExist, connect.CodePermissionDenied: errpactv1err.AuthForbidden,
		connect.CodeUnimplemented: errpactv1err.NotRealized, connect.CodeResourceExhausted: errpactv1err.Unknown,
	} {
		b := s.Serve(t, Service{Bare: true, Answer: always(s.Local(uint32(code), "words of B"))})
		s.relayed(t, b, inferring, func(t *testing.T, native Native, err error) {
			if found, _ := mapping.From(err); found.Code() != want || native.Code != uint32(code) || found.Message() != "words of B" {
				t.Errorf("%v arrived as %v", code, err)
			}
		})
	}
}

func (s Stack) relaysUnknownNumber(t *testing.T) {
	s.relayed(t, raw(t, forge.Relayable(connect.CodeAborted, 4711).Handler()), relays, func(t *testing.T, native Native, err error) {
		if found, _ := mapping.From(err); found.Code().Number() != 4711 || native.Code != uint32(connect.CodeAborted) {
			t.Errorf("the caller got %v", err)
		}
	})
}

// relaysEveryEntry: with WithRelay all of an error arrives, and without it nothing.
func (s Stack) relaysEveryEntry(t *testing.T) {
	all := arrivals()
	b := s.serve(t, returning(errorsOf(all)...))
	w := s.protocols()[0]
	forwarding := func(side Side) Server {
		toB := w.Dial(t, b, Calling{Side: side})
		return s.serve(t, func(ctx context.Context, header Header) error {
			return Call(ctx, toB, Unary, http.Header{caseHeader: {header.Get(caseHeader)}})
		})
	}
	relays, hides := forwarding(Relaying), forwarding(Decoding)
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		trusted, strict := w.Dial(t, relays, Calling{}), w.Dial(t, hides, Calling{})
		for i := range halfOf(w, len(all)) {
			a := all[i]
			err := Call(t.Context(), strict, procedure, caseOf(i))
			if mapping.CodeOf(err) != errpactv1err.ExternalService || strings.Contains(fmt.Sprint(err), "of its own") {
				t.Errorf("%v: an upstream's error arrived as %v", a.code, err)
			}
			if uint32(a.code.ConnectCode()) == uint32(connect.CodeUnauthenticated) {
				continue // about the service's own token
			}
			a.details = 0
			s.checkArrival(t, a, Call(t.Context(), trusted, procedure, caseOf(i)))
		}
	})
}
