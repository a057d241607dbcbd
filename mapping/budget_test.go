// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// weight counts a status as it travels, without errpact's help.
func weight(t testing.TB, status *statuspb.Status) int {
	t.Helper()
	n := base64.RawStdEncoding.EncodedLen(proto.Size(status))
	for _, c := range []byte(status.GetMessage()) {
		n++
		if c < ' ' || c > '~' || c == '%' {
			n += 2
		}
	}
	return n
}

// letters are those of [randomText]: some are long on the wire.
var letters = []rune("abcdefgh%é✓\n")

// randomText is text of up to limit runes.
func randomText(r *rand.Rand, limit int) string {
	var b strings.Builder
	for range r.IntN(limit + 1) {
		b.WriteRune(letters[r.IntN(len(letters))])
	}
	return b.String()
}

// size is mostly small, and sometimes far over every budget.
func size(r *rand.Rand, small, large int) int {
	if r.IntN(6) == 0 {
		return large
	}
	return small
}

func randomError(r *rand.Rand, codes []mapping.Code) *mapping.Error {
	e := codes[r.IntN(len(codes))].New(randomText(r, size(r, 20, 600)))
	for i := range r.IntN(size(r, 4, 60)) {
		e = e.WithMetadata(fmt.Sprintf("key%d", i), randomText(r, size(r, 20, 800)))
	}
	for i := range r.IntN(size(r, 4, 60)) {
		e = e.WithField(fmt.Sprintf("field%d", i), randomText(r, size(r, 20, 400)))
	}
	if r.IntN(2) == 0 {
		e = e.WithPayload(randomText(r, size(r, 20, 5000)))
	}
	if r.IntN(2) == 0 {
		e = e.WithRetryDelay(time.Duration(r.IntN(1e12)))
	}
	for _, message := range []proto.Message{
		&errdetails.Help{Links: []*errdetails.Help_Link{{Url: randomText(r, size(r, 20, 1500))}}},
		&errdetails.LocalizedMessage{Locale: "de", Message: randomText(r, size(r, 20, 1500))},
		&errdetails.RequestInfo{RequestId: randomText(r, size(r, 20, 1500))},
		&errdetails.ResourceInfo{ResourceName: randomText(r, size(r, 20, 1500))},
		wrapperspb.String(randomText(r, size(r, 20, 1500))),
		wrapperspb.Bytes([]byte(randomText(r, size(r, 20, 1500)))),
		&errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{Subject: randomText(r, size(r, 20, 1500))}}},
		&errdetails.DebugInfo{Detail: randomText(r, size(r, 20, 1500))}, // never leaves, and is no drop
	} {
		if r.IntN(2) == 0 {
			e = e.WithDetail(message)
		}
	}
	return e
}

// noBudget gives the same answer without a budget.
const noBudget = 1 << 30

func TestG4EveryErrorIsWithinTheBudgetAndDropsInOrder(t *testing.T) {
	t.Parallel()
	c := shop(t)
	var codes []mapping.Code
	for _, entry := range append(errpactv1err.Catalogue.Codes(), c.Code(1001), c.Code(-5)) {
		codes = append(append(codes, entry), entry.Reasons()...)
	}
	r := rand.New(rand.NewPCG(7, 7))
	unlimited := newPolicy(t, mapping.WithCatalogues(nil, c), mapping.WithBudget(noBudget))
	for _, budget := range []int{2048, 3584, 3585, 8192} {
		var report mapping.Report
		limited := newPolicy(t, mapping.WithCatalogues(nil, c), mapping.WithBudget(budget), withLast(&report))
		for range 300 {
			e := randomError(r, codes)
			whole, _ := encode(unlimited, e)
			got, answer := encode(limited, e)
			answer.Report(nil)
			want, dropped := drop(t, whole, budget)
			if n := weight(t, got); n > budget {
				t.Fatalf("%d bytes are over %d", n, budget)
			}
			if diff := cmp.Diff(dropped, report.Dropped); diff != "" {
				t.Fatalf("Dropped (-want +got):\n%s", diff)
			}
			if !proto.Equal(want, got) && !slices.Contains(dropped, "message") {
				t.Fatalf("sent %v, want %v", got, want)
			}
			checkIdentity(t, e, got)
		}
	}
}

func withLast(last *mapping.Report) mapping.Option {
	return mapping.WithReport(func(_ context.Context, r mapping.Report) { *last = r })
}

// checkIdentity: number, catalogue, reason and domain are never dropped.
func checkIdentity(t *testing.T, e *mapping.Error, status *statuspb.Status) {
	t.Helper()
	var detail errpactv1.ErrorDetail
	var info errdetails.ErrorInfo
	if len(status.GetDetails()) < 2 || status.Details[0].UnmarshalTo(&detail) != nil || status.Details[1].UnmarshalTo(&info) != nil {
		t.Fatalf("no identity in %v", status)
	}
	number := detail.GetNumber()
	if detail.Number == nil {
		number = int32(detail.GetCode())
	}
	if number != e.Code().Number() || detail.GetReason() != e.Reason() || info.GetDomain() != e.Code().Catalogue().Domain() || info.GetReason() == "" {
		t.Fatalf("%v/%s became %v, %v", e.Code(), e.Reason(), &detail, &info)
	}
	if !utf8.ValidString(status.GetMessage()) || len(status.GetMessage()) > 512 {
		t.Fatalf("Message = %q", status.GetMessage())
	}
}

// drop does slowly and on the real types what errpact does: take out one part after another, in the
// order that the design lists, until what is left fits.
func drop(t *testing.T, whole *statuspb.Status, budget int) (*statuspb.Status, []string) {
	t.Helper()
	var dropped []string
	status := proto.CloneOf(whole)
	fits := func() bool { return weight(t, status) <= budget }
	without := func(match func(name string) bool) {
		for i := len(status.Details) - 1; i >= 0; i-- {
			if name := string(status.Details[i].MessageName()); match(name) && !fits() {
				status.Details = slices.Delete(status.Details, i, i+1)
				dropped = append(dropped, name)
			}
		}
	}
	named := func(want string) func(string) bool { return func(name string) bool { return name == want } }
	without(named("google.rpc.Help"))
	without(named("google.rpc.LocalizedMessage"))
	without(named("google.rpc.RequestInfo"))
	without(isOwn)
	without(named("google.rpc.ResourceInfo"))
	dropped = append(dropped, dropViolations(t, status, fits)...)
	without(named("google.rpc.RetryInfo"))
	var detail errpactv1.ErrorDetail
	edit(t, status, &detail, func() {
		if !fits() && detail.GetDetailsJson() != "" {
			detail.DetailsJson = ""
			dropped = append(dropped, "payload")
		}
	})
	var info errdetails.ErrorInfo
	for !fits() && hasMetadata(t, status) {
		edit(t, status, &info, func() {
			longest := ""
			for key, value := range info.GetMetadata() {
				size, best := len(key)+len(value), len(longest)+len(info.GetMetadata()[longest])
				if longest == "" || size > best || size == best && key < longest {
					longest = key
				}
			}
			delete(info.Metadata, longest)
			dropped = append(dropped, "metadata "+longest)
		})
	}
	if !fits() {
		dropped = append(dropped, "message")
	}
	return status, dropped
}

// isOwn says that a type has no place of its own in the order.
func isOwn(name string) bool {
	switch name {
	case "google.rpc.Help", "google.rpc.LocalizedMessage", "google.rpc.RequestInfo", "google.rpc.ResourceInfo",
		"google.rpc.BadRequest", "google.rpc.RetryInfo", "google.rpc.ErrorInfo", "errpact.v1.ErrorDetail":
		return false
	}
	return true
}

func hasMetadata(t *testing.T, status *statuspb.Status) (has bool) {
	var info errdetails.ErrorInfo
	edit(t, status, &info, func() { has = len(info.GetMetadata()) > 0 })
	return has
}

func dropViolations(t *testing.T, status *statuspb.Status, fits func() bool) []string {
	var bad errdetails.BadRequest
	total, n := -1, 0
	for !fits() {
		left := 0
		edit(t, status, &bad, func() {
			left = len(bad.GetFieldViolations())
			if total < 0 {
				total = left
			}
			if left > 0 {
				bad.FieldViolations = bad.FieldViolations[:left-1]
				n++
			}
		})
		if left == 0 {
			break
		}
		if left == 1 {
			status.Details = slices.DeleteFunc(status.Details, func(a *anypb.Any) bool { return a.MessageIs(&bad) })
			break
		}
	}
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("google.rpc.BadRequest: %d of %d violations", n, total)}
}

// edit changes a detail of message's type in place.
func edit(t *testing.T, status *statuspb.Status, message proto.Message, change func()) {
	t.Helper()
	for _, detail := range status.Details {
		if detail.MessageIs(message) {
			if err := detail.UnmarshalTo(message); err != nil {
				t.Fatal(err)
			}
			change()
			detail.Value = mustMarshal(t, message)
			return
		}
	}
}

func TestG4LocalErrorsAreWithinTheBudgetWithTheirHeaders(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 8))
	for _, limit := range []budgetOf{{3584, weight, false, nil}, {6 << 10, weightAlone, true, []mapping.Option{mapping.WithConnectMessages()}}} {
		options := limit.options
		var report mapping.Report
		p := newPolicy(t, append(options, withLast(&report))...)
		unlimited := newPolicy(t, append(options, mapping.WithBudget(noBudget))...)
		for range 400 {
			e := connect.NewError(connect.Code(r.IntN(18)), errors.New(randomText(r, size(r, 20, 5000))))
			for range r.IntN(size(r, 3, 200)) {
				detail, err := connect.NewErrorDetail(randomDetail(r))
				if err != nil {
					t.Fatal(err)
				}
				e.AddDetail(detail)
			}
			for i := range r.IntN(size(r, 3, 40)) {
				e.Meta().Set(fmt.Sprintf("X-%d", i), randomText(r, size(r, 20, 400)))
			}
			checkLocalBudget(t, limit, p, unlimited, e, &report)
		}
	}
}

func randomDetail(r *rand.Rand) proto.Message {
	return []proto.Message{
		wrapperspb.String(randomText(r, size(r, 20, 1500))), &errdetails.Help{}, &errdetails.RetryInfo{}, &errdetails.BadRequest{},
		&errdetails.ErrorInfo{Reason: "OTHER"}, &errpactv1.ErrorDetail{}, &errdetails.LocalizedMessage{}, &errdetails.ResourceInfo{},
		&errdetails.RetryInfo{RetryDelay: durationpb.New(time.Second)},
		&errdetails.ErrorInfo{Reason: "OTHER", Metadata: map[string]string{"k": randomText(r, size(r, 20, 4000))}},
		&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "f", Description: randomText(r, size(r, 20, 4000))}}},
	}[r.IntN(11)]
}

// budgetOf is what an answer to a handler's own error may weigh by a policy.
type budgetOf struct {
	bytes int
	weigh func(testing.TB, *statuspb.Status) int
	// idIsHeader says that the request's id is no detail.
	idIsHeader bool
	options    []mapping.Option
}

// weightAlone knows that no Status travels without details.
func weightAlone(t testing.TB, status *statuspb.Status) int {
	if len(status.GetDetails()) > 0 {
		return weight(t, status)
	}
	return weight(t, status) - weight(t, &statuspb.Status{Code: status.GetCode(), Message: strings.Repeat("m", len(status.GetMessage()))}) + len(status.GetMessage())
}

func checkLocalBudget(t *testing.T, limit budgetOf, limited, unlimited *mapping.Policy, e *connect.Error, report *mapping.Report) {
	t.Helper()
	whole, _ := encodeLocal(unlimited, e)
	answer := limited.Translate(&mapping.Call{RequestID: "the-id", Classify: transport.ClassifyConnect}, e)
	message, details, keep := answer.Message(), answer.Details(), answer.Local() != nil
	answer.Report(nil)
	got := &statuspb.Status{Code: int32(answer.Error().ConnectCode()), Message: message, Details: details}
	headers, id := 0, 0
	for key, values := range e.Meta() {
		headers += len(key + ": " + values[0] + "\r\n")
	}
	if limit.idIsHeader && answer.Error().HTTPStatus() >= 500 {
		id = len("X-Request-Id: the-id\r\n")
	}
	bare := &statuspb.Status{Code: whole.GetCode(), Message: whole.GetMessage()}
	wantKeep := headers == 0 || limit.weigh(t, bare)+headers+id <= limit.bytes
	if !wantKeep {
		headers = 0
	}
	left := limit.bytes - headers - id
	if n := limit.weigh(t, got); n > left || keep != wantKeep {
		t.Fatalf("%d bytes of %d; headers are kept: %v, want %v", n, left, keep, wantKeep)
	}
	want, dropped := dropWhole(t, whole, left, limit.weigh)
	if limit.weigh(t, want) > left { // a message that is sent as it was written
		dropped = append(dropped, "message")
		if cut, rest, ok := strings.Cut(want.GetMessage(), got.GetMessage()); cut != "" || rest == "" || !ok || got.GetMessage() == "" {
			t.Fatalf("%q is no beginning of %q", got.GetMessage(), want.GetMessage())
		}
		want.Message = got.GetMessage()
	}
	if !keep {
		dropped = append(dropped, "headers")
	}
	if diff := cmp.Diff(dropped, report.Dropped); diff != "" || !proto.Equal(want, got) {
		t.Fatalf("sent %v, want %v; Dropped (-want +got):\n%s", got, want, diff)
	}
	if sent := report.Sent; got.GetMessage() != "" && sent.Message() != got.GetMessage() || uint32(sent.ConnectCode()) != uint32(got.GetCode()) {
		t.Fatalf("reported %d: %q, sent %v", sent.ConnectCode(), sent.Message(), got)
	}
	checkSentDetails(t, report.Sent, got.GetDetails())
}

// checkSentDetails compares what a report says was sent with the details that went out, without headers.
func checkSentDetails(t *testing.T, sent *mapping.Error, details []*anypb.Any) {
	t.Helper()
	var info errdetails.ErrorInfo
	var bad errdetails.BadRequest
	var retry errdetails.RetryInfo
	for _, a := range slices.Backward(details) { // the first of a type counts
		for _, into := range []proto.Message{&info, &bad, &retry} {
			if a.MessageIs(into) && a.UnmarshalTo(into) != nil {
				t.Fatal(a)
			}
		}
	}
	want := retry.GetRetryDelay().AsDuration()
	if delay, ok := sent.RetryDelay(); delay != want || ok != (want > 0) {
		t.Errorf("reported the delay %v, %v, sent %v", delay, ok, want)
	}
	if diff := cmp.Diff(info.GetMetadata(), sent.Metadata(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("reported metadata (-sent +reported):\n%s", diff)
	}
	if len(bad.GetFieldViolations()) != len(sent.Fields()) {
		t.Errorf("reported %d fields, sent %d", len(sent.Fields()), len(bad.GetFieldViolations()))
	}
}

// TestMessageTooLargeDropsNoHeaders: the handler set none that could be dropped.
func TestMessageTooLargeDropsNoHeaders(t *testing.T) {
	for wire, want := range map[mapping.Wire][]string{mapping.WireOther: {"message"}, mapping.WireGRPC: {"message"}, mapping.WireConnectUnary: nil} {
		var report mapping.Report
		call := &mapping.Call{Wire: wire, Classify: transport.ClassifyConnect}
		answer := newPolicy(t, mapping.WithConnectMessages(), withLast(&report)).Translate(call, connect.NewError(connect.CodeNotFound, errors.New(strings.Repeat("m", 7000))))
		if answer.Report(call); !slices.Equal(report.Dropped, want) {
			t.Errorf("wire %d: dropped %v, want %v", wire, report.Dropped, want)
		}
	}
}

func encodeLocal(p *mapping.Policy, err error) (*statuspb.Status, bool) {
	answer := p.Translate(&mapping.Call{RequestID: "the-id", Classify: transport.ClassifyConnect}, err)
	message, details, keep := answer.Message(), answer.Details(), answer.Local() != nil
	return &statuspb.Status{Code: int32(answer.Error().ConnectCode()), Message: message, Details: details}, keep
}

// dropWhole does what drop does, to details that a handler made itself: none of them is cut.
func dropWhole(t *testing.T, whole *statuspb.Status, budget int, weigh func(testing.TB, *statuspb.Status) int) (*statuspb.Status, []string) {
	t.Helper()
	var dropped []string
	status := proto.CloneOf(whole)
	for _, rank := range []func(name string) bool{
		func(name string) bool { return name == "google.rpc.Help" },
		func(name string) bool { return name == "google.rpc.LocalizedMessage" },
		func(name string) bool { return name == "google.rpc.RequestInfo" },
		isOwn,
		func(name string) bool { return name == "google.rpc.ResourceInfo" },
		func(name string) bool { return name == "google.rpc.BadRequest" },
		func(name string) bool { return name == "google.rpc.RetryInfo" },
		func(string) bool { return true },
	} {
		for i := len(status.Details) - 1; i >= 0; i-- {
			if name := string(status.Details[i].MessageName()); rank(name) && weigh(t, status) > budget {
				status.Details = slices.Delete(status.Details, i, i+1)
				dropped = append(dropped, name)
			}
		}
	}
	return status, dropped
}

// TestG4HeadersStayWhereTheyFit: details go before them.
func TestG4HeadersStayWhereTheyFit(t *testing.T) {
	for size, want := range map[int]bool{100: true, 3000: true, 3500: true, 3600: false} {
		e := connect.NewError(connect.CodeNotFound, errors.New("m"))
		e.Meta().Set("X", strings.Repeat("x", size-len("X: \r\n")))
		detail, err := connect.NewErrorDetail(wrapperspb.String(strings.Repeat("d", 1000)))
		if err != nil {
			t.Fatal(err)
		}
		e.AddDetail(detail)
		answer := (*mapping.Policy)(nil).Translate(&mapping.Call{Classify: transport.ClassifyConnect}, e)
		if message, details, keep := answer.Message(), answer.Details(), answer.Local() != nil; keep != want || message != "m" || (len(details) == 1) != (size == 100 || !want) {
			t.Errorf("%d bytes of headers: keep = %v, %d details", size, keep, len(details))
		}
	}
}
