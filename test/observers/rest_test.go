// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package observers_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"connectrpc.com/connect"
	"connectrpc.com/otelconnect"
	"connectrpc.com/vanguard"
	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/telemetry"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/trouble"
)

// TestARESTCallersErrorIsTheRPCs: behind vanguard, one error is observed once, by the RPC's name.
func TestARESTCallersErrorIsTheRPCs(t *testing.T) {
	spans, reader := make(ends, 1), metric.NewManualReader()
	provider := metric.NewMeterProvider(metric.WithReader(reader))
	policy, err := mapping.NewPolicy(mapping.WithReport(telemetry.Reporter(nil, telemetry.WithMeterProvider(provider))))
	if err != nil {
		t.Fatal(err)
	}
	otel, err := otelconnect.NewInterceptor(otelconnect.WithMeterProvider(provider),
		otelconnect.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))))
	if err != nil {
		t.Fatal(err)
	}
	transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewService(interopv1connect.NewTroubleServiceHandler(
		trouble.Connect{Answer: func(context.Context, string) error { return errpactv1err.NotExist.Wrap(errors.New(canary)) }},
		connect.WithInterceptors(otel, interceptor.New(interceptor.WithPolicy(policy)))))})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(rest.Handler(transcoder, rest.WithPolicy(policy)))
	t.Cleanup(server.Close)
	for path, id := range map[string]string{"/v1/trouble/any": "r-1", "/v1/nowhere/any": "r-2"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(mapping.HeaderRequestID, id)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s = %d, want 404", path, res.StatusCode)
		}
	}
	want := map[string]string{
		"errpact.code": "ERROR_CODE_NOT_EXIST", "errpact.number": "10", "errpact.catalogue": "errpact.v1.ErrorCode", "errpact.request_id": "r-1",
		"errpact.fault": "caller", "errpact.origin": "entry", "rpc.response.status_code": "NOT_FOUND", "error.type": "NOT_FOUND",
	}
	if diff := cmp.Diff(want, attributes(next(t, spans))); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	counted := map[string]int64{
		series("ERROR_CODE_NOT_EXIST", "", mapping.FaultCaller, mapping.OriginEntry, "errpact.interop.v1.TroubleService/Unary"): 1,
		series("ERROR_CODE_NOT_EXIST", "", mapping.FaultCaller, mapping.OriginTransport, "_OTHER"):                              1,
	}
	points, _ := collect(t, reader)
	if diff := cmp.Diff(counted, points); diff != "" {
		t.Errorf("counter (-want +got):\n%s", diff)
	}
}
