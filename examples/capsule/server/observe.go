// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"connectrpc.com/connect"
	"connectrpc.com/otelconnect"
	"go.opentelemetry.io/otel/metric"

	"github.com/errpact/errpact/interceptor/telemetry"
	"github.com/errpact/errpact/mapping"
)

// observe returns what the policy reports to, and the interceptors that count calls. Without a provider that is the
// log alone.
func observe(meters metric.MeterProvider) (mapping.ReportFunc, []connect.Interceptor, error) {
	if meters == nil {
		return mapping.LogReport, nil, nil
	}
	calls, err := otelconnect.NewInterceptor(otelconnect.WithMeterProvider(meters), otelconnect.WithoutTracing())
	if err != nil {
		return nil, nil, err
	}
	return telemetry.Reporter(mapping.LogReport, telemetry.WithMeterProvider(meters)), []connect.Interceptor{calls}, nil
}
