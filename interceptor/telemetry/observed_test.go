// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/errpact/errpact/interceptor/telemetry"
	"github.com/errpact/errpact/mapping"
)

// canary is planted where it must not come out.
const canary = "CanaryThatNobodyMaySee"

// observed is what the SDK has of a program's telemetry.
type observed struct {
	traces  *sdktrace.TracerProvider
	metrics *metric.MeterProvider
	reader  *metric.ManualReader
	ended   chan sdktrace.ReadOnlySpan
}

func observe(t *testing.T) *observed {
	t.Helper()
	o := &observed{reader: metric.NewManualReader(), ended: make(chan sdktrace.ReadOnlySpan, 1024)}
	o.traces = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(ends{o.ended}))
	o.metrics = metric.NewMeterProvider(metric.WithReader(o.reader))
	return o
}

// ends hands on spans, which may end after the caller has the answer.
type ends struct{ to chan<- sdktrace.ReadOnlySpan }

func (e ends) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (e ends) OnEnd(span sdktrace.ReadOnlySpan)                { e.to <- span }
func (e ends) Shutdown(context.Context) error                  { return nil }
func (e ends) ForceFlush(context.Context) error                { return nil }

// policy reports to the SDK alone, unless there is a next.
func (o *observed) policy(t *testing.T, next mapping.ReportFunc, opts ...mapping.Option) *mapping.Policy {
	t.Helper()
	report := telemetry.Reporter(next, telemetry.WithMeterProvider(o.metrics))
	policy, err := mapping.NewPolicy(append(opts, mapping.WithReport(report))...)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// server is the next span of a server that ends; those of clients are passed over.
func (o *observed) server() sdktrace.ReadOnlySpan {
	for {
		if span := <-o.ended; span.SpanKind() == trace.SpanKindServer {
			return span
		}
	}
}

// series returns the attributes of an error of the built-in catalogue, as points has them.
func series(code, reason string, fault mapping.Fault, origin mapping.Origin, method string) string {
	if reason != "" {
		reason = ",errpact.reason=" + reason
	}
	return fmt.Sprintf("errpact.catalogue=errpact.v1.ErrorCode,errpact.code=ERROR_CODE_%s,errpact.fault=%s,errpact.origin=%s%s,rpc.method=%s",
		code, fault, origin, reason, method)
}

// points are those of the counter that are not 0, by their attributes.
func (o *observed) points(t *testing.T) map[string]int64 {
	t.Helper()
	all := o.started(t)
	maps.DeleteFunc(all, func(_ string, count int64) bool { return count == 0 })
	return all
}

// started are the points of the counter, also those that have counted nothing yet.
func (o *observed) started(t *testing.T) map[string]int64 {
	t.Helper()
	all := make(map[string]int64)
	for _, m := range o.collect(t) {
		if m.Name != "errpact.errors" {
			continue
		}
		for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
			all[point.Attributes.Encoded(attribute.DefaultEncoder())] += point.Value
		}
	}
	return all
}

func (o *observed) collect(t *testing.T) []metricdata.Metrics {
	t.Helper()
	var data metricdata.ResourceMetrics
	if err := o.reader.Collect(t.Context(), &data); err != nil {
		t.Fatal(err)
	}
	var all []metricdata.Metrics
	for _, scope := range data.ScopeMetrics {
		all = append(all, scope.Metrics...)
	}
	return all
}

// noCanary looks through all that a span has, and all metrics.
func (o *observed) noCanary(t *testing.T, span sdktrace.ReadOnlySpan) {
	t.Helper()
	for _, text := range []string{fmt.Sprintf("%+v", tracetest.SpanStubFromReadOnlySpan(span)), fmt.Sprintf("%+v", o.collect(t))} {
		if strings.Contains(text, canary) {
			t.Errorf("what is private is observed: %s", text)
		}
	}
}

// attributes are those of the outcome, by errpact and by the observer.
func attributes(span sdktrace.ReadOnlySpan) map[string]string {
	all := make(map[string]string)
	for _, kv := range span.Attributes() {
		if key := string(kv.Key); strings.HasPrefix(key, "errpact.") || key == "error.type" || key == "rpc.response.status_code" {
			all[key] = kv.Value.String()
		}
	}
	return all
}
