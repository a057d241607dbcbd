// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// specimens are errors that a release's wire form is kept of, by name: every entry and every reason,
// bare and with all that it can carry, each part by itself, and what is odd.
func specimens(t testing.TB) map[string]error {
	all := map[string]error{}
	for _, entry := range errpactv1err.Catalogue.Codes() {
		for _, code := range append(entry.Reasons(), entry) {
			name := strings.TrimRight(fmt.Sprintf("%02d_%s", code.Number(), strings.ToLower(code.Reason())), "_")
			all[name+"_bare"], all[name+"_full"] = code, laden(code)
		}
	}
	e := errpactv1err.InvalidValue
	shop := shop(t)
	for name, err := range map[string]error{
		"message":           e.New("of its own, ünïcode ✓ and 100%"),
		"message_longest":   e.New(strings.Repeat("é", 300)),
		"metadata":          e.WithMetadata("folder_id", "f-1").WithMetadata("empty", "").WithMetadata("odd", "a\nb%\u2028"),
		"fields":            e.WithField("folder.name", "too long").WithField("", ""),
		"field_reason":      e.WithDetail(&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "f", Reason: "TOO_LONG"}}}),
		"payload_object":    e.WithPayload(map[string]any{"left": 3, "deep": map[string]any{"list": []int{1}}}),
		"payload_text":      e.WithPayload("<b>"),
		"payload_number":    e.WithPayload(1.5),
		"retry":             e.WithRetryDelay(90 * time.Second),
		"retry_nanoseconds": e.WithRetryDelay(1500*time.Millisecond + 1),
		"retry_taken_back":  errpactv1err.DatabaseTemporarilyUnavailable.WithRetryDelay(0),
		"details": e.WithDetail(
			&errdetails.Help{Links: []*errdetails.Help_Link{{Description: "d", Url: "https://errpact.example"}}},
			&errdetails.LocalizedMessage{Locale: "de", Message: "Falscher Wert"}, &errdetails.ResourceInfo{ResourceName: "r"},
			&errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{Subject: "disk"}}},
			&errdetails.PreconditionFailure{Violations: []*errdetails.PreconditionFailure_Violation{{Type: "TOS"}}}),
		"details_of_others":  e.WithDetail(wrapperspb.String("s"), &anypb.Any{TypeUrl: "x/no.such.Type", Value: []byte{0xff, 1}}),
		"private":            e.Wrap(errors.New("secret")),
		"unmapped":           errors.New("secret"),
		"over_budget":        over(laden(e)),
		"reason_undeclared":  e.WithReason("OF_ITS_OWN").New(""),
		"number_unknown":     errpactv1err.Catalogue.Code(4711).WithReason("OF_ITS_OWN").New("from a later release"),
		"number_negative":    errpactv1err.Catalogue.Code(-1),
		"catalogue_foreign":  laden(shop.Code(1001).WithReason("SOLD_OUT")),
		"catalogue_foreign0": shop.Code(4712),
	} {
		all[name] = err
	}
	return all
}

// laden has all that an error can carry.
func laden(code mapping.Code) *mapping.Error {
	return code.New("of its own ✓").WithMetadata("folder_id", "f-1").WithMetadata("other", "ä").
		WithField("folder.name", "too long").WithPayload(map[string]int{"left": 3}).WithRetryDelay(1500 * time.Millisecond).
		WithDetail(&errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{Subject: "disk"}}})
}

// over is more than fits.
func over(e *mapping.Error) *mapping.Error {
	for i := range 40 {
		e = e.WithMetadata(fmt.Sprintf("key_%02d", i), strings.Repeat("v", 100)).WithField(fmt.Sprintf("field[%d]", i), strings.Repeat("d", 50))
	}
	return e
}

func TestG15EverySpecimenEncodesToTheSameBytes(t *testing.T) {
	policy := newPolicy(t, mapping.WithCatalogues(nil, shop(t)))
	first := map[string][]byte{}
	for round := range 5 {
		for name, err := range specimens(t) {
			status, _ := encode(policy, err)
			b := mustMarshal(t, status)
			if round == 0 {
				first[name] = b
			} else if !bytes.Equal(first[name], b) {
				t.Errorf("%s: encoding %d differs", name, round)
			}
		}
	}
}
