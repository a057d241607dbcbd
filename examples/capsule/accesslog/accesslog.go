// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package accesslog writes one line to the log for each request, with the id under which errpact
// reports the request's errors.
//
//	connect.WithInterceptors(accesslog.Interceptor(), interceptor.New(), …)
//	accesslog.Handler(rest.Handler(mux))
//
// The middleware writes the line; the interceptor, which stands outside errpact's, tells it how the
// call ended: the HTTP status of an RPC does not.
package accesslog

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/errpact/errpact/mapping"
)

// Handler writes a line to [slog.Default] for each request that next has answered, at level Info.
// What a caller can write into it is quoted by the log's handler: it cannot forge a line.
func Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, out := time.Now(), &outcome{id: mapping.RequestIDOf(r.Header)}
		asked := request(r) // now, since a transcoder rewrites the URL in place
		inner := r.WithContext(context.WithValue(r.Context(), key{}, out))
		// A request without an id gets one here, so that all that is inside calls it the same.
		inner.Header = r.Header.Clone()
		inner.Header.Set(mapping.HeaderRequestID, out.id)
		counting := &writer{ResponseWriter: w}
		defer func() {
			// A panic that gets here aborts the answer; that is net/http's to do.
			value := recover()
			slog.LogAttrs(r.Context(), slog.LevelInfo, "request", append(asked, answer(out, counting, value != nil, time.Since(began))...)...)
			if value != nil {
				panic(value)
			}
		}()
		next.ServeHTTP(counting, inner)
	})
}

func request(r *http.Request) []slog.Attr {
	return []slog.Attr{
		slog.String("remote", r.RemoteAddr),
		slog.String("method", r.Method),
		slog.String("path", r.URL.EscapedPath()), // without the query, which may hold anything
	}
}

func answer(out *outcome, w *writer, aborted bool, took time.Duration) []slog.Attr {
	attrs := []slog.Attr{
		slog.String("request_id", out.id),
		slog.Int("status", w.statusCode()),
		slog.Int64("bytes", w.bytes),
		slog.Duration("took", took),
	}
	if aborted {
		attrs = append(attrs, slog.Bool("aborted", true))
	}
	return append(attrs, out.attrs()...)
}

// writer remembers what was written.
type writer struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader implements [http.ResponseWriter]. Informational answers are not the answer.
func (w *writer) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (w *writer) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Flush is what Connect's streams ask for, without asking what is inside.
func (w *writer) Flush() { _ = w.FlushError() }

// FlushError is what [http.ResponseController] asks for.
func (w *writer) FlushError() error { return http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap leads [http.ResponseController] to all the rest.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// statusCode is 200 where nobody said otherwise, as net/http has it.
func (w *writer) statusCode() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}
