// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"net/http"
	"reflect"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/errpact/errpact/mapping"
)

// scope is what the counter belongs to.
const scope = "github.com/errpact/errpact/interceptor/telemetry"

type config struct {
	provider  metric.MeterProvider
	procedure func(context.Context, mapping.Report) string
}

// An Option changes what [Reporter] makes.
type Option interface{ apply(*config) }

type option func(*config)

func (o option) apply(c *config) { o(c) }

// WithMeterProvider sets where the counter is kept. The default, and nil, is the global provider.
func WithMeterProvider(provider metric.MeterProvider) Option {
	return option(func(c *config) {
		if v := reflect.ValueOf(provider); v.Kind() == reflect.Pointer && v.IsNil() {
			provider = nil
		}
		c.provider = provider
	})
}

// WithProcedure sets the function that names what failed for the counter; empty is "_OTHER". It has to return one of few
// names, whatever the request is: a path has no end of them. Many goroutines may call it at once. The default, and nil,
// is the RPC's name without its leading slash, as rpc.method has it elsewhere, if the program has the method's generated
// code. For a REST request it is the method and the report's Route, as "GET /folders/{id}".
func WithProcedure(name func(context.Context, mapping.Report) string) Option {
	return option(func(c *config) { c.procedure = name })
}

// Reporter returns a function for [mapping.WithReport]. It puts an error's code on the request's span,
// counts the error, and then calls next. Pass [mapping.LogReport] to keep the default log. A nil next is
// not called. Many goroutines may call the function at once. Use one Reporter for all policies of a
// program: each has its own counter.
//
// The counter starts at 0 for the errors that the methods of the program's services declare in
// (errpact.v1.rest).errors, and, for each method of such a service, for panics and errors that nobody mapped. Call
// Reporter in main, when all generated code is registered.
func Reporter(next mapping.ReportFunc, opts ...Option) mapping.ReportFunc {
	c := config{}
	for _, o := range opts {
		if o != nil {
			o.apply(&c)
		}
	}
	if c.provider == nil {
		c.provider = otel.GetMeterProvider()
	}
	if c.procedure == nil {
		c.procedure = named
	}
	if next == nil {
		next = func(context.Context, mapping.Report) {}
	}
	counted := newCounter(c.provider)
	return func(ctx context.Context, r mapping.Report) {
		if ctx == nil {
			ctx = context.Background()
		}
		defer next(ctx, r) // a panic in what is the user's, below, costs no log
		annotate(trace.SpanFromContext(ctx), r)
		if r.Sent != nil || !r.CallerGone {
			counted.add(ctx, c.procedure(ctx, r), r)
		}
	}
}

// annotate tells the span. A span that has ended, or is not recorded, takes nothing.
func annotate(span trace.Span, r mapping.Report) {
	if !span.IsRecording() {
		return
	}
	if r.Sent != nil {
		span.SetAttributes(attributes(r.Sent, r.Fault(), r.RequestID)...)
	} else if r.RequestID != "" {
		span.SetAttributes(requestIDKey.String(r.RequestID))
	}
	if r.Origin != "" {
		span.SetAttributes(originKey.String(string(r.Origin)))
	}
	if r.CallerGone {
		span.SetAttributes(callerGoneKey.Bool(true))
	}
	switch {
	case r.Sent == nil && !r.CallerGone:
		span.SetStatus(codes.Error, "the answer could not be completed")
	case r.Sent != nil && r.Sent.HTTPStatus() >= http.StatusInternalServerError:
		span.SetStatus(codes.Error, r.Sent.Message())
	}
}
