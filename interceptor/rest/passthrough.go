// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// What net/http's response writers can do besides, so that a success loses nothing by passing
// through: neither sendfile, nor a flush, nor a connection that is taken over. Deadlines and full
// duplex are found by Unwrap.

// sniffed is how much net/http looks at to tell a Content-Type.
const sniffed = 512

// ReadFrom implements [io.ReaderFrom], for the sake of sendfile. A source that fails before its
// first byte has begun no answer, and so its start is read by itself.
func (c *capture) ReadFrom(r io.Reader) (int64, error) {
	n, err := io.CopyN(writerOnly{c}, r, sniffed)
	if err == io.EOF {
		return n, nil
	}
	if err != nil {
		return n, err
	}
	to := io.Writer(writerOnly{c})
	if c.state == stateSuccess {
		to = c.ResponseWriter
	}
	more, err := io.Copy(to, r)
	return n + more, err
}

// writerOnly hides ReadFrom from io.Copy.
type writerOnly struct{ io.Writer }

// WriteString implements [io.StringWriter]: a text is not copied on its way.
func (c *capture) WriteString(s string) (int, error) {
	c.begin()
	if c.state == stateSuccess {
		n, err := io.WriteString(c.ResponseWriter, s)
		c.noteFailure(err)
		return n, err
	}
	return c.Write([]byte(s))
}

// Flush implements [http.Flusher]. While an error is held there is nothing to flush.
func (c *capture) Flush() { _ = c.FlushError() }

// FlushError serves [http.ResponseController].
func (c *capture) FlushError() error {
	c.begin()
	if c.state == stateSuccess || c.state == stateNoBody {
		return http.NewResponseController(c.ResponseWriter).Flush()
	}
	return nil
}

// Hijack implements [http.Hijacker].
func (c *capture) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(c.ResponseWriter).Hijack()
	if err == nil {
		c.state = stateHijacked
	}
	return conn, rw, err
}
