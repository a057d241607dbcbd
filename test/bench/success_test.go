// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"net/http"
	"testing"

	"github.com/errpact/errpact/interceptor/rest"
)

const messages = 100

// BenchmarkSuccess measures what the interceptor adds where nothing fails.
func BenchmarkSuccess(b *testing.B) {
	rows := []handlerRow{{hand, handlerOf(succeed)}, {"errpact", handlerOf(succeed, withErrpact())}}
	for _, p := range protocols {
		b.Run("stack=connect/protocol="+p.name+"/call=unary", func(b *testing.B) {
			benchHandlers(b, p.unary(""), false, rows)
		})
		b.Run("stack=connect/protocol="+p.name+"/call=stream", func(b *testing.B) {
			benchHandlers(b, p.stream(messages), false, rows)
		})
	}
}

// BenchmarkMiddleware measures what rest.Handler adds where nothing fails.
func BenchmarkMiddleware(b *testing.B) {
	body := []byte("fine")
	plain := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
	rows := []handlerRow{{hand, plain}, {"errpact", rest.Handler(plain)}}
	for _, caller := range []struct {
		name string
		sent *request
	}{{"rest", newGet("/v1/trouble/x", true).fix()}, {"rpc", protocols[0].unary("")}} {
		b.Run("caller="+caller.name, func(b *testing.B) { benchHandlers(b, caller.sent, false, rows) })
	}
}
