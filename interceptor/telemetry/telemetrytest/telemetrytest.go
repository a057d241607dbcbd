// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package telemetrytest finds interceptors in the wrong order, in users' tests:
//
//	if err := telemetrytest.CheckOrder(interceptors()...); err != nil {
//		t.Error(err)
//	}
//
// An observer, such as otelconnect, sees the error that the caller gets only where it is outside of
// errpact's interceptor: before it in the list.
package telemetrytest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"

	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// procedure is what the handler that is asked serves.
const procedure = "/errpact.telemetrytest.v1.OrderService/Check"

// conduct is what an interceptor does with a call whose handler fails.
type conduct struct {
	name string
	// observes says that the handler has a span which the caller's context has not.
	observes bool
	// translates says that the caller gets the code of the handler's error.
	translates bool
}

// marker is a span that is known again.
type marker struct{ noop.Span }

// watch has one interceptor make a call. A nil one, and one that panics there for want of what the call
// has not, does nothing.
func watch(interceptor any, call func(ctx context.Context, handler func(context.Context)) (translated bool)) (c conduct) {
	c.name = nameOf(interceptor)
	defer func() { _ = recover() }()
	outside, reached := &marker{}, false
	translated := call(trace.ContextWithSpan(context.Background(), outside), func(ctx context.Context) {
		reached, c.observes = true, trace.SpanFromContext(ctx) != outside
	})
	c.translates = reached && translated
	return c
}

// nameOf is the type's name, or, of a function, where it was made.
func nameOf(interceptor any) string {
	if v := reflect.ValueOf(interceptor); v.Kind() == reflect.Func && !v.IsNil() {
		return runtime.FuncForPC(v.Pointer()).Name()
	}
	return fmt.Sprintf("%T", interceptor)
}

// check holds what interceptors do against the order that they are in.
func check(conducts []conduct) error {
	translator, observed := -1, false
	var errs []error
	for i, c := range conducts {
		observed = observed || c.observes
		switch {
		case c.translates && translator < 0:
			translator = i
		case c.observes && translator >= 0:
			errs = append(errs, fmt.Errorf("interceptor %d (%s) is inside of errpact's, which is interceptor %d, and observes errors that callers do not get: put it before",
				i, c.name, translator))
		}
	}
	if translator < 0 {
		errs = append(errs, fmt.Errorf("want errpact's interceptor, have %d others", len(conducts)))
	}
	if !observed {
		errs = append(errs, fmt.Errorf("want an interceptor that begins a span, have %d others", len(conducts)))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("telemetrytest: check the order: %w", err)
	}
	return nil
}
