// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

func withExchange(exchange *transport.Exchange) context.Context {
	return context.WithValue(context.Background(), transport.ExchangeKey{}, exchange)
}

func TestExchangeOf(t *testing.T) {
	if exchange := transport.ExchangeOf(context.Background()); exchange != nil {
		t.Errorf("ExchangeOf(empty) = %v", exchange)
	}
	want := new(transport.Exchange)
	if got := transport.ExchangeOf(withExchange(want)); got != want {
		t.Errorf("ExchangeOf() = %p, want %p", got, want)
	}
	if got := transport.ExchangeOf(context.WithValue(context.Background(), transport.ExchangeKey{}, "another's")); got != nil {
		t.Errorf("ExchangeOf(another's value) = %v", got)
	}
}

func TestWithoutExchange(t *testing.T) {
	if ctx := context.Background(); transport.WithoutExchange(ctx) != ctx {
		t.Errorf("WithoutExchange(empty) is another context")
	}
	if got := transport.ExchangeOf(transport.WithoutExchange(withExchange(new(transport.Exchange)))); got != nil {
		t.Errorf("ExchangeOf(WithoutExchange()) = %v", got)
	}
}

// TestEnterOnce: a call in process, with the request's own context, does not get the exchange.
func TestEnterOnce(t *testing.T) {
	exchange := new(transport.Exchange)
	if got := exchange.Enter(); got != exchange {
		t.Errorf("first Enter = %v", got)
	}
	if got := exchange.Enter(); got != nil {
		t.Errorf("second Enter = %v", got)
	}
}

func TestG7NilExchange(t *testing.T) {
	var exchange *transport.Exchange
	exchange.Begin(nil, http.Header{})
	exchange.SetError(errpactv1err.NotExist.New(""))
	exchange.SetNotModified(nil)
	exchange.Succeed()
	exchange.DeclareStatus(201)
	exchange.SetStatus(201)
	exchange.Refuse()
	exchange.Abort()
	if got := exchange.Recorded(); exchange.Enter() != nil || got.Err != nil || got.NotModified != nil || got.Succeeded {
		t.Errorf("a nil exchange keeps %+v", got)
	}
	if exchange.Status() != 0 || exchange.Refused() || exchange.Aborted() || exchange.RequestID() == "" {
		t.Errorf("a nil exchange = %d, %v, %v, %q", exchange.Status(), exchange.Refused(), exchange.Aborted(), exchange.RequestID())
	}
}

func TestStatus(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(*transport.Exchange)
		want int
	}{
		{"nothing", func(*transport.Exchange) {}, 0},
		{"declared", func(s *transport.Exchange) { s.DeclareStatus(201) }, 201},
		{"set", func(s *transport.Exchange) { s.SetStatus(202) }, 202},
		{"set after", func(s *transport.Exchange) { s.DeclareStatus(201); s.SetStatus(202) }, 202},
		{"set before", func(s *transport.Exchange) { s.SetStatus(202); s.DeclareStatus(201) }, 202},
		{"set 200", func(s *transport.Exchange) { s.DeclareStatus(201); s.SetStatus(200) }, 200},
		{"least and most", func(s *transport.Exchange) { s.SetStatus(299); s.SetStatus(300); s.SetStatus(199) }, 299},
		{"none", func(s *transport.Exchange) { s.DeclareStatus(0); s.DeclareStatus(404); s.SetStatus(-1) }, 0},
	} {
		exchange := new(transport.Exchange)
		test.do(exchange)
		if got := exchange.Status(); got != test.want {
			t.Errorf("%s: Status() = %d, want %d", test.name, got, test.want)
		}
	}
}

// TestRequestIDIsOfTheRequestAsItCame, and one for all who ask.
func TestRequestIDIsOfTheRequestAsItCame(t *testing.T) {
	header := http.Header{mapping.HeaderRequestID: {"r-1"}}
	exchange := new(transport.Exchange)
	exchange.Begin(nil, header)
	header.Set(mapping.HeaderRequestID, "changed")
	if got := exchange.RequestID(); got != "r-1" {
		t.Errorf("RequestID() = %q", got)
	}
	made := new(transport.Exchange)
	made.Begin(nil, nil)
	if first, second := made.RequestID(), made.RequestID(); first != second || len(first) != 32 {
		t.Errorf("RequestID() = %q, then %q", first, second)
	}
	traced := new(transport.Exchange)
	traced.Begin(nil, http.Header{"Traceparent": {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}})
	if got := traced.RequestID(); got != "4bf92f3577b34da6a3ce929d0e0e4736" {
		t.Errorf("RequestID() = %q", got)
	}
}

func TestRecord(t *testing.T) {
	exchange := new(transport.Exchange)
	err := errpactv1err.NotExist.New("")
	exchange.SetError(err)
	exchange.SetNotModified(nil)
	exchange.Succeed()
	exchange.Refuse()
	exchange.Abort()
	got := exchange.Recorded()
	if got.Err != err || got.NotModified == nil || !got.Succeeded || !exchange.Refused() || !exchange.Aborted() {
		t.Errorf("Recorded() = %+v, %v, %v", got, exchange.Refused(), exchange.Aborted())
	}
}

// TestG11ManyGoroutines is for the race detector: a timeout's middleware answers while the chain goes
// on.
func TestG11ManyGoroutines(t *testing.T) {
	exchange := new(transport.Exchange)
	exchange.Begin(nil, http.Header{})
	err := errpactv1err.NotExist.New("")
	var wg sync.WaitGroup
	entered := make(chan bool, 8)
	for range cap(entered) {
		wg.Go(func() {
			entered <- exchange.Enter() != nil
			exchange.SetError(err)
			exchange.SetStatus(201)
			exchange.DeclareStatus(202)
			exchange.Succeed()
			exchange.Refuse()
			exchange.Abort()
			_, _, _, _, _ = exchange.Recorded(), exchange.Status(), exchange.Refused(), exchange.Aborted(), exchange.RequestID()
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
	if first != 1 || exchange.Recorded().Err != err || exchange.Status() != 201 {
		t.Errorf("%d entered, %+v, %d", first, exchange.Recorded(), exchange.Status())
	}
}
