// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package carrier_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/carrier"
	"github.com/errpact/errpact/mapping"
)

func withSlot(slot *carrier.Slot) context.Context {
	return context.WithValue(context.Background(), carrier.Key{}, slot)
}

func TestFrom(t *testing.T) {
	if slot := carrier.From(context.Background()); slot != nil {
		t.Errorf("From(empty) = %v", slot)
	}
	want := new(carrier.Slot)
	if got := carrier.From(withSlot(want)); got != want {
		t.Errorf("From = %p, want %p", got, want)
	}
	if got := carrier.From(context.WithValue(context.Background(), carrier.Key{}, "another's")); got != nil {
		t.Errorf("From(another's value) = %v", got)
	}
}

func TestWithout(t *testing.T) {
	if ctx := context.Background(); carrier.Without(ctx) != ctx {
		t.Errorf("Without(empty) is another context")
	}
	if got := carrier.From(carrier.Without(withSlot(new(carrier.Slot)))); got != nil {
		t.Errorf("From(Without) = %v", got)
	}
}

// TestEnterOnce: a call in process, with the request's own context, does not get the slot.
func TestEnterOnce(t *testing.T) {
	slot := new(carrier.Slot)
	if got := slot.Enter(); got != slot {
		t.Errorf("first Enter = %v", got)
	}
	if got := slot.Enter(); got != nil {
		t.Errorf("second Enter = %v", got)
	}
}

func TestG7NilSlot(t *testing.T) {
	var slot *carrier.Slot
	slot.Begin(http.Header{})
	slot.SetError(errpactv1err.NotExist.New(""))
	slot.SetNotModified(nil)
	slot.Succeed()
	slot.DeclareStatus(201)
	slot.SetStatus(201)
	slot.Refuse()
	slot.Abort()
	if got := slot.Outcome(); slot.Enter() != nil || got.Err != nil || got.NotModified != nil || got.Succeeded {
		t.Errorf("a nil slot keeps %+v", got)
	}
	if slot.Status() != 0 || slot.Refused() || slot.Aborted() || slot.RequestID() == "" {
		t.Errorf("a nil slot = %d, %v, %v, %q", slot.Status(), slot.Refused(), slot.Aborted(), slot.RequestID())
	}
}

func TestStatus(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(*carrier.Slot)
		want int
	}{
		{"nothing", func(*carrier.Slot) {}, 0},
		{"declared", func(s *carrier.Slot) { s.DeclareStatus(201) }, 201},
		{"set", func(s *carrier.Slot) { s.SetStatus(202) }, 202},
		{"set after", func(s *carrier.Slot) { s.DeclareStatus(201); s.SetStatus(202) }, 202},
		{"set before", func(s *carrier.Slot) { s.SetStatus(202); s.DeclareStatus(201) }, 202},
		{"set 200", func(s *carrier.Slot) { s.DeclareStatus(201); s.SetStatus(200) }, 200},
		{"least and most", func(s *carrier.Slot) { s.SetStatus(299); s.SetStatus(300); s.SetStatus(199) }, 299},
		{"none", func(s *carrier.Slot) { s.DeclareStatus(0); s.DeclareStatus(404); s.SetStatus(-1) }, 0},
	} {
		slot := new(carrier.Slot)
		test.do(slot)
		if got := slot.Status(); got != test.want {
			t.Errorf("%s: Status() = %d, want %d", test.name, got, test.want)
		}
	}
}

// TestRequestIDIsOfTheRequestAsItCame, and one for all who ask.
func TestRequestIDIsOfTheRequestAsItCame(t *testing.T) {
	header := http.Header{mapping.HeaderRequestID: {"r-1"}}
	slot := new(carrier.Slot)
	slot.Begin(header)
	header.Set(mapping.HeaderRequestID, "changed")
	if got := slot.RequestID(); got != "r-1" {
		t.Errorf("RequestID() = %q", got)
	}
	made := new(carrier.Slot)
	made.Begin(nil)
	if first, second := made.RequestID(), made.RequestID(); first != second || len(first) != 32 {
		t.Errorf("RequestID() = %q, then %q", first, second)
	}
	traced := new(carrier.Slot)
	traced.Begin(http.Header{"Traceparent": {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}})
	if got := traced.RequestID(); got != "4bf92f3577b34da6a3ce929d0e0e4736" {
		t.Errorf("RequestID() = %q", got)
	}
}

func TestOutcome(t *testing.T) {
	slot := new(carrier.Slot)
	err := errpactv1err.NotExist.New("")
	slot.SetError(err)
	slot.SetNotModified(nil)
	slot.Succeed()
	slot.Refuse()
	slot.Abort()
	got := slot.Outcome()
	if got.Err != err || got.NotModified == nil || !got.Succeeded || !slot.Refused() || !slot.Aborted() {
		t.Errorf("Outcome() = %+v, %v, %v", got, slot.Refused(), slot.Aborted())
	}
}

// TestG11ManyGoroutines is for the race detector: a timeout's middleware answers while the chain goes
// on.
func TestG11ManyGoroutines(t *testing.T) {
	slot := new(carrier.Slot)
	slot.Begin(http.Header{})
	err := errpactv1err.NotExist.New("")
	var wg sync.WaitGroup
	entered := make(chan bool, 8)
	for range cap(entered) {
		wg.Go(func() {
			entered <- slot.Enter() != nil
			slot.SetError(err)
			slot.SetStatus(201)
			slot.DeclareStatus(202)
			slot.Succeed()
			slot.Refuse()
			slot.Abort()
			_, _, _, _, _ = slot.Outcome(), slot.Status(), slot.Refused(), slot.Aborted(), slot.RequestID()
		})
	}
	wg.Wait()
	close(entered)
	first := 0
	for was := range entered {
		if was {
			first++
		}
	}
	if first != 1 || slot.Outcome().Err != err || slot.Status() != 201 {
		t.Errorf("%d entered, %+v, %d", first, slot.Outcome(), slot.Status())
	}
}
