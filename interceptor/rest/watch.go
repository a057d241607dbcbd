// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/statusjson"
	"github.com/errpact/errpact/mapping"
)

// watch is the response writer of an RPC whose failures after a success are reported: it passes
// everything on, and remembers how the answer went.
type watch struct {
	http.ResponseWriter
	context.Context
	exchange transport.Exchange
	config   *config

	procedure string
	status    int
	body      []byte // the start of an error's
	written   int
	failed    error
}

// watchRPC runs the chain of an RPC, and reports what fails after its success.
func (h *handler) watchRPC(w http.ResponseWriter, r *http.Request) {
	c := &watch{ResponseWriter: w, Context: r.Context(), config: h.config, procedure: newRequest(r).path}
	c.exchange.BeginRPC(h.config.policy, r.Header)
	serveCopy(h.next, c, r, r.WithContext(c))
	c.report()
}

// Value implements [context.Context].
func (c *watch) Value(key any) any {
	switch key.(type) {
	case transport.ExchangeKey:
		return &c.exchange
	case configKey:
		return c.config
	}
	return c.Context.Value(key)
}

// Unwrap serves [http.ResponseController].
func (c *watch) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// WriteHeader implements [http.ResponseWriter].
func (c *watch) WriteHeader(status int) {
	if c.status < 200 {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (c *watch) Write(p []byte) (int, error) {
	if c.status >= 400 || len(c.body) > 0 || c.beginsTrailers(p) {
		c.body = append(c.body, p[:min(len(p), maxReported-len(c.body))]...)
	}
	n, err := c.ResponseWriter.Write(p)
	if err != nil && c.failed == nil {
		c.failed = err
	}
	return n, err
}

// Flush implements [http.Flusher], without which Connect does not serve gRPC.
func (c *watch) Flush() { _ = http.NewResponseController(c.ResponseWriter).Flush() }

// report reports a success that did not arrive as one.
func (c *watch) report() {
	if recorded := c.exchange.Recorded(); !recorded.Succeeded || recorded.Err != nil {
		return // whoever failed has told
	}
	if c.failed != nil {
		c.config.reportUnwritten(c.Context, mapping.Report{Procedure: c.procedure, RequestID: c.exchange.RequestID()}, c.failed)
		return
	}
	code, text := c.answered()
	if code == 0 {
		return
	}
	sent := c.config.unsendable(code, text, c.exchange.RequestID())
	if sent == nil {
		sent = c.config.policy.ByConnectCode(code, mapping.ConditionAny)
	}
	c.config.policy.Tell(c.Context, mapping.Report{
		Procedure: c.procedure,
		RequestID: c.exchange.RequestID(),
		Err:       fmt.Errorf("rest: a success was answered with code %d: %q", code, text),
		Sent:      sent,
		Stage:     mapping.StageResponse,
	})
}

// unsendable returns the error of a response that was too large for Connect to send, which is the server's fault; or nil
// for any other answer.
func (c *config) unsendable(code mapping.ConnectCode, text, requestID string) *mapping.Error {
	if code != connectcode.ResourceExhausted || !foreign.ConnectUnsendable(text) {
		return nil
	}
	answer := c.policy.Translate(&mapping.Call{
		RequestID: requestID, Envelope: true,
		Classify: func(err error) (mapping.Classification, bool) {
			return transport.StreamError{Code: code, Message: text, Node: err}.Send(), true
		},
	}, errUnsendable)
	return answer.Error()
}

var errUnsendable = errors.New("rest: the response is too large to send")

// beginsTrailers tells a gRPC-Web answer that has trailers in place of its message.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
func (c *watch) beginsTrailers(p []byte) bool {
	begins := c.written == 0 && len(p) > 0 && p[0]&webTrailers != 0
	c.written += len(p)
	return begins && strings.HasPrefix(c.Header().Get("Content-Type"), "application/grpc-web")
}

const (
	webCompressed = 0x01
	webTrailers   = 0x80
	framePrefix   = 5
)

// answered is the error that Connect answered with: or 0.
func (c *watch) answered() (code mapping.ConnectCode, text string) {
	if c.status >= 400 {
		status, _ := statusjson.Parse(c.body)
		return max(status.ConnectCode, connectcode.Unknown), status.Message
	}
	if len(c.body) > framePrefix {
		trailers := c.body[framePrefix:]
		if c.body[0]&webCompressed != 0 {
			trailers = inflate(trailers)
		}
		h, _ := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(trailers, "\r\n"...)))).ReadMIMEHeader()
		return grpcStatus(http.Header(h), "")
	}
	return grpcStatus(c.Header(), http.TrailerPrefix)
}

func grpcStatus(h http.Header, prefix string) (code mapping.ConnectCode, text string) {
	number, err := strconv.ParseUint(h.Get(prefix+"Grpc-Status"), 10, 32)
	if err != nil {
		return 0, ""
	}
	return mapping.ConnectCode(number), h.Get(prefix + "Grpc-Message")
}

// noteFailure remembers the first write of a success that failed. A body where none may be is not the
// caller's loss.
func (c *capture) noteFailure(err error) {
	if err != nil && c.failed == nil && !holds(isNotAllowed, err) {
		c.failed = err
	}
}

func isNotAllowed(err error) bool { return errors.Is(err, http.ErrBodyNotAllowed) }

// reportUnwritten reports an answer that could not be written whole. That is the caller's going away, or its being slow,
// unless a handler wrote more than it had said or the writer of a middleware failed by itself.
func (c *config) reportUnwritten(ctx context.Context, r mapping.Report, err error) {
	r.Err, r.Stage = fmt.Errorf("rest: write the answer: %w", err), mapping.StageResponse
	r.CallerGone = holds(isGone, err) || holds(isLate, err) || ctx.Err() != nil && holds(isEnd, err)
	c.policy.Tell(ctx, r)
}

// isLate reports whether a middleware such as [http.TimeoutHandler] had ended the request before the answer was written.
func isLate(err error) bool { return errors.Is(err, http.ErrHandlerTimeout) }

// isEnd reports whether err is the end of a context. It is that of the request only if the request has ended.
func isEnd(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
