// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"net/http"
	"testing"

	"connectrpc.com/vanguard"

	"github.com/errpact/errpact/interceptor/rest"
)

// BenchmarkTranscoded measures a REST caller's error out of vanguard: its own google.rpc.Status, and
// the envelope.
func BenchmarkTranscoded(b *testing.B) {
	for _, f := range failures {
		for _, call := range transcodable() {
			b.Run("error="+f.name+"/method="+call.method, func(b *testing.B) {
				benchHandlers(b, call.sent, true, transcodedRows(b, f))
			})
		}
	}
}

// transcodable are the two ways to a method that is free of side effects. Of the GET vanguard makes another
// one: it writes the message into Connect's URL, where Connect reads it.
func transcodable() []transcodedCall {
	return []transcodedCall{
		{"get", newGet("/v1/trouble/x", true)},
		{"post", newRequest(http.MethodPost, "/v1/trouble", []byte(`{"name":"x"}`),
			"Accept", "*/*", "Content-Type", "application/json", "X-Request-Id", "r-1")},
	}
}

type transcodedCall struct {
	method string
	sent   *request
}

func transcodedRows(tb testing.TB, f failure) []handlerRow {
	tb.Helper()
	path, alone := service(f.byHand)
	_, ours := service(f.errpact, withErrpact())
	return []handlerRow{
		{hand, transcode(tb, path, alone)},
		{"errpact", rest.Handler(transcode(tb, path, ours))},
	}
}

func transcode(tb testing.TB, path string, handler http.Handler) http.Handler {
	tb.Helper()
	transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewService(path, handler)})
	if err != nil {
		tb.Fatal(err)
	}
	return transcoder
}
