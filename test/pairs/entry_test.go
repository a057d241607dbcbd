// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
)

// An entry is one of a catalogue, or one of its reasons, as the annotations in the proto have it: the
// code under test is not asked.
type entry struct {
	code mapping.Code
	// enum is empty for the built-in catalogue, as it is on the wire.
	enum, domain string
	number       int32
	name, reason string
	connectCode  uint32
	status       int32
	message      string
	retryDelay   time.Duration
	role         errpactv1.Role
	// standsInFor are Connect codes.
	standsInFor []uint32
}

// An annotatedCatalogue is a catalogue, and the enum that it was made from.
type annotatedCatalogue struct {
	enum      protoreflect.EnumDescriptor
	catalogue *mapping.Catalogue
	prefix    string
	builtin   bool
}

// catalogues are the built-in one, and one that a team made.
var catalogues = []annotatedCatalogue{
	{errpactv1.ErrorCode(0).Descriptor(), errpactv1err.Catalogue, "ERROR_CODE_", true},
	{interopv1.ConformanceCode(0).Descriptor(), conformance, "CONFORMANCE_CODE_", false},
}

var conformance = mapping.MustCatalogue(interopv1.ConformanceCode(0).Descriptor())

// entries are all entries and all reasons of both catalogues.
func entries(t *testing.T) (all []entry) {
	t.Helper()
	for _, c := range catalogues {
		for i := range c.enum.Values().Len() {
			value := c.enum.Values().Get(i)
			annotated, ok := proto.GetExtension(value.Options(), errpactv1.E_Entry).(*errpactv1.Entry)
			if !ok || annotated == nil {
				continue
			}
			whole := c.entry(value, annotated)
			all = append(all, whole)
			for _, r := range annotated.GetReasons() {
				all = append(all, whole.withReason(r))
			}
		}
	}
	if len(all) < 40 {
		t.Fatalf("the catalogues have %d entries and reasons: most of them were not found", len(all))
	}
	return all
}

// entry is what a value's annotation says, reasons apart.
func (c annotatedCatalogue) entry(value protoreflect.EnumValueDescriptor, annotated *errpactv1.Entry) entry {
	ofAll := proto.GetExtension(c.enum.Options(), errpactv1.E_Catalogue).(*errpactv1.Catalogue)
	e := entry{
		code:        c.catalogue.Code(int32(value.Number())),
		domain:      ofAll.GetDomain(),
		number:      int32(value.Number()),
		name:        strings.TrimPrefix(string(value.Name()), c.prefix),
		connectCode: uint32(annotated.GetConnectCode()),
		status:      annotated.GetHttpStatus(),
		message:     annotated.GetMessage(),
		retryDelay:  annotated.GetRetryDelay().AsDuration(),
		role:        annotated.GetRole(),
	}
	if !c.builtin {
		e.enum = string(c.enum.FullName())
	}
	for _, f := range annotated.GetFallbackFor() {
		if f.GetWhen() <= errpactv1.When_WHEN_ANY {
			e.standsInFor = append(e.standsInFor, uint32(f.GetConnectCode()))
		}
	}
	return e
}

// withReason is the reason, with what it says itself in place of what its entry says.
func (e entry) withReason(r *errpactv1.Reason) entry {
	e.code = e.code.WithReason(r.GetName())
	e.name, e.reason, e.role, e.standsInFor = r.GetName(), r.GetName(), r.GetRole(), nil
	if code := r.GetConnectCode(); code != 0 {
		e.connectCode = uint32(code)
	}
	if status := r.GetHttpStatus(); status != 0 {
		e.status = status
	}
	if message := r.GetMessage(); message != "" {
		e.message = message
	}
	if delay := r.GetRetryDelay(); delay != nil {
		e.retryDelay = delay.AsDuration()
	}
	return e
}

// inRole is the entry that plays a part for errors that nobody mapped.
func inRole(t *testing.T, all []entry, role errpactv1.Role) entry {
	t.Helper()
	for _, e := range all {
		if e.role == role {
			return e
		}
	}
	t.Fatalf("no entry has %s", role)
	return entry{}
}
