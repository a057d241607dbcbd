// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/linked"
	"github.com/errpact/errpact/mapping"
)

// answerWith is an answer of a peer, with these details.
func answerWith(t testing.TB, connectCode mapping.ConnectCode, details ...proto.Message) *mapping.ErrorResponse {
	t.Helper()
	var anys []*anypb.Any
	for _, d := range details {
		packed, err := anypb.New(d)
		if err != nil {
			t.Fatal(err)
		}
		anys = append(anys, packed)
	}
	return &mapping.ErrorResponse{ConnectCode: connectCode, Message: "words", Details: statusDetails(anys), Cause: errors.New("the transport's"), Wire: true}
}

func detailOf(catalogue string, number int32, reason string) *errpactv1.ErrorDetail {
	return &errpactv1.ErrorDetail{Catalogue: catalogue, Number: &number, Reason: reason}
}

func infoOf(domain, reason string) *errdetails.ErrorInfo {
	return &errdetails.ErrorInfo{Domain: domain, Reason: reason, Metadata: map[string]string{"sku": "s-1"}}
}

func TestClientsKnowLinkedCatalogues(t *testing.T) {
	foreign := func(name string, number int32) mapping.Code {
		return (*mapping.Policy)(nil).Decode(answerWith(t, 2, detailOf(name, number, ""))).Code()
	}
	own := mapping.MustCatalogue(newEnum(t, "Own", linked.StockDomain, map[int32]*errpactv1.Entry{70001: newEntry(9, 409, "Own")}))
	withOwn := newPolicy(t, mapping.WithCatalogues(nil, own))
	unlinked := shop(t)
	for _, test := range []struct {
		name     string
		policy   *mapping.Policy
		response *mapping.ErrorResponse
		want     mapping.Code
		inferred bool
	}{
		{"an entry", nil, answerWith(t, 9, detailOf(linked.Stock, 70001, "")), linked.SoldOut, false},
		{"a reason", nil, answerWith(t, 9, detailOf(linked.Stock, 70001, "LAST_ONE")), linked.LastOne, false},
		{"an undeclared reason", nil, answerWith(t, 9, detailOf(linked.Stock, 70001, "NEWER")), linked.SoldOut.WithReason("NEWER"), false},
		{"an undeclared number", nil, answerWith(t, 9, detailOf(linked.Stock, 70009, "")), linked.Catalogue.Code(70009), false},
		{"a twin by name", nil, answerWith(t, 5, detailOf(linked.Twin, 70100, "")), linked.Of(linked.Twin).Code(70100), false},
		{"the built-in one, not given", newPolicy(t, mapping.WithCatalogues(wholeCatalogue(t))), answerWith(t, 5, infoOf("errpact.dev", "NOT_EXIST")), errpactv1err.NotExist, false},
		{"one that is not linked", nil, answerWith(t, 9, detailOf(unlinked.Name(), 1001, "")), foreign(unlinked.Name(), 1001), false},
		{"an enum with mistakes", nil, answerWith(t, 9, detailOf(linked.Broken, 70200, "")), foreign(linked.Broken, 70200), false},
		{"an enum that is no catalogue", nil, answerWith(t, 9, detailOf(linked.Plain, 0, "")), foreign(linked.Plain, 0), false},
		{"a message's name", nil, answerWith(t, 9, detailOf("google.rpc.ErrorInfo", 1, "")), foreign("google.rpc.ErrorInfo", 1), false},
		{"a name that is none", nil, answerWith(t, 9, detailOf("a b\n", 1, "")), foreign("unknown", 1), false},
		{"a domain", nil, answerWith(t, 9, infoOf(linked.StockDomain, "SOLD_OUT")), linked.SoldOut, false},
		{"a domain and a reason", nil, answerWith(t, 9, infoOf(linked.StockDomain, "LAST_ONE")), linked.LastOne, false},
		{"a domain and a value", nil, answerWith(t, 9, infoOf(linked.StockDomain, "STOCK_ERROR_CLOSED")), linked.Closed, false},
		{"a domain, and no such reason", nil, answerWith(t, 5, infoOf(linked.StockDomain, "OTHER")), errpactv1err.NotExist, true},
		{"a domain that two have", nil, answerWith(t, 5, infoOf(linked.TwinDomain, "SHARED")), errpactv1err.NotExist, true},
		{"a domain that none has", nil, answerWith(t, 5, infoOf("elsewhere.example", "SHARED")), errpactv1err.NotExist, true},
		{"no domain", nil, answerWith(t, 5, infoOf("", "SOLD_OUT")), errpactv1err.NotExist, true},
		{"a domain of a given one", withOwn, answerWith(t, 9, infoOf(linked.StockDomain, "N70001")), own.Code(70001), false},
		{"a domain of a given one, which lacks the reason", withOwn, answerWith(t, 9, infoOf(linked.StockDomain, "SOLD_OUT")), linked.SoldOut, false},
		{"no details", nil, answerWith(t, 5), errpactv1err.NotExist, true},
		{"nobody answered", nil, &mapping.ErrorResponse{ConnectCode: 5, Details: answerWith(t, 5, infoOf(linked.StockDomain, "SOLD_OUT")).Details}, errpactv1err.NotExist, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := test.policy.Decode(test.response)
			if !errors.Is(got, test.want) || got.Code().Number() != test.want.Number() || got.Reason() != test.want.Reason() {
				t.Errorf("got %+v, want %v", got, test.want)
			}
			if got.Code().Catalogue().Name() != test.want.Catalogue().Name() || got.Inferred() != test.inferred || !got.Remote() {
				t.Errorf("catalogue %s, inferred %t, remote %t", got.Code().Catalogue().Name(), got.Inferred(), got.Remote())
			}
			if test.want.Declared() && got.Code() != test.want.WithReason("") {
				t.Errorf("the code is not == %v", test.want)
			}
		})
	}
}

// wholeCatalogue can be a primary catalogue.
func wholeCatalogue(t testing.TB) *mapping.Catalogue {
	t.Helper()
	all := map[int32]*errpactv1.Entry{}
	for _, role := range []errpactv1.Role{1, 2, 3, 4} {
		e := newEntry(errpactv1.ConnectCode_CONNECT_CODE_INTERNAL, 500, "Role "+role.String())
		e.Role = role
		all[2000+int32(role)] = e
	}
	return mapping.MustCatalogue(newEnum(t, "Primary", "primary.acme.example", all))
}

// envelopeOf is an answer of a REST API.
func envelopeWith(status int, number int32, details string) *mapping.ErrorResponse {
	return &mapping.ErrorResponse{HTTPStatus: status, Envelope: &mapping.Envelope{Code: number, Message: "words", Details: json.RawMessage(details)}}
}

func TestRESTCallersKnowLinkedNumbers(t *testing.T) {
	own := mapping.MustCatalogue(newEnum(t, "Rest", "rest.acme.example", map[int32]*errpactv1.Entry{70001: newEntry(9, 409, "Own"), 70100: newEntry(5, 404, "Own")}))
	withOwn := newPolicy(t, mapping.WithCatalogues(nil, own))
	primary := newPolicy(t, mapping.WithCatalogues(wholeCatalogue(t)))
	builtin := errpactv1err.Catalogue
	for _, test := range []struct {
		name     string
		policy   *mapping.Policy
		response *mapping.ErrorResponse
		want     mapping.Code
		connect  mapping.ConnectCode
	}{
		{"an entry", nil, envelopeWith(409, 70001, "null"), linked.SoldOut, 9},
		{"a reason", nil, envelopeWith(409, 70001, `{"reason":"LAST_ONE"}`), linked.LastOne, 9},
		{"an undeclared reason", nil, envelopeWith(409, 70001, `{"reason":"NEWER"}`), linked.SoldOut.WithReason("NEWER"), 9},
		{"a payload of its own", nil, envelopeWith(409, 70001, `[1]`), linked.SoldOut, 9},
		{"another status", nil, envelopeWith(500, 70001, "null"), linked.SoldOut, 13},
		{"a number that two have", nil, envelopeWith(404, 70100, "null"), builtin.Code(70100), 5},
		{"a number that none has", nil, envelopeWith(404, 70999, "null"), builtin.Code(70999), 5},
		{"a number of one with mistakes", nil, envelopeWith(404, 70200, "null"), builtin.Code(70200), 5},
		{"a number of the built-in one", nil, envelopeWith(404, 10, "null"), errpactv1err.NotExist, 5},
		{"a number of the built-in one, not given", primary, envelopeWith(404, 10, "null"), errpactv1err.NotExist, 5},
		{"zero of the built-in one, not given", primary, envelopeWith(500, 0, "null"), errpactv1err.Unknown, 2},
		{"a number of a given one", withOwn, envelopeWith(409, 70001, "null"), own.Code(70001), 9},
		{"a number of a given one that two linked ones have", withOwn, envelopeWith(404, 70100, "null"), own.Code(70100), 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := test.policy.DecodeHTTP(test.response)
			if !errors.Is(got, test.want) || got.Code().Number() != test.want.Number() || got.Reason() != test.want.Reason() {
				t.Errorf("got %+v, want %v", got, test.want)
			}
			if test.want.Declared() && got.Code() != test.want.WithReason("") {
				t.Errorf("the code is not == %v", test.want)
			}
			if got.ConnectCode() != test.connect || got.HTTPStatus() != test.response.HTTPStatus || got.Message() != "words" {
				t.Errorf("Connect code %v, HTTP %d, %q", got.ConnectCode(), got.HTTPStatus(), got.Message())
			}
		})
	}
}

// TestServersSendWhatTheirCataloguesSay: another service's error goes on as if its catalogue were not linked.
func TestServersSendWhatTheirCataloguesSay(t *testing.T) {
	rejected := errpactv1err.ExternalServiceRejected
	for _, test := range []struct {
		name     string
		response *mapping.ErrorResponse
		// number and catalogue are what the caller reads, and reason that of its ErrorInfo.
		number            int32
		catalogue, reason string
		connect           mapping.ConnectCode
		status            int
	}{
		{"an entry", answerWith(t, 9, detailOf(linked.Stock, 70001, "")), 70001, linked.Stock, "CODE_70001", 9, 400},
		{"a reason", answerWith(t, 9, detailOf(linked.Stock, 70001, "LAST_ONE")), 70001, linked.Stock, "LAST_ONE", 9, 400},
		{"an undeclared number", answerWith(t, 6, detailOf(linked.Stock, 70009, "")), 70009, linked.Stock, "CODE_70009", 6, 409},
		{"an entry about a credential", answerWith(t, 9, detailOf(linked.Stock, 70002, "")), 70002, linked.Stock, "CODE_70002", 9, 400},
		{"an answer about a credential", answerWith(t, 16, detailOf(linked.Stock, 70001, "")), 11, "errpact.v1.ErrorCode", "REJECTED", 13, 502},
		{"an entry about a cancellation", answerWith(t, 1, detailOf(linked.Stock, 70003, "")), 11, "errpact.v1.ErrorCode", "TIMED_OUT", 13, 504},
		{"a domain", answerWith(t, 9, infoOf(linked.StockDomain, "SOLD_OUT")), 4, "errpact.v1.ErrorCode", "INVALID_VALUE", 9, 400},
		{"a domain and a reason", answerWith(t, 6, infoOf(linked.StockDomain, "LAST_ONE")), 4, "errpact.v1.ErrorCode", "INVALID_VALUE", 6, 409},
		{"a domain about a credential", answerWith(t, 9, infoOf(linked.StockDomain, "CLOSED")), 4, "errpact.v1.ErrorCode", "INVALID_VALUE", 9, 400},
		{"a number", envelopeWith(409, 70001, "null"), 70001, "errpact.v1.ErrorCode", "CODE_70001", 10, 409},
		{"a number and a reason", envelopeWith(409, 70001, `{"reason":"LAST_ONE"}`), 70001, "errpact.v1.ErrorCode", "LAST_ONE", 10, 409},
	} {
		t.Run(test.name, func(t *testing.T) {
			policy := newPolicy(t)
			received := policy.Decode(test.response)
			if test.response.Envelope != nil {
				received = policy.DecodeHTTP(test.response)
			}
			for name, relayed := range map[string]*mapping.Error{"relayed": received.Relay(), "with more": received.WithMetadata("more", "m").Relay()} {
				answer := policy.Translate(nil, fmt.Errorf("call: %w", relayed))
				sent := answer.Error()
				info, _ := mapping.Detail[*errdetails.ErrorInfo](sent)
				if got := sent.Code(); got.Number() != test.number || got.Catalogue().Name() != test.catalogue || info.GetReason() != test.reason {
					t.Errorf("%s: sent %+v with %v", name, sent, info)
				}
				if sent.ConnectCode() != test.connect || sent.HTTPStatus() != test.status {
					t.Errorf("%s: sent as %v, %d, want %v, %d", name, sent.ConnectCode(), sent.HTTPStatus(), test.connect, test.status)
				}
				if strings.HasPrefix(test.catalogue, "errpact.linked") && info.GetDomain() != "" {
					t.Errorf("%s: sent the domain %q", name, info.GetDomain())
				}
				if name == "with more" && !errors.Is(sent, errpactv1err.ExternalService) && info.GetMetadata()["more"] != "m" {
					t.Errorf("sent the metadata %v", info.GetMetadata())
				}
			}
			hidden := policy.Translate(nil, received)
			if !errors.Is(hidden.Error(), errpactv1err.ExternalService) || test.connect == 9 && !errors.Is(hidden.Error(), rejected) {
				t.Errorf("not relayed, it is sent as %v", hidden.Error())
			}
		})
	}
}

// TestFrontsSendWhatTheirCataloguesSay: a backend's error goes on as if its catalogue were not linked, and as
// itself where the front was given it.
func TestFrontsSendWhatTheirCataloguesSay(t *testing.T) {
	without, given := newPolicy(t), newPolicy(t, mapping.WithCatalogues(nil, linked.Catalogue))
	for _, test := range []struct {
		name        string
		policy      *mapping.Policy
		connectCode mapping.ConnectCode
		details     []proto.Message
		number      int32
		reason      string
		status      int
	}{
		{"an entry", without, 9, []proto.Message{detailOf(linked.Stock, 70001, "")}, 70001, "CODE_70001", 400},
		{"a reason", without, 9, []proto.Message{detailOf(linked.Stock, 70001, "LAST_ONE")}, 70001, "LAST_ONE", 400},
		{"an undeclared number", without, 6, []proto.Message{detailOf(linked.Stock, 70009, "")}, 70009, "CODE_70009", 409},
		{"a credential", without, 16, []proto.Message{detailOf(linked.Stock, 70002, "")}, 70002, "CODE_70002", 401},
		{"a twin", without, 5, []proto.Message{detailOf(linked.Twin, 70100, "")}, 70100, "CODE_70100", 404},
		{"a domain", without, 9, []proto.Message{infoOf(linked.StockDomain, "SOLD_OUT")}, 4, "INVALID_VALUE", 400},
		{"an entry, given", given, 9, []proto.Message{detailOf(linked.Stock, 70001, "")}, 70001, "SOLD_OUT", 409},
		{"a reason, given", given, 9, []proto.Message{detailOf(linked.Stock, 70001, "LAST_ONE")}, 70001, "LAST_ONE", 409},
		{"a credential, given", given, 16, []proto.Message{detailOf(linked.Stock, 70002, "")}, 70002, "CLOSED", 401},
		{"a domain, given", given, 9, []proto.Message{infoOf(linked.StockDomain, "SOLD_OUT")}, 70001, "SOLD_OUT", 409},
	} {
		t.Run(test.name, func(t *testing.T) {
			response := answerWith(t, test.connectCode, test.details...)
			origin := mapping.Classification{Source: mapping.SourceBackend, ConnectCode: test.connectCode, Message: "words", Details: response.Details}
			answer := test.policy.Translate(&mapping.Call{Classify: classifyAnswered, Envelope: true}, answered{origin, nil})
			sent := answer.Error()
			info, _ := mapping.Detail[*errdetails.ErrorInfo](sent)
			if sent.Code().Number() != test.number || info.GetReason() != test.reason || sent.HTTPStatus() != test.status {
				t.Errorf("sent %+v with %v and %d", sent, info, sent.HTTPStatus())
			}
		})
	}
}

// TestNamesThatAreNotLinkedLeaveNothing: a server may name any number of catalogues, domains and numbers.
func TestNamesThatAreNotLinkedLeaveNothing(t *testing.T) {
	const names = 40_000
	policy := newPolicy(t)
	decodeAll := func(n int) {
		for i := range n {
			name := fmt.Sprintf("hostile.p%d.v1.Error", i)
			_ = policy.Decode(answerWith(t, 9, detailOf(name, int32(i), "")))
			_ = policy.DecodeHTTP(envelopeWith(400, int32(100_000+i), `null`))
			if i%10 == 0 {
				_ = policy.Decode(answerWith(t, 9, infoOf(name, "REASON")))
				_ = policy.Decode(answerWith(t, 9, detailOf(linked.Stock, int32(100_000+i), fmt.Sprintf("REASON_%d", i))))
			}
		}
	}
	decodeAll(1000)
	before := heap()
	decodeAll(names)
	if after := heap(); after > before+1<<20 {
		t.Errorf("%d names leave %d bytes", names, after-before)
	}
}

func heap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC() // what the first one finalizes
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// TestG11LinkedCataloguesAreFoundByMany at once, also where nobody has read them.
func TestG11LinkedCataloguesAreFoundByMany(t *testing.T) {
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			policy := new(mapping.Policy)
			byName := policy.Decode(answerWith(t, 9, detailOf(linked.Stock, 70001, "LAST_ONE")))
			byDomain := policy.Decode(answerWith(t, 9, infoOf(linked.StockDomain, "LAST_ONE")))
			byNumber := policy.DecodeHTTP(envelopeWith(409, 70001, `{"reason":"LAST_ONE"}`))
			for _, e := range []*mapping.Error{byName, byDomain, byNumber} {
				if e.Code() != linked.SoldOut || !errors.Is(e, linked.LastOne) {
					t.Errorf("got %v", e)
				}
			}
		})
	}
	group.Wait()
}
