// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"io"
	"net/http"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
)

// BenchmarkEndToEnd measures server and client together, both by hand or both with errpact, with 64
// callers at once. REST goes through vanguard, or to a plain handler.
func BenchmarkEndToEnd(b *testing.B) {
	for _, f := range failures {
		for _, p := range protocols {
			b.Run("stack=connect/protocol="+p.name+"/error="+f.name, func(b *testing.B) {
				benchParallel(b, callers, endToEndRows(b, p, f))
			})
		}
		b.Run("stack=vanguard/protocol=rest/error="+f.name, func(b *testing.B) {
			benchParallel(b, callers, endToEndREST(b, transcodedRows(b, f)))
		})
		b.Run("stack=nethttp/protocol=rest/error="+f.name, func(b *testing.B) {
			benchParallel(b, callers, endToEndREST(b, plainRows(f)))
		})
	}
}

func endToEndRows(tb testing.TB, p protocol, f failure) []errorRow {
	tb.Helper()
	alone := p.caller(tb, serve(tb, handlerOf(f.byHand)).URL)
	ours := serve(tb, rest.Handler(handlerOf(f.errpact, withErrpact())))
	return []errorRow{
		{hand, func() error { return decodeByHand(alone()) }},
		{"errpact", p.caller(tb, ours.URL, connect.WithInterceptors(interceptor.New()))},
	}
}

// endToEndREST does not decode: it reads the body to its end, whose is whose.
func endToEndREST(tb testing.TB, handlers []handlerRow) []errorRow {
	tb.Helper()
	var rows []errorRow
	for _, row := range handlers {
		client, s := httpClient(tb, false), serve(tb, row.handler)
		rows = append(rows, errorRow{row.by, func() error { return get(client, s.URL+"/v1/trouble/x") }})
	}
	return rows
}

// plainRows are handlers without a transcoder.
func plainRows(f failure) []handlerRow {
	return []handlerRow{{hand, http.HandlerFunc(f.marshal)}, {"errpact", rest.Handler(http.HandlerFunc(f.answer))}}
}

// get is a REST caller's request; its error is the body of one that failed.
func get(client *http.Client, url string) error {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		return nil
	}
	req.Header.Set("X-Request-Id", "r-1")
	res, err := client.Do(req)
	if err != nil {
		return nil
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusNotFound {
		return nil
	}
	return &answered{body}
}

// answered is the body of a REST answer.
type answered struct{ body []byte }

func (a *answered) Error() string { return string(a.body) }
