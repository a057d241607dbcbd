// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"errors"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/linked"
	"github.com/errpact/errpact/mapping"
)

// Linked tests what clients make of catalogues that are linked into the program and that they were not given.
func Linked(t *testing.T, s Stack) {
	t.Run("clients know their codes", s.knowsLinked)
	t.Run("a server relays them by number", s.relaysLinked)
}

// A linkedCase is an error as a handler returns it, and the code that its caller finds.
type linkedCase struct {
	err  error
	code mapping.Code
}

func (s Stack) linkedCases(t *testing.T) []linkedCase {
	info := func(code connect.Code, reason, domain string) error {
		return s.Local(uint32(code), ownWords, pack(t, &errdetails.ErrorInfo{Reason: reason, Domain: domain}))
	}
	twin, other := linked.Of(linked.Twin).Code(70100), linked.Of(linked.Other).Code(70100)
	return []linkedCase{
		{linked.SoldOut, linked.SoldOut},
		{linked.LastOne, linked.LastOne},
		{linked.SoldOut.New("of its own"), linked.SoldOut},
		{linked.SoldOut.WithMetadata("sku", "s-1").WithPayload([]int{1}), linked.SoldOut},
		{wrapped(linked.LastOne.Wrap(errPlain)), linked.LastOne},
		{linked.Closed, linked.Closed},
		{linked.Late, linked.Late},
		{linked.SoldOut.WithReason("FROM_A_NEWER_RELEASE"), linked.SoldOut.WithReason("FROM_A_NEWER_RELEASE")},
		{linked.Catalogue.Code(70099), linked.Catalogue.Code(70099)},
		{twin, twin}, // by its name it is not the other one
		{other, other},
		{info(connect.CodeFailedPrecondition, "SOLD_OUT", linked.StockDomain), linked.SoldOut},
		{info(connect.CodeFailedPrecondition, "LAST_ONE", linked.StockDomain), linked.LastOne},
		{info(connect.CodeFailedPrecondition, "STOCK_ERROR_SOLD_OUT", linked.StockDomain), linked.SoldOut},
		{info(connect.CodeNotFound, "SHARED", linked.TwinDomain), errpactv1err.NotExist},
		{info(connect.CodeNotFound, "SOLD_OUT", "elsewhere.example"), errpactv1err.NotExist},
		{info(connect.CodeNotFound, "NOT_THERE", linked.StockDomain), errpactv1err.NotExist},
	}
}

func (s Stack) knowsLinked(t *testing.T) {
	cases := s.linkedCases(t)
	var errs []error
	for _, c := range cases {
		errs = append(errs, c.err)
	}
	given := mapping.WithCatalogues(nil, linked.Catalogue)
	for name, server := range map[string]Server{"given": s.serve(t, returning(errs...), given), "not given": s.serve(t, returning(errs...))} {
		t.Run("to the server "+name, func(t *testing.T) {
			s.everyWay(t, func(t *testing.T, w Way, procedure string) {
				client := w.Dial(t, server, Calling{})
				for i, c := range cases {
					err := Call(t.Context(), client, procedure, caseOf(i))
					found, _ := mapping.From(err)
					if !errors.Is(err, c.code) || found.Code().Number() != c.code.Number() || found.Reason() != c.code.Reason() {
						t.Errorf("%v arrived as %+v", c.err, err)
					}
					if c.code.Declared() && found.Code() != c.code.WithReason("") {
						t.Errorf("%v: the code is not == %v", c.err, c.code)
					}
				}
			})
		})
	}
}

// relaysLinked: a server that was not given the catalogue sends of it what it would send of any.
func (s Stack) relaysLinked(t *testing.T) {
	b := s.serve(t, always(linked.LastOne), mapping.WithCatalogues(nil, linked.Catalogue))
	s.relayed(t, b, relays, func(t *testing.T, native Native, err error) {
		if !errors.Is(err, linked.LastOne) || native.Code != uint32(linked.LastOne.ConnectCode()) || native.Message != linked.LastOne.Message() {
			t.Errorf("the caller got %+v", err)
		}
		for _, d := range native.Details {
			var info errdetails.ErrorInfo
			if d.MessageName() == "google.rpc.ErrorInfo" && (proto.Unmarshal(d.GetValue(), &info) != nil || info.GetReason() != "LAST_ONE" || info.GetDomain() != "") {
				t.Errorf("the caller got %v", &info)
			}
		}
	})
}
