// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// TestG11FiftyGoroutinesShareCataloguesNobodyHasRead: a catalogue is read once, by whoever comes
// first, and all of them get the same codes.
func TestG11FiftyGoroutinesShareCataloguesNobodyHasRead(t *testing.T) {
	enum := newEnum(t, "Unread", "unread.acme.example", map[int32]*errpactv1.Entry{
		3001: newEntry(errpactv1.ConnectCode_CONNECT_CODE_ABORTED, 409, "Once"),
	})
	source := func() protoreflect.EnumDescriptor { return enum }
	catalogue := mapping.LazyCatalogue(source)
	early := catalogue.Code(3001) // as a generated variable is made, before anybody reads
	codes := make([]mapping.Code, 50)
	start := make(chan struct{})
	var group sync.WaitGroup
	for i := range codes {
		group.Go(func() {
			<-start
			switch i % 4 {
			case 0:
				codes[i] = catalogue.Codes()[0]
			case 1:
				codes[i] = mapping.LazyCatalogue(source).Code(3001)
			case 2:
				codes[i] = mapping.MustCatalogue(enum).Code(3001)
			case 3:
				_ = early.Message()
				codes[i] = mapping.CodeOf(early.WithReason("OF_ITS_OWN").New(""))
			}
		})
	}
	close(start)
	group.Wait()
	for i, code := range codes {
		if code != early || code.HTTPStatus() != 409 || code.Message() != "Once" {
			t.Errorf("goroutine %d got %v", i, code)
		}
	}
}

// TestG11FiftyGoroutinesSendReceiveAndWrite: errors, sentinels and policies are shared, and each
// goroutine finds what it put in, and nobody else's.
func TestG11FiftyGoroutinesSendReceiveAndWrite(t *testing.T) {
	shop := shop(t)
	policy := newPolicy(t, mapping.WithCatalogues(nil, shop), mapping.WithRules(mapping.MapIs(http.ErrNoCookie, errpactv1err.AuthInvalid)))
	shared := []*mapping.Error{
		laden(errpactv1err.NotExist), laden(shop.Code(1001).WithReason("SOLD_OUT")),
		errpactv1err.DatabaseTemporarilyUnavailable.New(""), errpactv1err.Catalogue.Code(4711).New("later"),
	}
	received := decode(t, policy, policy, shared[0])
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			for j := range 8 {
				checkOwn(t, policy, shared[(i+j)%len(shared)], fmt.Sprintf("%d-%d", i, j))
				checkOwn(t, policy, received, fmt.Sprintf("%d-%d", i, j))
				if a := policy.Translate(&mapping.Call{}, fmt.Errorf("x: %w", http.ErrNoCookie)); a.Error().Code() != errpactv1err.AuthInvalid {
					t.Errorf("a rule gave %v", a.Error())
				}
			}
		})
	}
	group.Wait()
	for _, e := range append(shared, received) {
		metadata := e.Metadata()
		if _, added := metadata["own"]; added || metadata != nil && metadata["other"] != "ä" || len(e.Fields()) > 1 {
			t.Errorf("a shared error has what one goroutine added: %+v", e)
		}
	}
}

// checkOwn adds to a shared error, sends it, receives it, and finds what was added.
func checkOwn(t *testing.T, policy *mapping.Policy, e *mapping.Error, own string) {
	mine := e.Relay().WithMetadata("other", own).WithMetadata("own", own).WithFields(mapping.Field{Path: "own", Description: own, Reason: own}).WithLog(slog.String("own", own)).WithPayload(own).
		WithDetail(&errdetails.ResourceInfo{ResourceName: own})
	_, _ = fmt.Sprintf("%+v", mine), mine.LogValue()
	got := decode(t, policy, policy, mine)
	payload, _ := mapping.Payload[string](got)
	fields := got.Fields()
	if !errors.Is(got, e.Code()) || got.Metadata()["own"] != own || payload != own || fields[len(fields)-1] != (mapping.Field{Path: "own", Description: own, Reason: own}) {
		t.Errorf("%s got %+v", own, got)
	}
	if envelope := string(mapping.EnvelopeOf(mine).AppendJSON(nil)); envelope != string(mapping.EnvelopeOf(got).AppendJSON(nil)) {
		t.Errorf("%s: envelopes differ: %s", own, envelope)
	}
}

// TestG11InputsMayBeChangedAfterUse: what went in was copied.
func TestG11InputsMayBeChangedAfterUse(t *testing.T) {
	info := &errdetails.ErrorInfo{Metadata: map[string]string{"k": "v"}}
	quota := &errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{Subject: "s"}}}
	messages := []proto.Message{info, quota}
	attrs := []slog.Attr{slog.String("attr", "v")}
	fields := []mapping.Field{{Path: "path", Reason: "R"}, {Path: "other"}}
	list, object := []int{1, 2}, map[string][]int{"a": {1}}
	catalogues, rules := []*mapping.Catalogue{nil, shop(t)}, []mapping.Rule{mapping.MapIs(http.ErrNoCookie, errpactv1err.AuthInvalid)}
	options := []mapping.Option{mapping.WithReport(nil), mapping.WithCatalogues(catalogues...), mapping.WithRules(rules...)}
	header := http.Header{"X-Request-Id": {"first"}, "Authorization": {"x"}}
	policy, err := mapping.NewPolicy(options...)
	if err != nil {
		t.Fatal(err)
	}
	listed, mapped := errpactv1err.InvalidValue.WithPayload(list), errpactv1err.InvalidValue.WithPayload(object)
	e := errpactv1err.Unknown.WithDetail(messages...).WithLog(attrs...).WithFields(fields...)
	look := func() []string {
		return []string{
			fmt.Sprintf("%+v", e), string(mapping.EnvelopeOf(listed).AppendJSON(nil)), string(mapping.EnvelopeOf(mapped).AppendJSON(nil)),
			fmt.Sprint(e.Details(), e.Fields()), decode(t, policy, policy, shop(t).Code(1001)).Error(), policy.Decode(&mapping.ErrorResponse{ConnectCode: 5}).Error(),
		}
	}
	call := &mapping.Call{Header: header}
	answer := policy.Translate(call, http.ErrNoCookie)
	before, id := look(), answer.RequestID(call)

	info.Metadata["k"], info.Metadata["l"], quota.Violations[0].Subject = "x", "x", "x"
	messages[0], messages[1], attrs[0] = nil, nil, slog.String("x", "x")
	fields[0], fields[1] = mapping.Field{}, mapping.Field{Path: "x"}
	list[0], object["a"][0], object["b"] = 9, 9, nil
	clear(catalogues)
	clear(rules)
	clear(options)
	header.Set("X-Request-Id", "second")
	if diff := cmp.Diff(before, look()); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	if again := policy.Translate(&mapping.Call{}, http.ErrNoCookie); again.Error().Code() != errpactv1err.AuthInvalid || answer.RequestID(call) != id {
		t.Errorf("after the change %v, id %q", again.Error(), answer.RequestID(call))
	}
}

// TestG11OutputsAreTheCallersOwn: changing them changes nothing.
func TestG11OutputsAreTheCallersOwn(t *testing.T) {
	sent := laden(errpactv1err.ContainerUnpackingFailedInvalidHash).WithLog(slog.String("a", "b"))
	received := decode(t, nil, nil, sent)
	for name, e := range map[string]*mapping.Error{"sent": sent, "received": received} {
		look := func() []string {
			return []string{
				fmt.Sprintf("%+v", e), string(mapping.EnvelopeOf(e).AppendJSON(nil)), fmt.Sprint(e.Metadata(), e.Fields(), e.Details()),
				fmt.Sprint(e.Code().Reasons(), errpactv1err.Catalogue.Codes()), fmt.Sprint(e.LogValue()),
			}
		}
		before := look()
		clear(e.Metadata())
		clear(e.Fields())
		clear(e.LogValue().Group())
		clear(e.Code().Reasons())
		clear(errpactv1err.Catalogue.Codes())
		clear(mapping.EnvelopeOf(e).Details)
		clear(mapping.EnvelopeOf(e).AppendJSON(nil))
		for _, message := range e.Details() {
			proto.Reset(message)
		}
		if info, ok := mapping.Detail[*errdetails.ErrorInfo](e); ok {
			clear(info.GetMetadata())
		}
		if diff := cmp.Diff(before, look()); diff != "" {
			t.Errorf("%s (-before +after):\n%s", name, diff)
		}
		if delay, _ := e.RetryDelay(); delay != 1500*time.Millisecond {
			t.Errorf("%s: RetryDelay = %v", name, delay)
		}
	}
}
