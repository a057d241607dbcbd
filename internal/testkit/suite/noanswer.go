// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/forge"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// page answers what no RPC server does.
func page(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// response answers a unary call with raw bytes for a message.
func (w Way) response(message string) http.HandlerFunc {
	if w.Protocol == Connect {
		return page(http.StatusOK, w.contentType(Unary), message)
	}
	return page(http.StatusOK, w.contentType(Unary), string(forge.Frame(0, []byte(message))))
}

// noAnswers: B does not speak A's protocol, or badly.
func (s Stack) noAnswers(t *testing.T) {
	for i, w := range s.protocols() {
		for name, test := range map[string]struct {
			handler http.HandlerFunc
			calling Calling
			want    mapping.Code
		}{
			"a balancer's 401":    {page(401, "text/html", canary), Calling{}, rejected},
			"a balancer's 403":    {page(403, "text/html", canary), Calling{}, rejected},
			"a balancer's 404":    {page(404, "text/html", canary), Calling{}, rejected},
			"a balancer's 429":    {page(429, "text/html", canary), Calling{}, unreachable},
			"a balancer's 502":    {page(502, "text/html", canary), Calling{}, broken},
			"a balancer's 503":    {page(503, "text/html", canary), Calling{}, unreachable},
			"a balancer's 504":    {page(504, "text/html", canary), Calling{}, timedOut},
			"a page":              {page(200, "text/html", canary), Calling{}, rejected},
			"undecodable":         {w.response("\xff\xff"), Calling{}, rejected},
			"too large an answer": {w.response(strings.Repeat("a", 5000)), Calling{ReadMax: 1000}, rejected},
			"too large a request": {w.response(""), Calling{SendMax: 1}, rejected},
			"a circle of redirections": {func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "/"+canary, http.StatusTemporaryRedirect)
			}, Calling{}, rejected},
			"a cut": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, Calling{}, broken},
		} {
			if name == "a circle of redirections" && w.Protocol != Connect {
				continue // which only clients of net/http follow, and then only with a body that can be sent again
			}
			b := raw(t, test.handler)
			for side, with := range s.sidesWithoutAnswer() {
				t.Run(name+" by "+w.Protocol+" to "+side, func(t *testing.T) {
					test.calling.Side = with
					through := s.throughFew
					if i == 0 && with == Decoding {
						through = s.through
					}
					through(t, toB(t, w, b, Unary, test.calling), s.clientsOwn(with, test.want))
				})
			}
		}
	}
}

// sidesWithoutAnswer lists the clients that know that no answer came.
func (s Stack) sidesWithoutAnswer() map[string]Side {
	sides := map[string]Side{"our client": Decoding, "relaying client": Relaying}
	if s.MutePlain {
		sides["plain client"] = Plain
	}
	return sides
}

// clientsOwn returns the code for a failure that a client found by itself, where want is the code that errpact knows it by.
func (s Stack) clientsOwn(by Side, want mapping.Code) mapping.Code {
	if by == Plain && s.ForeignPlain {
		return errpactv1err.Unknown
	}
	return want
}

// resetting accepts connections, reads a request, and cuts them.
func resetting(t *testing.T, sendsAtOnce bool) string {
	t.Helper()
	return "http://" + loopback.Accept(t, func(conn net.Conn) {
		readRequest(conn, sendsAtOnce)
		_ = conn.(*net.TCPConn).SetLinger(0) // close sends RST
	})
}

// readRequest reads as much as shows that a request has come; of a client that sends none before it has a server's
// settings, the first byte.
func readRequest(from io.Reader, sendsAtOnce bool) {
	start := make([]byte, len(http2Preface))
	if !sendsAtOnce {
		start = start[:1]
	}
	if _, err := io.ReadFull(from, start); err != nil || string(start) != http2Preface {
		return
	}
	const headers = 1 // https://www.rfc-editor.org/rfc/rfc9113#section-4.1
	for frame := make([]byte, 9); ; {
		if _, err := io.ReadFull(from, frame); err != nil || frame[3] == headers {
			return
		}
		if _, err := io.CopyN(io.Discard, from, int64(frame[0])<<16|int64(frame[1])<<8|int64(frame[2])); err != nil {
			return
		}
	}
}

// http2Preface is how a client begins a connection. A request of HTTP/1.1 is longer.
const http2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

func (s Stack) failedConnections(t *testing.T) {
	noNames := &net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errPlain
	}}}
	plain := loopback.Serve(t, http.NotFoundHandler()).URL
	for name, test := range map[string]struct {
		base string
		http *http.Client
		want mapping.Code
	}{
		"refused": {"http://" + loopback.ClosedAddress(t), nil, unreachable},
		"no name": {"http://" + canary + ".invalid:1", &http.Client{Transport: &http.Transport{DialContext: noNames.DialContext}}, unreachable},
		"reset":   {resetting(t, !s.MutePlain), nil, broken},
		"no TLS":  {strings.Replace(plain, "http:", "https:", 1), nil, unreachable},
	} {
		if name == "reset" && s.MutePlain {
			test.want = unreachable // grpc-go sends nothing before it has the server's settings
		}
		for side, with := range map[string]Side{"our client": Decoding, "relaying client": Relaying, "plain client": Plain} {
			t.Run(name+" to "+side, func(t *testing.T) {
				s.through(t, toB(t, s.protocols()[0], Server{URL: test.base}, Unary, Calling{Side: with, HTTP: test.http}), s.clientsOwn(with, test.want))
			})
		}
	}
}

// resets: Connect calls a dependency's ECONNRESET canceled.
func (s Stack) resets(t *testing.T) {
	reset := &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	for name, err := range map[string]error{"coded": connect.NewError(connect.CodeCanceled, reset), "bare": reset} {
		t.Run(name, func(t *testing.T) { s.through(t, func(context.Context) error { return err }, broken) })
	}
}

// receivedByConnect: both versions of Connect know their errors of other servers, on every stack.
func (s Stack) receivedByConnect(t *testing.T) {
	for name, err := range map[string]error{
		"v1": connect.NewWireError(connect.CodeNotFound, errPlain),
		"v2": connectv2.NewError(connectv2.CodeNotFound, canary).WithRemote(),
	} {
		t.Run(name, func(t *testing.T) { s.through(t, func(context.Context) error { return err }, rejected) })
	}
}

// missingMessage: B says that a call with one response succeeded, and sends none.
func (s Stack) missingMessage(t *testing.T) {
	for _, w := range s.protocols() {
		b := raw(t, succeeding)
		for _, procedure := range []string{Unary, ClientStream} {
			if w.Protocol == Connect && procedure == Unary {
				continue // whose body is the message
			}
			t.Run(w.Protocol+"/"+nameOf(procedure), func(t *testing.T) {
				callB := toB(t, w, b, procedure, Calling{Side: Relaying})
				err := callB(t.Context())
				if found, ok := mapping.From(err); err == nil || !ok != (s.MiscountsOutside && procedure == ClientStream) || ok && !found.Remote() {
					t.Errorf("the call gave %v", err)
				}
				s.through(t, callB, rejected)
			})
		}
	}
}

// succeeding ends every stream at once.
func succeeding(w http.ResponseWriter, r *http.Request) {
	kind := r.Header.Get("Content-Type")
	w.Header().Set("Content-Type", kind)
	switch {
	case strings.HasPrefix(kind, "application/connect+"):
		_, _ = w.Write(forge.Frame(2, []byte("{}")))
	case strings.HasPrefix(kind, "application/grpc-web"):
		_, _ = w.Write(forge.Frame(0x80, []byte("grpc-status: 0\r\n")))
	default:
		w.Header().Set(http.TrailerPrefix+"Grpc-Status", "0")
		w.Header().Set(http.TrailerPrefix+"Grpc-Message", "fine")
	}
}

func (s Stack) notModifiedUpstream(t *testing.T) {
	w := s.protocols()[0]
	b := s.serve(t, always(s.NotModified.New(nil)))
	callB := toB(t, w, b, Unary, Calling{Get: true})
	for name, test := range map[string]struct {
		answer func(error) error
		want   mapping.Code
	}{
		"as it is":      {func(err error) error { return err }, rejected},
		"wrapped":       {func(err error) error { return connect.NewError(connect.CodeNotFound, err) }, rejected},
		"private cause": {func(err error) error { return errpactv1err.NotExist.Wrap(err) }, errpactv1err.NotExist},
		"of our own":    {func(error) error { return errpactv1err.NotExist.Wrap(s.NotModified.New(nil)) }, errpactv1err.NotExist},
	} {
		if s.MuteNotModified && test.want == rejected {
			continue
		}
		t.Run(name, func(t *testing.T) {
			a := s.serve(t, func(ctx context.Context, _ Header) error { return test.answer(callB(ctx)) })
			err := Call(t.Context(), w.Dial(t, a, Calling{Get: true}), Unary, nil)
			if s.NotModified.Is(err) || !errors.Is(err, test.want) {
				t.Errorf("the caller got %v, want %v", err, test.want)
			}
		})
	}
}
