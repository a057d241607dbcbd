// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/mapping"
)

// callerStream remembers what reading the request's body and writing the answer failed with. A handler passes such an
// error to Error, where it looks like one of a database's connection, or of an upstream's.
type callerStream struct {
	transport.Stream
	// failed says that there is such an error. Most requests have no need to ask for one.
	failed atomic.Bool
	// body is the error of reading the body, whose text alone a front may pass on.
	body  atomic.Pointer[error]
	http2 bool
}

// read remembers an error of the body, and returns it. To read a closed body is the handler's mistake.
func (s *callerStream) read(err error) error {
	if err != nil && err != io.EOF && err != http.ErrBodyReadAfterClose {
		s.failed.Store(true)
		s.body.Store(&err)
		return s.Received(err)
	}
	return err
}

// behind returns the error of reading the body of which a front's text is, or else nil.
func (s *callerStream) behind(text string) error {
	if err := s.body.Load(); err != nil && strings.HasSuffix(text, (*err).Error()) {
		return *err
	}
	return nil
}

// wrote remembers an error of writing the answer. What the handler may not write is its own mistake.
func (s *callerStream) wrote(err error) {
	if err != nil && !errors.Is(err, http.ErrBodyNotAllowed) && !errors.Is(err, http.ErrHijacked) && !isTooLong(err) {
		s.failed.Store(true)
		_ = s.Sent(err)
	}
}

// classify knows these errors, by identity, and all that the function of that name knows.
func (s *callerStream) classify(err error) (mapping.Classification, bool) {
	if o, ok := classify(err); ok {
		return o, true
	}
	received, sent := s.Gave(err)
	if !received && !sent {
		return mapping.Classification{}, false
	}
	own := transport.StreamError{Code: connectcode.Canceled, Node: err}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		own.Code = connectcode.DeadlineExceeded // the caller is too slow
	case received && s.isFraming(err):
		own.Code = connectcode.InvalidArgument
	}
	if received {
		return own.Receive(), true
	}
	return own.Send(), true
}

// isFraming tells a body that cannot be read from one that ends early. HTTP/1 has errors of the connection, which are
// net's, and texts for all that is wrong with a body; HTTP/2 has texts for its connections, too.
func (s *callerStream) isFraming(err error) bool {
	if _, ok := foreign.DecodeFailure(err.Error()); ok {
		return true
	}
	_, connection := errors.AsType[net.Error](err)
	return !s.http2 && !connection && !errors.Is(err, io.ErrUnexpectedEOF) && err.Error() != trailerCut
}

// trailerCut is the text of net/http for a body that ends in its trailers.
const trailerCut = "http: unexpected EOF reading trailer"

// noteWrite remembers that writing the answer failed, for Error and for the report.
func (c *capture) noteWrite(err error) {
	c.noteFailure(err)
	c.own.wrote(err)
}
