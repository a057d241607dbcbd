// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/forge"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/mapping"
)

// badStreams are request bodies that no client of ours sends.
var badStreams = []struct {
	name string
	body []byte
	code connect.Code
	text string
}{
	{"no prefix", []byte{0, 0}, connect.CodeInvalidArgument, "Invalid structure"},
	{"cut message", forge.Frame(0, []byte("\n\x04text"))[:8], connect.CodeInvalidArgument, "Invalid structure"},
	{"not protobuf", forge.Frame(0, []byte("\xff\xff\xff")), connect.CodeInvalidArgument, "Invalid structure"},
	{"no UTF-8", forge.Frame(0, []byte("\n\x01\xff")), connect.CodeInvalidArgument, "Invalid structure"},
	{"unknown flags", forge.Frame(0x40, []byte("x")), connect.CodeInvalidArgument, "Invalid structure"},
	{"compressed without", forge.Frame(1, []byte("x")), connect.CodeInvalidArgument, "Invalid structure"},
	{"too large", forge.Frame(0, make([]byte, 5000)), connect.CodeResourceExhausted, "Request Entity Too Large"},
}

// badFraming is the caller's fault, and answered with fixed text where the framework leaves the answer to us.
func (s Stack) badFraming(t *testing.T) {
	reports, report := told(1)
	server := s.Serve(t, Service{Answer: always(nil), Options: []mapping.Option{report}, ReadMax: 1000})
	for _, w := range s.Ways {
		if !w.HTTP2 || w.Protocol == "" || w.JSON {
			continue
		}
		for _, procedure := range streams {
			for _, bad := range badStreams {
				if bad.name == "unknown flags" && s.AnswersBadMessages {
					continue // which it takes for its own fault
				}
				t.Run(w.Protocol+"/"+nameOf(procedure)+"/"+bad.name, func(t *testing.T) {
					answer := w.post(t, server, procedure, nil, bad.body)
					r := <-reports
					if r.CallerGone || r.Sent.Code().Number() != 3 || uint32(r.Sent.ConnectCode()) != uint32(bad.code) || r.Sent.Message() != bad.text {
						t.Errorf("reported %d: %v", r.Sent.ConnectCode(), r.Sent)
					}
					s.checkBadFraming(t, w, answer)
				})
			}
		}
	}
	if len(reports) > 0 {
		t.Errorf("a further report of %v", (<-reports).Err)
	}
}

func (s Stack) checkBadFraming(t *testing.T, w Way, answer rawAnswer) {
	t.Helper()
	if s.AnswersBadMessages {
		if code := answer.status("Grpc-Status"); code == "" || code == "0" {
			t.Errorf("grpc-status = %q", code)
		}
		return
	}
	for _, secret := range []string{"proto:", "protocol error", "unmarshal", "configured", "envelope"} {
		if raw := answer.bytes(); bytes.Contains(raw, []byte(secret)) {
			t.Errorf("the answer has %q:\n%q", secret, raw)
		}
	}
}

// namesNoFieldInside: the request is a wrapper, and the name of its field stands in no JSON.
func (s Stack) namesNoFieldInside(t *testing.T) {
	reports, report := told(1)
	server := s.Serve(t, Service{Answer: always(nil), Options: []mapping.Option{report}})
	for _, w := range s.Ways {
		if !w.JSON || w.Protocol == "" {
			continue
		}
		for _, procedure := range streams {
			if !w.can(procedure) {
				continue
			}
			t.Run(w.Name+"/"+nameOf(procedure), func(t *testing.T) {
				answer := w.post(t, server, procedure, nil, forge.Frame(0, []byte("5")))
				if r := <-reports; r.Sent.Code() != errpactv1err.InvalidStructure || len(r.Sent.Fields()) > 0 {
					t.Errorf("reported %v with the fields %v", r.Sent, r.Sent.Fields())
				}
				s.checkBadFraming(t, w, answer)
			})
		}
	}
}

// noise returns text that stays large when it is compressed.
func noise(size int) string {
	random := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, size)
	for i := range text {
		text[i] = 'a' + byte(random.IntN(26))
	}
	return string(text)
}

// G13 tests that a response that cannot be sent is our fault, and reported.
func G13(t *testing.T, s Stack) {
	for name, unsent := range map[string]struct {
		response string
		code     uint32
		by       persisting
	}{
		"too large":           {noise(50_000), uint32(connect.CodeResourceExhausted), persisting{times: 1}},
		"too large, and more": {noise(50_000), uint32(connect.CodeResourceExhausted), persisting{manyFailures, true}},
		"no UTF-8":            {canary + "\xff", internal, persisting{times: 1}},
		"no UTF-8, and more":  {canary + "\xff", internal, persisting{manyFailures, true}},
	} {
		reports, report := told(1)
		server := s.Serve(t, Service{
			Options: []mapping.Option{report}, SendMax: 4000,
			Stream: func(_ context.Context, stream HandlerStream) error {
				if _, err := stream.Receive(); err != nil {
					return err
				}
				return unsent.by.failure(func() error { return stream.Send(unsent.response) })
			},
		})
		for _, w := range s.Ways {
			for _, procedure := range []string{ServerStream, BidiStream} {
				if !w.can(procedure) || w.Protocol == "" {
					continue // in process nothing is marshalled
				}
				if unsent.by.times > 1 && !*allPairs && (w.JSON || !w.HTTP2 || procedure != ServerStream) {
					continue // one way of each protocol
				}
				t.Run(name+"/"+w.Name+"/"+nameOf(procedure), func(t *testing.T) {
					err := Call(t.Context(), w.Dial(t, server, Calling{}), procedure, nil)
					found, ok := mapping.From(err)
					if s.AnswersBadMessages {
						if !ok {
							t.Errorf("the caller got %v", err)
						}
						checkFault(t, <-reports, unsent.code) // which may come after the answer
						return
					}
					if !ok || uint32(found.ConnectCode()) != unsent.code || found.Message() != "Unknown server side error occurred" || !errors.Is(err, errpactv1err.Unknown) {
						t.Errorf("the caller got %v", err)
					}
					checkFault(t, <-reports, unsent.code)
					raw := w.post(t, server, procedure, nil, w.request(procedure)).bytes()
					checkFault(t, <-reports, unsent.code)
					if opaque.Found(raw) || bytes.Contains(raw, []byte("marshal")) {
						t.Errorf("the answer says why:\n%q", raw)
					}
				})
			}
		}
	}
}

func checkFault(t *testing.T, r mapping.Report, code uint32) {
	t.Helper()
	if r.CallerGone || !r.Redacted || uint32(r.Sent.ConnectCode()) != code || r.Sent.Code() != errpactv1err.Unknown {
		t.Errorf("reported %v, %v", r.Sent, r.Redacted)
	}
}
