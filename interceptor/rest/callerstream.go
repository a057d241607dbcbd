// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"reflect"
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
	body atomic.Pointer[unread]
}

// unread is an error of reading the body.
type unread struct {
	err  error
	text string
}

// read remembers an error of the caller's body, and returns it. That of a middleware around is not the caller's, and to
// read a closed body is the handler's mistake; but its text, too, may come back from a front.
func (s *callerStream) read(err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	s.body.Store(&unread{err, fmt.Sprint(err)}) // it does not panic, as an error may
	if holds(isFraming, err) || holds(isCut, err) {
		s.failed.Store(true)
		return s.Received(err)
	}
	return err
}

// behind returns the error of reading the body of which a front's text is, or else nil.
func (s *callerStream) behind(text string) error {
	if body := s.body.Load(); body != nil && body.text != "" && strings.HasSuffix(text, body.text) {
		return body.err
	}
	return nil
}

// wrote remembers an error of writing the answer to a caller who has gone. What the handler may not write is its own
// mistake, and the writer of a middleware around may fail by itself.
func (s *callerStream) wrote(err error) {
	if holds(isGone, err) {
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
	case received && isFraming(err):
		own.Code = connectcode.InvalidArgument
	}
	if received {
		return own.Receive(), true
	}
	return own.Send(), true
}

// isFraming reports whether net/http cannot read a body, which does not just end.
func isFraming(err error) bool {
	_, ok := foreign.DecodeFailure(err.Error())
	return ok && !errors.Is(err, io.ErrUnexpectedEOF) && err.Error() != trailerCut
}

// isCut reports whether a body ends early: with its connection, or, over HTTP/2 and HTTP/3, with its stream.
func isCut(err error) bool {
	_, connection := errors.AsType[*net.OpError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	if connection || record || errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, os.ErrDeadlineExceeded) {
		return true
	}
	text := err.Error()
	if text == trailerCut || text == clientGone || strings.HasPrefix(text, "tls: ") {
		return true
	}
	of := reflect.TypeOf(err)
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	for _, server := range servers {
		if path := of.PkgPath(); path == server || strings.HasPrefix(path, server+"/") {
			return true
		}
	}
	return false
}

// isGone reports whether an answer cannot be written because its connection or stream has ended. A pipe in memory
// returns io.ErrClosedPipe.
func isGone(err error) bool {
	return isCut(err) || errors.Is(err, io.ErrClosedPipe) || err.Error() == streamClosed
}

// holds asks is about an error that others made. It returns false for nil, and for an error that panics when it is asked,
// as a nil pointer may.
func holds(is func(error) bool, err error) (so bool) {
	defer func() {
		if recover() != nil {
			so = false
		}
	}()
	return err != nil && is(err)
}

// servers are the packages that have the types of a stream's errors.
var servers = [...]string{"net/http", "golang.org/x/net/http2", "github.com/quic-go/quic-go"}

// Texts of net/http for a body that ends in its trailers, and for a connection or a stream of HTTP/2 that has ended.
const (
	trailerCut   = "http: unexpected EOF reading trailer"
	clientGone   = "client disconnected"
	streamClosed = "http2: stream closed"
)

// noteWrite remembers that writing the answer failed, for Error and for the report.
func (c *capture) noteWrite(err error) {
	c.noteFailure(err)
	c.own.wrote(err)
}
