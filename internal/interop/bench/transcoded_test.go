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
		b.Run("error="+f.name, func(b *testing.B) {
			benchHandlers(b, newGet("/v1/trouble/x", true), true, transcodedRows(b, f))
		})
	}
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
