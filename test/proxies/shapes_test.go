// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package proxies_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"sort"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// budget is the default that the design promises.
const budget = 3584

// A shape is a kind of error that grows with n.
type shape struct {
	name string
	grow func(n int) *mapping.Error
}

// Messages are of lengths that leave base64 a length that it can have: no n bytes make 4k+1 of it.
var shapes = []shape{
	{"ascii", func(n int) *mapping.Error {
		return errpactv1err.NotExist.New(strings.Repeat("m", 512)).WithMetadata("note", strings.Repeat("x", n))
	}},
	{"accents", func(n int) *mapping.Error {
		return errpactv1err.AuthForbidden.New(strings.Repeat("é", 256)).WithMetadata("note", strings.Repeat("é", n/2))
	}},
	{"fields", func(n int) *mapping.Error {
		const most = 40
		e := errpactv1err.InvalidValue.New("two lengths!").WithPayload(map[string]any{"left": 3, "names": []string{"ä", "b"}})
		for i := range n / most {
			e = e.WithField(fmt.Sprintf("items[%d].name", i), strings.Repeat("d", most))
		}
		return e.WithField("last", strings.Repeat("d", n%most))
	}},
	{"detail", func(n int) *mapping.Error {
		return errpactv1err.InvalidType.New("100% of ours").WithDetail(wrapperspb.Bytes(bytesOf(n)))
	}},
	{"payload", func(n int) *mapping.Error {
		return errpactv1err.InvalidStructure.WithPayload(map[string]string{"text": strings.Repeat("p", n)})
	}},
	{"everything", func(n int) *mapping.Error {
		return errpactv1err.ContainerUnpackingFailedInvalidHash.WithMetadata("folder_id", "f").WithField("hash", "is wrong").
			WithPayload([]int{1, 2}).WithRetryDelay(90*time.Second).WithDetail(
			&errdetails.Help{Links: []*errdetails.Help_Link{{Description: "what to do", Url: "https://errpact.dev/14"}}},
			&errdetails.LocalizedMessage{Locale: "de", Message: "Prüfsumme falsch"},
			&errdetails.ResourceInfo{ResourceType: "container", ResourceName: "c"},
			wrapperspb.String(strings.Repeat("o", n)))
	}},
}

// bytesOf are n bytes of every value.
func bytesOf(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

// A problem is an error, and what an RPC caller must get of it.
type problem struct {
	err    *mapping.Error
	status *statuspb.Status
}

func (p problem) want(messages int) received {
	want := receivedStatus(p.status)
	want.Messages = messages
	return want
}

// largestProblems are the largest errors of all shapes.
func largestProblems(t *testing.T) map[string]problem {
	t.Helper()
	problems := map[string]problem{}
	for _, s := range shapes {
		problems[s.name] = largest(t, s)
	}
	return problems
}

// largest is the largest error of a shape that errpact sends whole by default.
func largest(t *testing.T, s shape) problem {
	t.Helper()
	n := sort.Search(1<<16, func(n int) bool { return sent(t, s.grow(n+1)).dropped() })
	var best *mapping.Error
	var most int
	// Lengths grow by a byte here and there, so that not each n, but some n and pad, meet the budget.
	for back := range min(n, 16) {
		for pad := range 64 {
			e := s.grow(n-back).WithMetadata("pad", strings.Repeat("x", pad))
			answer := sent(t, e)
			if answer.dropped() {
				break
			}
			if answer.weight > most {
				best, most = e, answer.weight
			}
		}
	}
	if most != budget {
		t.Errorf("the largest error that is sent whole has %d bytes, want the budget, %d", most, budget)
	}
	return problem{best, sent(t, best).status}
}

// sending is what errpact makes of an error by default.
type sending struct {
	status *statuspb.Status
	weight int
	report mapping.Report
}

func (s sending) dropped() bool { return len(s.report.Dropped) > 0 }

func sent(t *testing.T, err error, options ...mapping.Option) (s sending) {
	t.Helper()
	report := mapping.WithReport(func(_ context.Context, r mapping.Report) { s.report = r })
	policy, policyErr := mapping.NewPolicy(append(options, report)...)
	if policyErr != nil {
		t.Fatal(policyErr)
	}
	// In Connect's own protocol a retry delay is a header, too.
	answer := policy.Translate(&mapping.Call{Wire: mapping.WireConnectUnary}, err)
	message, details := answer.Message(), answer.Details()
	answer.Report(nil)
	s.status = &statuspb.Status{Code: int32(answer.Error().ConnectCode()), Message: message, Details: details}
	s.weight = weight(t, s.status)
	for key, values := range answer.Headers() {
		s.weight += len(key + ": " + values[0] + "\r\n")
	}
	return s
}

// weight counts a status as gRPC sends it: percent-encoded, and in base64.
func weight(t *testing.T, status *statuspb.Status) int {
	t.Helper()
	b, err := proto.Marshal(status)
	if err != nil {
		t.Fatal(err)
	}
	n := base64.RawStdEncoding.EncodedLen(len(b))
	for _, c := range []byte(status.GetMessage()) {
		n++
		if c < ' ' || c > '~' || c == '%' {
			n += 2
		}
	}
	return n
}
