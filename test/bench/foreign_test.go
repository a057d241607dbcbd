// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"errors"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
)

// The catalogue of another team, which neither the program nor the client's policy has.
const (
	foreignCatalogue = "acme.shop.v1.ErrorCode"
	foreignNumber    = 2017
)

// foreign is how that team's server fails.
func foreign() error {
	err := connect.NewError(connect.CodeNotFound, errNotExist)
	addDetail(err, &errpactv1.ErrorDetail{Catalogue: foreignCatalogue, Number: proto.Int32(foreignNumber)})
	addDetail(err, &errdetails.ErrorInfo{Reason: "NO_SUCH_ITEM", Domain: "shop.acme.example"})
	return err
}

// foreignRows decode an error of a catalogue that the client was not given.
func foreignRows(tb testing.TB) []errorRow {
	tb.Helper()
	received := protocols[0].caller(tb, serve(tb, handlerOf(foreign)).URL)()
	return []errorRow{
		{hand, func() error { return decodeByHand(received) }},
		{"errpact", asClient(interceptor.New(), func() error { return received })},
	}
}

// TestForeignErrorsKeepTheirNumber: both ways tell which entry of which catalogue it was.
func TestForeignErrorsKeepTheirNumber(t *testing.T) {
	rows := foreignRows(t)
	byHand, ok := errors.AsType[*seen](rows[0].run())
	if !ok || byHand.Number != foreignNumber || byHand.Reason != "NO_SUCH_ITEM" {
		t.Errorf("by hand: got %+v, want number %d", byHand, foreignNumber)
	}
	ours, ok := mapping.From(rows[1].run())
	if !ok || ours.Code().Number() != foreignNumber || ours.Code().Catalogue().Name() != foreignCatalogue {
		t.Errorf("errpact: got %+v, want number %d of %s", ours, foreignNumber, foreignCatalogue)
	}
}
