// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"errors"
	"flag"
	"hash/crc32"
	"io"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/mapping"
)

var (
	procedures = []string{Unary, ClientStream, ServerStream, BidiStream}
	streams    = procedures[1:]
)

// nameOf returns the last part of a procedure.
func nameOf(procedure string) string { return procedure[strings.LastIndexByte(procedure, '/')+1:] }

// procedures returns those that can be called this way.
func (w Way) procedures() []string {
	return slices.DeleteFunc(slices.Clone(procedures), func(procedure string) bool { return !w.can(procedure) })
}

// can reports whether the procedure can be called this way.
func (w Way) can(procedure string) bool {
	return procedure != BidiStream || w.HTTP2 || w.Protocol == ""
}

// allPairs has each case run by every pair of a way and a procedure. Without it they take turns.
var allPairs = flag.Bool("all-pairs", false, "call each procedure in every way, and give each error at every place, where otherwise they take turns")

// everyWay runs a test in each way of calling, and for each procedure: for every pair of them with the flag
// -all-pairs, else so that each way has one procedure, and another one in another test.
func (s Stack) everyWay(t *testing.T, test func(t *testing.T, w Way, procedure string)) {
	t.Helper()
	for i, w := range s.Ways {
		own := w.procedures()
		if !*allPairs && len(s.Ways) > len(procedures) {
			w.half = 1 + (i+i/len(procedures))%2
		}
		for j, procedure := range own {
			if *allPairs || j == (turn(t, len(own))+i)%len(own) {
				t.Run(w.Name+"/"+nameOf(procedure), func(t *testing.T) { test(t, w, procedure) })
			}
		}
	}
}

// halfOf yields half of the n cases of a long table, and for the next way the others. Those of a stack with few ways
// get all, as all do with the flag -all-pairs.
func halfOf(w Way, n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if (w.half == 0 || (i+i/2)%2 == w.half-1) && !yield(i) {
				return
			}
		}
	}
}

// turn returns which of n cases a test has, by its name.
func turn(t *testing.T, n int) int { return int(crc32.ChecksumIEEE([]byte(t.Name())) % uint32(n)) }

// inTurns returns every n-th of all, or all with the flag -all-pairs. Where it begins depends on the test's name,
// so that each subtest has some of them and all have all.
func inTurns[T any](t *testing.T, n int, all []T) (own []T) {
	for i, one := range all {
		if *allPairs || i%n == turn(t, n) {
			own = append(own, one)
		}
	}
	return own
}

// protocols returns the first way of each protocol.
func (s Stack) protocols() (ways []Way) {
	for _, w := range s.Ways {
		if w.Protocol != "" && !slices.ContainsFunc(ways, func(other Way) bool { return other.Protocol == w.Protocol }) {
			ways = append(ways, w)
		}
	}
	return ways
}

// streaming returns the first way by which all procedures can be called.
func (s Stack) streaming() Way {
	return s.Ways[slices.IndexFunc(s.Ways, func(w Way) bool { return w.HTTP2 })]
}

// places returns where a client surfaces errors, if the stack has told.
func (s Stack) places(t testing.TB) []Place {
	if s.Places == nil {
		return nil
	}
	return s.Places(t)
}

// serve starts a service that answers with a policy of some options.
func (s Stack) serve(t testing.TB, answer func(context.Context, Header) error, options ...mapping.Option) Server {
	t.Helper()
	return s.Serve(t, Service{Answer: answer, Options: options})
}

// Call makes a whole call. The clean end of a stream is nil.
func Call(ctx context.Context, client Client, procedure string, header http.Header) error {
	if procedure == Unary {
		return client.Unary(ctx, header)
	}
	stream, err := client.Open(ctx, procedure, header)
	if err != nil {
		return err
	}
	defer func() { _ = stream.Close() }()
	if err := stream.Send("request"); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	for {
		if err := stream.Receive(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

const caseHeader = "Test-Case"

// caseOf asks a server for one of its cases.
func caseOf(i int) http.Header { return http.Header{caseHeader: {strconv.Itoa(i)}} }

// failing fails as the request asks. A request that asks for nothing succeeds.
func failing(fails ...func() error) func(context.Context, Header) error {
	return func(_ context.Context, header Header) error {
		if i, err := strconv.Atoi(header.Get(caseHeader)); err == nil {
			return fails[i]()
		}
		return nil
	}
}

// returning answers with one of some errors, as the request asks.
func returning(errs ...error) func(context.Context, Header) error {
	fails := make([]func() error, len(errs))
	for i, err := range errs {
		fails[i] = give(err)
	}
	return failing(fails...)
}

func give(err error) func() error { return func() error { return err } }

// always answers every call the same.
func always(err error) func(context.Context, Header) error {
	return func(context.Context, Header) error { return err }
}

// same compares what two errors tell code without errpact.
func (n Native) same(other Native) bool {
	return n.Code == other.Code && n.Message == other.Message && n.Wire == other.Wire &&
		slices.EqualFunc(n.Details, other.Details, func(a, b *anypb.Any) bool {
			return a.GetTypeUrl() == b.GetTypeUrl() && string(a.GetValue()) == string(b.GetValue())
		})
}
