// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A handlerRow is a handler that answers one request over and over.
type handlerRow struct {
	by      string
	handler http.Handler
}

// benchHandlers measures rows without a network: from the handler to the bytes.
func benchHandlers(b *testing.B, q *request, fails bool, rows []handlerRow) {
	b.Helper()
	for _, row := range rows {
		b.Run("by="+row.by, func(b *testing.B) {
			var w *discard
			b.ReportAllocs()
			for b.Loop() {
				w = &discard{header: make(http.Header)}
				row.handler.ServeHTTP(w, q.again())
			}
			if w.failed() != fails {
				b.Fatalf("it failed: %t, want %t: status %d, %v", !fails, fails, w.status, w.header)
			}
		})
	}
}

// discard is a response writer that costs nothing but its headers, which are made anew for each
// answer, as net/http does.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header { return d.header }
func (*discard) Flush()                {}

func (d *discard) Write(p []byte) (int, error) {
	d.WriteHeader(http.StatusOK)
	return len(p), nil
}

func (d *discard) WriteHeader(status int) {
	if d.status == 0 {
		d.status = status
	}
}

// failed reports whether the answer is an error's. A gRPC one has its status in a trailer, or in a
// header where there is nothing else.
func (d *discard) failed() bool {
	for _, key := range []string{"Grpc-Status", http.TrailerPrefix + "Grpc-Status"} {
		if values := d.header[key]; len(values) > 0 && values[0] != "0" {
			return true
		}
	}
	return d.status >= http.StatusBadRequest
}

// request is one that can be sent again at no cost, whatever was done to it: vanguard rewrites URLs
// and headers in place.
type request struct {
	kept, sent *http.Request
	body       []byte
	reader     rewound
}

// rewound is a body that is read again and again.
type rewound struct{ *bytes.Reader }

func (rewound) Close() error { return nil }

func newRequest(method, target string, body []byte, header ...string) *request {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	sent := r.Clone(r.Context())
	return &request{kept: r, sent: sent, body: body, reader: rewound{bytes.NewReader(body)}}
}

func (q *request) again() *http.Request {
	header, url := q.sent.Header, q.sent.URL
	clear(header)
	for key, values := range q.kept.Header {
		header[key] = values
	}
	*url = *q.kept.URL
	*q.sent = *q.kept
	q.sent.Header, q.sent.URL = header, url
	q.sent.Body, q.sent.ContentLength = http.NoBody, int64(len(q.body))
	if len(q.body) > 0 {
		q.reader.Reset(q.body)
		q.sent.Body = q.reader
	}
	return q.sent
}
