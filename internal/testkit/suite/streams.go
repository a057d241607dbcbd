// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// G10 tests that the typed error is found wherever the framework surfaces one, that clean ends stay clean, and
// that the framework's own error is unchanged.
func G10(t *testing.T, s Stack) {
	t.Run("every entry and reason arrives", s.everyEntryArrives)
	t.Run("the framework's error is unchanged", s.nativeUnchanged)
	t.Run("two interceptors are one", s.twoAreOne)
	t.Run("a client's own failures are typed", s.ownFailures)
	t.Run("errors at every place", s.typedAtPlaces)
	t.Run("clean ends at every place", s.endsAtPlaces)
	t.Run("clean ends", s.cleanEnds)
	t.Run("errors of streams", s.streamErrors)
	t.Run("sending after the end", s.sendAfterEnd)
	t.Run("a number that nobody knows", s.unknownNumber)
	t.Run("credentials", s.credentials)
}

// nativeUnchanged compares what a client gets with what a client without errpact gets.
func (s Stack) nativeUnchanged(t *testing.T) {
	server := s.serve(t, always(errpactv1err.NotExist.New("no such folder").WithMetadata("folder_id", "f-1")))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		plain := Call(t.Context(), w.Dial(t, server, Calling{Side: Plain}), procedure, nil)
		err := Call(t.Context(), w.Dial(t, server, Calling{}), procedure, nil)
		want, _ := s.Native(plain)
		if got, ok := s.Native(err); !ok || !got.same(want) || want.Code != 5 {
			t.Errorf("got %+v, without errpact it is %+v", got, want)
		}
		outer := fmt.Errorf("outer: %w", err)
		if got, ok := s.Native(outer); !ok || got.Code != 5 || !errors.Is(outer, errpactv1err.NotExist) {
			t.Errorf("wrapped: %v", outer)
		}
		found, ok := errors.AsType[*mapping.Error](err)
		if !ok || !found.Remote() || found.Metadata()["folder_id"] != "f-1" || mapping.CodeOf(err) != errpactv1err.NotExist {
			t.Errorf("no *mapping.Error in %v", err)
		}
		if err.Error() != found.Error() {
			t.Errorf("it prints %q, want %q", err, found)
		}
	})
}

func (s Stack) twoAreOne(t *testing.T) {
	errs := []error{
		errpactv1err.NotExist.WithMetadata("k", "v"), errpactv1err.AuthForbidden, s.Local(5, "public"), s.Local(uint32(connect.CodeAborted), "public"),
		errPlain, s.Local(internal, canary),
	}
	one := s.serve(t, returning(errs...))
	two := s.Serve(t, Service{Answer: returning(errs...), Twice: true})
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		for i := range errs {
			header := caseOf(i)
			header.Set(requestIDHeader, "one")
			plain := Call(t.Context(), w.Dial(t, one, Calling{}), procedure, header)
			twice := Call(t.Context(), w.Dial(t, two, Calling{Twice: true}), procedure, header)
			want, _ := s.Native(plain)
			if got, ok := s.Native(twice); !ok || !got.same(want) || mapping.CodeOf(plain) != mapping.CodeOf(twice) {
				t.Errorf("two made %v of what is %v", twice, plain)
			}
		}
	})
}

func (s Stack) ownFailures(t *testing.T) {
	nowhere := Server{URL: "http://" + loopback.ClosedAddress(t)}
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		if w.Protocol == "" {
			return
		}
		err := Call(t.Context(), w.Dial(t, nowhere, Calling{}), procedure, nil)
		native, _ := s.Native(err)
		e, ok := mapping.From(err)
		if !ok || !e.Remote() || !e.Inferred() || native.Code != 14 || native.MayTell && native.Wire || !errors.Is(err, errpactv1err.ExternalService) {
			t.Errorf("the call gave %v", err)
		}
	})
}

// cleanEnds: the end of a stream is io.EOF, as the framework gives it.
func (s Stack) cleanEnds(t *testing.T) {
	ended := make(chan error, 1)
	server := s.Serve(t, Service{Answer: always(nil)})
	watching := s.Serve(t, Service{Stream: func(_ context.Context, stream HandlerStream) error {
		ended <- endOf(stream)
		return nil
	}})
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		client := w.Dial(t, server, Calling{})
		if err := Call(t.Context(), client, procedure, nil); err != nil {
			t.Errorf("a success is %v", err)
		}
		if procedure != BidiStream {
			return
		}
		stream, err := client.Open(t.Context(), procedure, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		if err := errors.Join(stream.Send("x"), stream.CloseSend(), stream.Receive()); err != nil {
			t.Fatal(err)
		}
		end := stream.Receive()
		if _, typed := mapping.From(end); !errors.Is(end, io.EOF) || typed {
			t.Errorf("the stream ends with %v", end)
		}
		after := stream.Receive()
		if native, _ := s.Native(after); after == nil || native.Wire && native.MayTell {
			t.Errorf("after its end the stream gave %v", after)
		}
		if err := stream.Close(); err != nil {
			t.Errorf("closing gave %v", err)
		}
		if err := Call(t.Context(), w.Dial(t, watching, Calling{}), procedure, nil); err != nil {
			t.Errorf("a success is %v", err)
		}
		if end := <-ended; !errors.Is(end, io.EOF) {
			t.Errorf("the handler's stream ends with %v", end)
		}
	})
}

func (s Stack) streamErrors(t *testing.T) {
	server := s.serve(t, always(errpactv1err.NotExist.WithMetadata("k", "v")))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		if procedure == Unary {
			return
		}
		stream, err := w.Dial(t, server, Calling{}).Open(t.Context(), procedure, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		if err := errors.Join(stream.Send("x"), stream.CloseSend()); err != nil {
			t.Fatal(err)
		}
		for err == nil {
			err = stream.Receive()
		}
		found, _ := mapping.From(err)
		if native, _ := s.Native(err); !errors.Is(err, errpactv1err.NotExist) || found.Metadata()["k"] != "v" || native.Code != 5 {
			t.Errorf("the stream gave %v", err)
		}
		if procedure != BidiStream {
			return
		}
		if again := stream.Receive(); again == nil || errors.Is(again, io.EOF) {
			t.Errorf("a stream that failed goes on with %v", again)
		}
	})
}

// sendAfterEnd: the server answers before it has read anything. Send says only that the stream has ended, and
// Receive why.
func (s Stack) sendAfterEnd(t *testing.T) {
	server := s.Serve(t, Service{Stream: func(context.Context, HandlerStream) error {
		return errpactv1err.AuthForbidden.WithMetadata("k", "v")
	}})
	for _, w := range s.Ways {
		if !w.HTTP2 { // HTTP/1.1 closes the connection under a client that goes on sending
			continue
		}
		for _, procedure := range []string{ClientStream, BidiStream} {
			t.Run(w.Name+"/"+nameOf(procedure), func(t *testing.T) {
				stream, err := w.Dial(t, server, Calling{}).Open(t.Context(), procedure, nil)
				if err != nil {
					t.Fatal(err)
				}
				defer stream.Close()
				sent := stream.Send("x")
				for range 100_000 {
					if sent != nil {
						break
					}
					runtime.Gosched()
					sent = stream.Send("x")
				}
				if _, typed := mapping.From(sent); !errors.Is(sent, io.EOF) || typed {
					t.Errorf("Send: %v", sent)
				}
				err = stream.Receive()
				if found, _ := mapping.From(err); !errors.Is(err, errpactv1err.AuthForbidden) || found.Metadata()["k"] != "v" {
					t.Errorf("Receive: %v", err)
				}
			})
		}
	}
}

// unknownNumber: the server's catalogue is newer than the client's.
func (s Stack) unknownNumber(t *testing.T) {
	server := s.serve(t, always(errpactv1err.Catalogue.Code(4711).New("unknown to all")))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		err := Call(t.Context(), w.Dial(t, server, Calling{}), procedure, nil)
		if found, _ := mapping.From(err); found.Code().Number() != 4711 || found.Message() != "unknown to all" {
			t.Errorf("arrived as %v, number %d", err, found.Code().Number())
		}
	})
}

// credentials tell errors of code unauthenticated apart, for a client of a server without errpact.
func (s Stack) credentials(t *testing.T) {
	unauthenticated := s.Local(uint32(connect.CodeUnauthenticated), "who are you")
	bare := s.Serve(t, Service{Bare: true, Answer: always(unauthenticated)})
	server := s.serve(t, always(unauthenticated))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		with := map[string][]string{"Authorization": {"Bearer x"}}
		if err := Call(t.Context(), w.Dial(t, bare, Calling{}), procedure, nil); !errors.Is(err, errpactv1err.AuthNotProvided) {
			t.Errorf("without a credential: %v", err)
		}
		for name, to := range map[string]Server{"bare": bare, "ours": server} {
			if err := Call(t.Context(), w.Dial(t, to, Calling{}), procedure, with); err == nil || errors.Is(err, errpactv1err.AuthNotProvided) {
				t.Errorf("%s, with a credential: %v", name, err)
			}
		}
	})
}

// endOf is what the stream ends with.
func endOf(stream HandlerStream) error {
	for {
		if _, err := stream.Receive(); err != nil {
			return err
		}
	}
}
