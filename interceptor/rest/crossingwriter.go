// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// A crossingWriter is the response writer of an RPC in a gate: that of the middleware, or, around whatever writer the
// middleware hands on, that of the next handler. The methods are those of net/http's writers, so that an answer loses
// nothing by passing through. Deadlines and full duplex are found by Unwrap.
type crossingWriter struct {
	http.ResponseWriter
	crossing *crossing
	// inner says that the next handler writes, and begun that it has begun its answer.
	inner, begun bool
}

// Unwrap serves [http.ResponseController].
func (w *crossingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader implements [http.ResponseWriter].
func (w *crossingWriter) WriteHeader(status int) {
	if w.admits(status) {
		w.ResponseWriter.WriteHeader(status)
	}
}

// admits reports whether what is written may pass, and begins an answer of the status, unless there is one.
func (w *crossingWriter) admits(status int) bool {
	if !w.inner {
		return w.crossing.admits(status)
	}
	if !w.begun && !isInformational(status) {
		w.begun = true
		w.crossing.answers(status)
	}
	return true
}

// Write implements [http.ResponseWriter].
func (w *crossingWriter) Write(p []byte) (int, error) {
	if w.admits(http.StatusOK) {
		return w.ResponseWriter.Write(p)
	}
	w.crossing.keep(p)
	return len(p), nil
}

// WriteString implements [io.StringWriter].
func (w *crossingWriter) WriteString(s string) (int, error) {
	if w.admits(http.StatusOK) {
		return io.WriteString(w.ResponseWriter, s)
	}
	w.crossing.keep([]byte(s))
	return len(s), nil
}

// ReadFrom implements [io.ReaderFrom], for the sake of sendfile.
func (w *crossingWriter) ReadFrom(r io.Reader) (int64, error) {
	if w.admits(http.StatusOK) {
		return io.Copy(w.ResponseWriter, r)
	}
	return io.Copy(writerOnly{w}, r)
}

// Flush implements [http.Flusher], without which Connect does not serve gRPC.
func (w *crossingWriter) Flush() { _ = w.FlushError() }

// FlushError serves [http.ResponseController]. Of a refusal there is nothing to flush.
func (w *crossingWriter) FlushError() error {
	if !w.admits(http.StatusOK) {
		return nil
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack implements [http.Hijacker].
func (w *crossingWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil {
		w.admits(http.StatusSwitchingProtocols)
	}
	return conn, rw, err
}
