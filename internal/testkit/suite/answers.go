// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// G11 tests that errors are shared without races, and that an answer changes none of them.
func G11(t *testing.T, s Stack) {
	t.Run("fifty goroutines share errors", s.sharedErrors)
	t.Run("a receiver outlives its handler", s.receiverOutlives)
}

func (s Stack) sharedErrors(t *testing.T) {
	shared := errpactv1err.NotExist.WithMetadata("shared", "yes").WithField("f", "d").
		WithDetail(&errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{Subject: "s"}}})
	hidden := pack(t, &errdetails.DebugInfo{Detail: canary}) // which each answer leaves out, and not the error
	local := s.Local(10, "shared", hidden, pack(t, &errdetails.ResourceInfo{ResourceName: "r"}))
	before, _ := s.Native(local)
	var later mapping.Code // read for the first time by all of them
	server := s.serve(t, func(_ context.Context, header Header) error {
		switch header.Get(caseHeader) {
		case "0":
			return shared.WithMetadata("own", header.Get("Own"))
		case "1":
			return local
		case "2":
			return later
		}
		return errpactv1err.ContainerUnpackingFailed.WithReason("OF_ITS_OWN")
	})
	var clients []Client
	for _, w := range s.Ways {
		clients = append(clients, w.Dial(t, server, Calling{}), w.Dial(t, server, Calling{Side: Relaying}))
	}
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			for j := range 12 {
				header := caseOf(j % 4)
				header.Set("Own", fmt.Sprint(i))
				err := Call(t.Context(), clients[(i+j)%len(clients)], []string{ServerStream, Unary, ClientStream}[(i+j)%3], header)
				checkShared(t, err, j%4, fmt.Sprint(i))
			}
		})
	}
	group.Wait()
	if after, _ := s.Native(local); !after.same(before) || len(after.Header) != len(before.Header) {
		t.Errorf("the shared error has become %+v", after)
	}
}

func checkShared(t *testing.T, err error, number int, own string) {
	t.Helper()
	found, ok := mapping.From(err)
	if !ok || err == nil {
		t.Errorf("got %v", err)
		return
	}
	if diff := cmp.Diff(map[string]string{"shared": "yes", "own": own}, found.Metadata()); number == 0 && diff != "" {
		t.Errorf("another's metadata (-want +got):\n%s", diff)
	}
	if number < 2 && len(found.Details()) != 1 {
		t.Errorf("details are %v", found.Details())
	}
}

// receiverOutlives is no race: a handler may leave a goroutine behind that receives.
func (s Stack) receiverOutlives(t *testing.T) {
	var left sync.WaitGroup
	server := s.Serve(t, Service{Stream: func(_ context.Context, stream HandlerStream) error {
		left.Go(func() {
			for {
				if _, err := stream.Receive(); err != nil {
					return
				}
			}
		})
		return errpactv1err.AuthForbidden
	}})
	client := s.streaming().Dial(t, server, Calling{})
	for range 50 {
		if err := Call(t.Context(), client, BidiStream, nil); !errors.Is(err, errpactv1err.AuthForbidden) {
			t.Errorf("got %v", err)
		}
	}
	left.Wait()
}

// G15 tests that an answer has the same bytes every time, though maps have no order.
func G15(t *testing.T, s Stack) {
	e := errpactv1err.NotExist.WithPayload(map[string]int{"a": 1, "b": 2, "c": 3})
	for _, key := range []string{"one", "two", "three", "four", "five"} {
		e = e.WithMetadata(key, key)
	}
	all := append(errorsOf(arrivals()), e)
	server := s.serve(t, returning(all...))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		if w.Protocol == "" {
			return
		}
		for i := range all {
			header := caseOf(i)
			header.Set("X-Request-Id", "one")
			want := s.undated(t, w, server, procedure, header)
			for range 2 + 8*(i/(len(all)-1)) {
				if got := s.undated(t, w, server, procedure, header); !bytes.Equal(got, want) {
					t.Fatalf("encoded again:\n%q\nat first:\n%q", got, want)
				}
			}
		}
	})
}

// undated returns an answer without its date.
func (s Stack) undated(t *testing.T, w Way, server Server, procedure string, header map[string][]string) []byte {
	t.Helper()
	answer := w.post(t, server, procedure, header, w.request(procedure))
	answer.header.Del("Date")
	return answer.bytes()
}

// Reports tests what a report says about the request, as its caller sees it.
func Reports(t *testing.T, s Stack) {
	t.Run("the request's id", s.requestID)
	t.Run("two interceptors answer with one id", s.oneID)
	s.operators(t)
	if s.NotModified != nil {
		t.Run("a 304 passes and is not reported", s.notModified)
	}
}

func (s Stack) requestID(t *testing.T) {
	reports, report := told(1)
	server := s.serve(t, always(errPlain), report)
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		client := w.Dial(t, server, Calling{})
		for key, value := range map[string]string{"Traceparent": "00-" + trace + "-00f067aa0ba902b7-01", "X-Request-Id": trace} {
			found, _ := mapping.From(Call(t.Context(), client, procedure, map[string][]string{key: {value}}))
			if r := <-reports; r.RequestID != trace || found.RequestID() != trace || r.Procedure != procedure {
				t.Errorf("%s: the request's id is %q, in the report of %s %q", key, found.RequestID(), r.Procedure, r.RequestID)
			}
		}
	})
}

// oneID: the id under which the caller's error is found is that of the report that has the cause.
func (s Stack) oneID(t *testing.T) {
	seen := new(reported.Reports)
	server := s.Serve(t, Service{Answer: always(errPlain), Options: []mapping.Option{mapping.WithReport(seen.Add)}, Twice: true})
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		err := Call(t.Context(), w.Dial(t, server, Calling{}), procedure, nil)
		info, _ := mapping.Detail[*errdetails.RequestInfo](err)
		for _, r := range seen.Take() {
			if errors.Is(r.Err, errPlain) && r.RequestID == info.GetRequestId() && r.RequestID != "" {
				return
			}
		}
		t.Errorf("the cause is not in a report of the caller's id, %q", info.GetRequestId())
	})
}

func (s Stack) notModified(t *testing.T) {
	reports, report := told(1)
	server := s.serve(t, always(s.NotModified.New(map[string][]string{"Etag": {`"1"`}})), report)
	for _, w := range s.Ways {
		if w.Protocol != Connect {
			continue
		}
		t.Run(w.Name, func(t *testing.T) {
			err := Call(t.Context(), w.Dial(t, server, Calling{Get: true}), Unary, nil)
			if _, typed := mapping.From(err); !s.NotModified.Is(err) || typed {
				t.Errorf("the caller got %v", err)
			}
			if native, _ := s.Native(err); s.Metadata && native.Header.Get("Etag") != `"1"` {
				t.Errorf("the caller got the headers %v", native.Header)
			}
		})
	}
	if len(reports) > 0 {
		t.Errorf("a 304 was reported: %v", <-reports)
	}
}

// Languages tests that callers who send Accept-Language get a message in it beside the error's own.
func Languages(t *testing.T, s Stack) {
	server := s.serve(t, always(translated(t)))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		client := w.Dial(t, server, Calling{})
		for accept, want := range map[string]string{"de-AT, en;q=0.5": "Die Lampe ist aus", "en": "", "": ""} {
			header := map[string][]string{"Accept-Language": {accept}}
			if accept == "" {
				header = nil
			}
			err := Call(t.Context(), client, procedure, header)
			got, ok := mapping.Detail[*errdetails.LocalizedMessage](err)
			if got.GetMessage() != want || ok != (want != "") || ok && got.GetLocale() != "de" {
				t.Errorf("in %q: %v", accept, got)
			}
			if native, _ := s.Native(err); native.Code != 5 || !strings.HasPrefix(native.Message, "The lamp is out") {
				t.Errorf("in %q: %v", accept, err)
			}
		}
	})
}
