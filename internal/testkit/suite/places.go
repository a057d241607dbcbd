// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net"
	"net/http"
	"net/url"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"google.golang.org/protobuf/types/known/anypb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// NilErrors returns errors that are not nil and hold a nil, alone and wrapped.
func NilErrors() []error {
	all := []error{
		(*mapping.Error)(nil), (*mapping.Code)(nil), (*connect.Error)(nil), (*connectv2.Error)(nil), (*transport.Front)(nil),
		(*transport.RESTError)(nil), (*fs.PathError)(nil), (*url.Error)(nil), (*net.OpError)(nil), (*net.DNSError)(nil), (*http.MaxBytesError)(nil),
	}
	for _, err := range all {
		all = append(all, fmt.Errorf("x: %w", err), fmt.Errorf("%w: %w", err, errPlain))
	}
	return all
}

// G7 tests that a typed nil is UNKNOWN to both sides, wherever it is met, and never a success.
func G7(t *testing.T, s Stack) { s.nilsAtPlaces(t, NilErrors()) }

// G7InTurns runs [G7] for rows of a table whose stacks should do the same, with a third of the errors each.
func G7InTurns(t *testing.T, s Stack) { s.nilsAtPlaces(t, inTurns(t, 3, NilErrors())) }

func (s Stack) nilsAtPlaces(t *testing.T, all []error) {
	t.Helper()
	server := s.serve(t, returning(all...))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		client := w.Dial(t, server, Calling{})
		for i, err := range all {
			got := Call(t.Context(), client, procedure, caseOf(i))
			native, _ := s.Native(got)
			if found, ok := mapping.From(got); !ok || found.Code() != errpactv1err.Unknown || native.Code != 2 {
				t.Errorf("%T became %v", err, got)
			}
		}
	})
	for _, p := range s.places(t) {
		t.Run(p.Name, func(t *testing.T) {
			for _, err := range all {
				if (p.Receives || p.Ends) && !walkable(err) {
					continue // Connect itself walks what surfaces here
				}
				if got := p.Give(t, err); got == nil || mapping.CodeOf(got) != errpactv1err.Unknown {
					t.Errorf("%T became %v", err, got)
				}
			}
		})
	}
}

// G7Reports tests that a typed nil is reported as an error, and not as a panic of errpact's.
func G7Reports(t *testing.T, s Stack) {
	all := NilErrors()
	for _, err := range all {
		all = append(all, errors.Join(err, errPlain), errors.Join(errPlain, err)) // whose texts may panic
	}
	seen := new(reported.Reports)
	server := s.serve(t, returning(all...), mapping.WithReport(seen.Add))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		client := w.Dial(t, server, Calling{})
		for i, err := range all {
			seen.Take()
			_ = Call(t.Context(), client, procedure, caseOf(i))
			if r := seen.One(t); r.Panic != nil || r.Stack != nil || r.Origin == mapping.OriginPanic || r.Err == nil {
				t.Errorf("%#v is reported as %s of %v, panic %v", err, r.Origin, r.Err, r.Panic)
			}
		}
	})
}

// walkable reports whether the standard library can look for an error in err.
func walkable(err error) (ok bool) {
	defer func() { ok = recover() == nil }()
	return !errors.Is(err, io.EOF)
}

// codes are all that there are, and some more.
func codes() []uint32 {
	all := []uint32{0, 17, math.MaxUint32}
	for code := uint32(1); code <= 16; code++ {
		all = append(all, code)
	}
	return all
}

// G6 tests that a code that comes in is one of the 16. Those that go out are cases of [G1], and the answers of
// hostile servers of [G8].
func G6(t *testing.T, s Stack) {
	type received struct {
		code uint32
		err  error
	}
	var all []received
	malformed, unknown := ownDetail("\xff"), numberDetail(t, 4711)
	for _, code := range codes() {
		for _, err := range []error{
			s.Received(code, ""), s.Local(code, ""), s.Received(code, "", nil, malformed, new(anypb.Any)), s.Received(code, "words", unknown),
		} {
			if err != nil { // a status of 0 is a success
				all = append(all, received{code, err})
			}
		}
	}
	for _, p := range s.places(t) {
		t.Run(p.Name, func(t *testing.T) {
			for _, r := range inTurns(t, 3, all) {
				e, ok := mapping.From(p.Give(t, r.err))
				if !ok || e.ConnectCode() < 1 || e.ConnectCode() > 16 || r.code >= 1 && r.code <= 16 && uint32(e.ConnectCode()) != r.code {
					t.Errorf("%d became %d, %v", r.code, e.ConnectCode(), ok)
				}
				_, _, _ = e.Details(), e.Metadata(), e.Relay().Details()
			}
		})
	}
}

func numberDetail(t *testing.T, number errpactv1.ErrorCode) *anypb.Any {
	t.Helper()
	return pack(t, &errpactv1.ErrorDetail{Code: &number, Reason: "A_REASON"})
}

// surfacing lists errors as a framework, a transport or an interceptor gives them, and their codes.
func (s Stack) surfacing(t *testing.T) map[error]mapping.Code {
	t.Helper()
	return map[error]mapping.Code{
		s.Received(5, "words", numberDetail(t, 4)): errpactv1err.InvalidValue,
		s.Received(14, "words"):                    errpactv1err.ExternalService,
		s.Local(8, "words"):                        errpactv1err.Unknown,
		s.Local(canceled, "words"):                 errpactv1err.Unknown,
		context.Canceled:                           errpactv1err.Unknown,
		context.DeadlineExceeded:                   errpactv1err.Unknown,
		errors.New("words"):                        errpactv1err.Unknown,
		errpactv1err.NotExist.New("not ours"):      errpactv1err.NotExist,
	}
}

func (s Stack) typedAtPlaces(t *testing.T) {
	errs := s.surfacing(t)
	wrappers := []func(error) error{
		func(err error) error { return err }, func(err error) error { return fmt.Errorf("wrapped: %w", err) }, func(err error) error { return errors.Join(err) },
	}
	for _, p := range s.places(t) {
		t.Run(p.Name, func(t *testing.T) {
			for _, wrap := range inTurns(t, len(wrappers), wrappers) {
				for err, want := range errs {
					s.checkPlace(t, p, err, wrap(err), want)
				}
			}
		})
	}
}

// checkPlace gives an error that has err in it.
func (s Stack) checkPlace(t *testing.T, p Place, err, given error, want mapping.Code) {
	t.Helper()
	got := p.Give(t, given)
	found, ok := mapping.From(got)
	if !ok || !found.Remote() || found.Code() != want || !errors.Is(got, want) || !errors.Is(got, err) {
		t.Errorf("%v became %v, want %v", given, got, want)
		return
	}
	// What the framework's users look at is unchanged.
	if native, was := s.Native(err); was {
		if own, ok := s.Native(got); !ok || !own.same(native) {
			t.Errorf("%v: the framework's error in it is %+v, want %+v", given, own, native)
		}
	}
	for _, decoded := range []error{got, fmt.Errorf("wrapped: %w", got)} {
		if again := p.Give(t, decoded); again != decoded {
			t.Errorf("decoded twice: %v became %v", decoded, again)
		}
	}
}

func (s Stack) endsAtPlaces(t *testing.T) {
	ends := []error{
		io.EOF, fmt.Errorf("wrapped: %w", io.EOF), errors.Join(errors.New("other"), io.EOF),
		connect.NewError(connect.CodeUnknown, io.EOF), connectv2.NewError(connectv2.CodeUnknown, "end").WithCause(io.EOF),
	}
	if s.NotModified != nil {
		ends = append(ends, s.NotModified.New(nil))
	}
	for _, p := range s.places(t) {
		t.Run(p.Name, func(t *testing.T) {
			for _, end := range ends {
				got := p.Give(t, end)
				if native, _ := s.Native(got); got == end || p.Ends && errors.Is(end, io.EOF) && (got == nil || native.Code == uint32(connect.CodeUnimplemented)) {
					continue // the framework itself may miss the message before the end
				}
				t.Errorf("%v went in, and %v came out", end, got)
			}
			if p.Receives {
				return
			}
			if got := p.Give(t, nil); got != nil {
				t.Errorf("a success became %v", got)
			}
		})
	}
}
