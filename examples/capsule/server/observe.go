// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"connectrpc.com/connect"
	"connectrpc.com/otelconnect"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/errpact/errpact/interceptor/telemetry"
	"github.com/errpact/errpact/mapping"
)

// observe returns what the policy reports to, and the interceptors that count calls and begin their spans. Without
// providers that is the log alone.
func observe(meters metric.MeterProvider, traces trace.TracerProvider) (mapping.ReportFunc, []connect.Interceptor, error) {
	var opts []otelconnect.Option
	switch {
	case meters == nil && traces == nil:
		return mapping.LogReport, nil, nil
	case meters == nil:
		opts = append(opts, otelconnect.WithoutMetrics(), otelconnect.WithTracerProvider(traces))
	case traces == nil:
		opts = append(opts, otelconnect.WithoutTracing(), otelconnect.WithMeterProvider(meters))
	default:
		opts = append(opts, otelconnect.WithTracerProvider(traces), otelconnect.WithMeterProvider(meters))
	}
	calls, err := otelconnect.NewInterceptor(opts...)
	if err != nil {
		return nil, nil, err
	}
	return telemetry.Reporter(mapping.LogReport, telemetry.WithMeterProvider(meters)), []connect.Interceptor{calls}, nil
}
