// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"errors"
	"fmt"
	"net/http"
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
	benchRows(b, slice, rows, func(row handlerRow) timedRow {
		return timedRow{row.by, func(n int) error {
			var w *discard
			for range n {
				w = &discard{header: make(http.Header)}
				row.handler.ServeHTTP(w, q.again())
			}
			if w.failed() != fails {
				return fmt.Errorf("it failed: %t, want %t: status %d, %v", !fails, fails, w.status, w.header)
			}
			if q.changed() {
				return errors.New("it changed the request")
			}
			return nil
		}}
	})
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

// WriteString is what net/http's own has, too.
func (d *discard) WriteString(s string) (int, error) {
	d.WriteHeader(http.StatusOK)
	return len(s), nil
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
