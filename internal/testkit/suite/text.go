// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// budget is the default.
const budget = 3584

// G4 tests that every answer is within the budget as it travels, and that what is dropped is reported.
func G4(t *testing.T, s Stack) {
	large := errpactv1err.NotExist.New(strings.Repeat("é\n", 2000)).WithRetryDelay(1)
	for i := range 100 {
		large = large.WithMetadata("key-"+strconv.Itoa(i), strings.Repeat("v", 100)).WithField(strings.Repeat("f", 100), "d")
	}
	help := &errdetails.Help{Links: []*errdetails.Help_Link{{Url: strings.Repeat("u", 5000)}}}
	errs := []error{
		large, large.WithPayload(strings.Repeat("p", 5000)), large.WithDetail(help),
		s.Local(5, strings.Repeat("words ", 500), pack(t, help)), errors.Join(errPlain, large),
	}
	seen := new(reported.Reports)
	server := s.serve(t, returning(errs...), mapping.WithReport(seen.Add))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		client := w.Dial(t, server, Calling{})
		for i := range errs {
			native, _ := s.Native(Call(t.Context(), client, procedure, caseOf(i)))
			if size := native.size(); size > budget || native.Code != uint32(connect.CodeNotFound) {
				t.Errorf("case %d: %d bytes of code %d, the budget is %d", i, size, native.Code, budget)
			}
			if all := seen.Take(); len(all) != 1 || len(all[0].Dropped) == 0 {
				t.Errorf("case %d: reports %+v", i, all)
			}
			if w.Protocol != GRPC {
				continue
			}
			answer := w.post(t, server, procedure, caseOf(i), w.request(procedure))
			if size := len(answer.status("Grpc-Message")) + len(answer.status("Grpc-Status-Details-Bin")); size > budget || size == 0 {
				t.Errorf("case %d: %d bytes in the trailers, the budget is %d", i, size, budget)
			}
			seen.Take()
		}
	})
}

// size returns the bytes of an error's message and details, as gRPC sends them.
func (n Native) size() int {
	details := proto.Size(&status.Status{Code: int32(n.Code), Message: n.Message, Details: n.Details})
	return percentSize(n.Message) + (details*4+2)/3
}

// percentSize returns the bytes of a message in gRPC's headers.
func percentSize(message string) int {
	encoded := len(message)
	for _, char := range []byte(message) {
		if char < ' ' || char > '~' || char == '%' {
			encoded += 2
		}
	}
	return encoded
}

// G5 tests that text is clean, and that whatever it holds costs neither the code nor the details.
func G5(t *testing.T, s Stack) {
	long := strings.Repeat("é", 1000)
	texts := map[string]string{
		"a\xffb\r\nlevel=ERROR\x00\x1b[31m\u2028c": "a\ufffdb  level=ERROR  [31m c",
		"\xff\xfe bad": "\ufffd\ufffd bad",
		long:           long[:512],
		"100% ✓":       "100% ✓",
		"":             errpactv1err.NotExist.Message(),
	}
	var errs []error
	var wants []string
	for text, want := range texts {
		wants = append(wants, want, want)
		errs = append(errs, errpactv1err.NotExist.New(text).WithMetadata("k", text), s.Local(5, text))
	}
	wants = append(wants, errpactv1err.NotExist.Message())
	errs = append(errs, errpactv1err.NotExist.WithMetadata("key", "\xff").WithField("\xff", "\xff").WithPayload("\xff").
		WithDetail(&anypb.Any{TypeUrl: "x/\xff"}))
	server := s.serve(t, returning(errs...))
	s.everyWay(t, func(t *testing.T, w Way, procedure string) {
		client := w.Dial(t, server, Calling{})
		for i, want := range wants {
			err := Call(t.Context(), client, procedure, caseOf(i))
			native, _ := s.Native(err)
			found, _ := mapping.From(err)
			if found.Message() != want || native.Message != want || native.Code != 5 || !errors.Is(err, errpactv1err.NotExist) {
				t.Errorf("%q arrived as %d: %q", errs[i], found.ConnectCode(), found.Message())
			}
			if found.Inferred() != (i%2 == 1) {
				t.Errorf("%q: Inferred = %v", errs[i], found.Inferred())
			}
		}
	})
}
