// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/errpact/errpact/internal/testkit/forge"
	"github.com/errpact/errpact/mapping"
)

// manyFailures are more than errpact remembers of a stream.
const manyFailures = 20

// persisting has a handler go on with a stream until it has failed a number of times. It returns the first error or
// the last one.
type persisting struct {
	times int
	last  bool
}

// persistences are the handlers of these tests.
var persistences = []persisting{{1, false}, {8, true}, {9, true}, {manyFailures, true}, {manyFailures, false}}

func (p persisting) String() string { return fmt.Sprintf("%d times, last %v", p.times, p.last) }

// failure calls a method of a stream. It is nil if the stream ends first.
func (p persisting) failure(call func() error) (kept error) {
	for failed := 0; failed < p.times; {
		err := call()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			continue
		}
		if failed++; kept == nil || p.last {
			kept = err
		}
	}
	return kept
}

// badMessages are the caller's fault, however many of them the handler has read.
func (s Stack) badMessages(t *testing.T) {
	for name, message := range map[string][]byte{"not protobuf": []byte("\xff\xff\xff"), "too large": make([]byte, 1500)} {
		for _, p := range persistences {
			reports, report := told(1)
			server := s.Serve(t, Service{Options: []mapping.Option{report}, ReadMax: 1000, Stream: func(_ context.Context, stream HandlerStream) error {
				return p.failure(func() error {
					_, err := stream.Receive()
					return err
				})
			}})
			for _, w := range s.Ways {
				if !w.HTTP2 || w.Protocol == "" || w.JSON {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s/%v", name, w.Protocol, p), func(t *testing.T) {
					answer := w.post(t, server, BidiStream, nil, bytes.Repeat(forge.Frame(0, message), manyFailures))
					r := <-reports
					ended := s.AnswersBadMessages && p.last && uint32(r.Sent.ConnectCode()) == canceled // by the framework
					if r.Fault() != mapping.FaultCaller || !ended && (r.CallerGone || r.Sent.Code().Number() != 3) {
						t.Errorf("reported %d: %v", r.Sent.ConnectCode(), r.Sent)
					}
					s.checkBadFraming(t, w, answer)
				})
			}
		}
	}
}

// sendsToNobody has a caller leave whose handler does not give up at once.
func (s Stack) sendsToNobody(t *testing.T) {
	for _, p := range persistences {
		reports, report := told(1)
		server := s.Serve(t, Service{Options: []mapping.Option{report}, Stream: func(ctx context.Context, stream HandlerStream) error {
			if _, err := stream.Receive(); err != nil {
				return err
			}
			if err := stream.Send("first"); err != nil {
				return err
			}
			<-ctx.Done()
			return p.failure(func() error { return stream.Send("more") })
		}})
		for _, w := range s.Ways {
			if w.Protocol == "" {
				continue // in process there is no connection
			}
			t.Run(fmt.Sprintf("%s/%v", w.Name, p), func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				stream, err := w.Dial(t, server, Calling{}).Open(ctx, ServerStream, nil)
				if err != nil {
					t.Fatal(err)
				}
				defer stream.Close()
				if err := errors.Join(stream.Send("x"), stream.CloseSend(), stream.Receive()); err != nil {
					t.Fatal(err)
				}
				cancel()
				if r := <-reports; !r.CallerGone || uint32(r.Sent.ConnectCode()) != canceled {
					t.Errorf("reported %v of %v", r.Sent.ConnectCode(), r.Err)
				}
			})
		}
	}
}
