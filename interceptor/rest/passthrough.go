// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
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
	if c.state != stateSuccess || c.exchange.StreamEnded() {
		more, err := io.Copy(writerOnly{c}, r)
		return n + more, err
	}
	from := sourceOf(r)
	more, err := io.Copy(c.ResponseWriter, from)
	if !isOfSource(err, from) {
		c.noteWrite(err)
	}
	return n + more, err
}

// A source remembers what reading it failed with, to tell that from a failed write.
type source struct {
	io.Reader
	failed error
}

// Read implements [io.Reader].
func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	s.failed = err
	return n, err
}

// sourceOf returns a source, but a file as it is: sendfile wants it.
func sourceOf(r io.Reader) io.Reader {
	whole := r
	if part, ok := r.(*io.LimitedReader); ok {
		whole = part.R
	}
	if _, ok := whole.(*os.File); ok {
		return r
	}
	return &source{Reader: r}
}

// isOfSource reports whether a copy failed as its source did. A file fails with an error of its own type.
func isOfSource(err error, r io.Reader) bool {
	if s, ok := r.(*source); ok {
		return s.failed != nil && s.failed != io.EOF
	}
	_, ok := err.(*fs.PathError)
	return ok
}

// writerOnly hides ReadFrom from io.Copy.
type writerOnly struct{ io.Writer }

// WriteString implements [io.StringWriter]: a text is not copied on its way.
func (c *capture) WriteString(s string) (int, error) {
	c.begin()
	if c.state == stateSuccess {
		n, err := io.WriteString(c.ResponseWriter, s)
		c.noteWrite(err)
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
		err := http.NewResponseController(c.ResponseWriter).Flush()
		if !errors.Is(err, errors.ErrUnsupported) {
			c.noteWrite(err)
		}
		return err
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
