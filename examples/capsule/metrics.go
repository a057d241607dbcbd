// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	exporter "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"

	"github.com/errpact/errpact/examples/capsule/server"
)

// startMetrics serves what the server counts on an address of its own, since callers of the API have no business there.
// It turns the address of s into a URL, and returns what ends it. Without an address it counts nothing.
func (s *serving) startMetrics(ctx context.Context) (meters metric.MeterProvider, stop func() error, err error) {
	if s.metrics == "" {
		return nil, func() error { return nil }, nil
	}
	registry := prometheus.NewRegistry()
	reader, err := exporter.New(exporter.WithRegisterer(registry), exporter.WithoutScopeInfo())
	if err != nil {
		return nil, nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.metrics)
	if err != nil {
		return nil, nil, err
	}
	s.metrics = baseURL(listener.Addr()) + "/metrics"
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	served, done := server.NewHTTP(mux), make(chan struct{})
	go func() {
		defer close(done)
		_ = served.Serve(listener) // ends when it is closed, which is all that it has to say
	}()
	return sdk.NewMeterProvider(sdk.WithReader(reader)), func() error {
		err := served.Close()
		<-done
		return err
	}, nil
}
