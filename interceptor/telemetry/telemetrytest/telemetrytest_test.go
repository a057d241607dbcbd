// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetrytest_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connect2 "connectrpc.com/connect/v2"
	"connectrpc.com/otelconnect"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/telemetry/telemetrytest"
)

// Interceptors that one meets beside the observer and errpact, for either version.
var (
	logging = connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) { return next(ctx, req) }
	})
	refusing = connect.UnaryInterceptorFunc(func(connect.UnaryFunc) connect.UnaryFunc {
		return func(context.Context, connect.AnyRequest) (connect.AnyResponse, error) {
			return nil, connect.NewError(connect.CodeNotFound, errors.New("who are you?"))
		}
	})
	panicking = connect.UnaryInterceptorFunc(func(connect.UnaryFunc) connect.UnaryFunc {
		return func(_ context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			panic(req.Header()["Authorization"][0])
		}
	})

	loggingV2  connect2.ServerInterceptor = func(next connect2.ServerFunc) connect2.ServerFunc { return next }
	refusingV2 connect2.ServerInterceptor = func(connect2.ServerFunc) connect2.ServerFunc {
		return func(context.Context, connect2.Spec, connect2.ServerStream) error {
			return connect2.NewError(connect2.CodeNotFound, "who are you?")
		}
	}
	panickingV2 connect2.ServerInterceptor = func(connect2.ServerFunc) connect2.ServerFunc {
		return func(ctx context.Context, _ connect2.Spec, _ connect2.ServerStream) error {
			panic(ctx.Value("user").(string))
		}
	}
)

// observers are otelconnect's, set up in each way that matters here.
func observers(t *testing.T) map[string][]otelconnect.Option {
	t.Helper()
	return map[string][]otelconnect.Option{
		"with the SDK":             {otelconnect.WithTracerProvider(trace.NewTracerProvider())},
		"that trusts":              {otelconnect.WithTracerProvider(trace.NewTracerProvider()), otelconnect.WithTrustRemote()},
		"with the global provider": nil,
		"without tracing":          {otelconnect.WithoutTracing()},
	}
}

// checks are of either version: o is the observer, e errpact's interceptor, l one that logs, r one that
// refuses, p one that panics, and n nil.
func checks(t *testing.T, options []otelconnect.Option) map[string]func(order string) error {
	t.Helper()
	v1, err := otelconnect.NewInterceptor(options...)
	if err != nil {
		t.Fatal(err)
	}
	v2, err := otelconnect.NewServerInterceptor(options...)
	if err != nil {
		t.Fatal(err)
	}
	all := map[rune]connect.Interceptor{'o': v1, 'e': interceptor.New(), 'l': logging, 'r': refusing, 'p': panicking, 'n': nil}
	allV2 := map[rune]connect2.ServerInterceptor{
		'o': v2, 'e': connectv2.NewServerInterceptor(), 'l': loggingV2, 'r': refusingV2, 'p': panickingV2, 'n': nil,
	}
	return map[string]func(string) error{
		"v1": func(order string) error { return telemetrytest.CheckOrder(pick(all, order)...) },
		"v2": func(order string) error { return telemetrytest.CheckOrderV2(pick(allV2, order)...) },
	}
}

func pick[T any](all map[rune]T, order string) []T {
	var picked []T
	for _, letter := range order {
		picked = append(picked, all[letter])
	}
	return picked
}

func TestCheckOrder(t *testing.T) {
	right := []string{"oe", "ole", "oler", "oerp", "loel", "oelrp", "noen", "oone", "poe", "noerl"}
	wrong := map[string]string{
		"eo":    "interceptor 1 (",
		"leo":   "interceptor 2 (",
		"lelo":  "errpact's, which is interceptor 1,",
		"oeo":   "interceptor 2 (",
		"roe":   "interceptor 0 (",
		"ore":   "is outside of errpact's, which is interceptor 2, and refuses a call without a credential: put it after",
		"rore":  "interceptor 2 (",
		"oee":   "is errpact's for the second time, inside of interceptor 1: remove one",
		"oerle": "interceptor 4 (",
		"eoe":   "interceptor 2 (",
		"olr":   "want errpact's interceptor, have 3 others",
		"ler":   "want an interceptor that begins a span, have 3 others",
		"":      "want errpact's interceptor, have 0 others",
		"n":     "want errpact's interceptor, have 1 others",
	}
	for set, options := range observers(t) {
		for version, check := range checks(t, options) {
			for _, order := range right {
				if err := check(order); err != nil {
					t.Errorf("%s, observer %s: check(%q) = %v", version, set, order, err)
				}
			}
			for order, want := range wrong {
				if err := check(order); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s, observer %s: check(%q) = %v, want %q", version, set, order, err, want)
				}
			}
		}
	}
}

func TestCheckOrderNamesTheObserver(t *testing.T) {
	for version, check := range checks(t, nil) {
		if err := check("eo"); err == nil || !strings.Contains(err.Error(), "otelconnect.") {
			t.Errorf("%s: %v, want otelconnect's name", version, err)
		}
	}
}
