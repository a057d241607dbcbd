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
	"slices"

	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// procedure is what the handler that is asked serves.
const procedure = "/errpact.telemetrytest.v1.OrderService/Check"

// conduct is what an interceptor does with calls whose handler fails.
type conduct struct {
	name string
	// observes says that the handler has a span which the caller's context has not.
	observes bool
	// translates says that the caller gets the code of the handler's error.
	translates bool
	// refuses names a call that fails without the handler; it is empty if no call does.
	refuses string
}

// An outcome is what the caller of a call gets.
type outcome uint8

const (
	succeeded outcome = iota
	failed
	translated // failed with the code of the handler's error
)

// marker is a span that is known again.
type marker struct{ noop.Span }

// watch has one interceptor make each of the calls.
func watch(interceptor any, call func(ctx context.Context, a ask, handler func(context.Context)) outcome) conduct {
	c := conduct{name: nameOf(interceptor)}
	for _, a := range asks {
		c.see(a, call)
	}
	return c
}

// see watches a call. An interceptor that is nil, or that panics for want of what the call has not, does nothing.
func (c *conduct) see(a ask, call func(context.Context, ask, func(context.Context)) outcome) {
	defer func() { _ = recover() }()
	outside, reached := &marker{}, false
	got := call(trace.ContextWithSpan(context.Background(), outside), a, func(ctx context.Context) {
		reached = true
		c.observes = c.observes || trace.SpanFromContext(ctx) != outside
	})
	c.translates = c.translates || reached && got == translated
	if c.refuses == "" && !reached && got != succeeded {
		c.refuses = a.name
	}
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
	translator := slices.IndexFunc(conducts, func(c conduct) bool { return c.translates })
	var errs []error
	for i, c := range conducts {
		switch {
		case translator < 0 || i == translator:
		case i < translator && c.refuses != "":
			errs = append(errs, fmt.Errorf("interceptor %d (%s) is outside of errpact's, which is interceptor %d, and refuses a call %s: put it after",
				i, c.name, translator, c.refuses))
		case i > translator && c.translates:
			errs = append(errs, fmt.Errorf("interceptor %d (%s) is errpact's for the second time, inside of interceptor %d: remove one", i, c.name, translator))
		case i > translator && c.observes:
			errs = append(errs, fmt.Errorf("interceptor %d (%s) is inside of errpact's, which is interceptor %d, and observes errors that callers do not get: put it before",
				i, c.name, translator))
		}
	}
	if translator < 0 {
		errs = append(errs, fmt.Errorf("want errpact's interceptor, have %d others", len(conducts)))
	}
	if !slices.ContainsFunc(conducts, func(c conduct) bool { return c.observes }) {
		errs = append(errs, fmt.Errorf("want an interceptor that begins a span, have %d others", len(conducts)))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("telemetrytest: check the order: %w", err)
	}
	return nil
}
