// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// uploads are bodies that fail, after the header of a request over HTTP/1.
var uploads = []struct {
	name, body string
	status     int
	text       string
}{
	{"cut", "Content-Length: 100\r\n\r\n{\"a\":", 499, envelope(0, "Client Closed Request")},
	{"cut in a chunk", "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a", 499, envelope(0, "Client Closed Request")},
	{"cut between chunks", "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n", 499, envelope(0, "Client Closed Request")},
	{"cut in a length", "Transfer-Encoding: chunked\r\n\r\n5", 499, envelope(0, "Client Closed Request")},
	{"cut in the trailers", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nA: b", 499, envelope(0, "Client Closed Request")},
}

func init() {
	for _, f := range framings {
		upload := uploads[0]
		upload.name, upload.body = f.name, "Transfer-Encoding: chunked\r\n\r\n"+f.body
		upload.status, upload.text = 400, envelope(3, "Invalid structure")
		uploads = append(uploads, upload)
	}
}

// readers hand on what reading the caller's body failed with.
var readers = map[string]func(*testing.T) http.Handler{
	"a handler": func(*testing.T) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, err := io.ReadAll(r.Body)
			rest.Error(w, r, fmt.Errorf("read the upload: %w", err))
		})
	},
	"http.MaxBytesHandler": func(*testing.T) http.Handler {
		return http.MaxBytesHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, err := io.Copy(io.Discard, r.Body)
			rest.Error(w, r, errors.Join(errors.New(canary), err))
		}), 1<<20)
	},
	"a proxy": func(t *testing.T) http.Handler {
		upstream := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
		to, err := url.Parse(upstream.URL)
		if err != nil {
			t.Fatal(err)
		}
		return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }, ErrorHandler: rest.Error}
	},
}

// TestG3ABodyThatFailsIsTheCallers: a caller who breaks off has gone, one who sends what cannot be read learns so, and
// neither is taken for an upstream.
func TestG3ABodyThatFailsIsTheCallers(t *testing.T) {
	for reader, h := range readers {
		var told reported.Reports
		s := serve(t, rest.Handler(h(t), rest.WithPolicy(newPolicy(t, &told))))
		for _, contentType := range []string{"application/json", "text/plain"} {
			for _, upload := range uploads {
				t.Run(reader+"/"+contentType+"/"+upload.name, func(t *testing.T) {
					status, text := exchange(t, s, "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: "+contentType+"\r\n"+upload.body, upload.status == 499)
					if status != upload.status || text != upload.text {
						t.Errorf("answer = %d %s, want %d %s", status, text, upload.status, upload.text)
					}
					if r := told.One(t); r.CallerGone != (upload.status == 499) || r.Fault() != mapping.FaultCaller || r.Origin != mapping.OriginTransport {
						t.Errorf("reported %v, gone %v, fault %s, of %v", r.Sent, r.CallerGone, r.Fault(), r.Err)
					}
					told.Take()
				})
			}
		}
	}
}

// exchange sends the bytes of a request, cuts it there or waits, and reads the answer.
func exchange(t *testing.T, s *httptest.Server, request string, cut bool) (status int, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, request) // a server may answer before it has read all
	if cut {
		_ = conn.(*net.TCPConn).CloseWrite()
	}
	return readAnswer(t, conn)
}

// leavers are callers who leave, or are too slow, when a handler has begun to read or to write. They get the
// connection, and what ends their own request.
var leavers = map[string]func(conn net.Conn, cancel func()){
	"cancels": func(_ net.Conn, cancel func()) { cancel() },
	"closes":  func(conn net.Conn, _ func()) { _ = conn.Close() },
	"resets": func(conn net.Conn, _ func()) {
		if own, ok := conn.(*net.TCPConn); ok {
			_ = own.SetLinger(0)
		}
		_ = conn.Close()
	},
}

// reporting returns a policy whose reports go to a channel.
func reporting(t *testing.T) (chan mapping.Report, *mapping.Policy) {
	t.Helper()
	reports := make(chan mapping.Report, 8)
	policy, err := mapping.NewPolicy(mapping.WithReport(func(_ context.Context, r mapping.Report) { reports <- r }))
	if err != nil {
		t.Fatal(err)
	}
	return reports, policy
}

// TestG3LeavingInTheMiddleIsTheCallers: an upload or a download ends in the middle, and no upstream is to blame.
func TestG3LeavingInTheMiddleIsTheCallers(t *testing.T) {
	for what, fail := range map[string]func(http.ResponseWriter, *http.Request) error{
		"upload": func(_ http.ResponseWriter, r *http.Request) error {
			_, err := io.Copy(io.Discard, r.Body)
			return err
		},
		"download": func(w http.ResponseWriter, _ *http.Request) error {
			for {
				if err := json.NewEncoder(w).Encode(strings.Repeat("x", 20_000)); err != nil {
					return err
				}
			}
		},
		"flushed download": func(w http.ResponseWriter, _ *http.Request) error {
			for {
				_, _ = io.WriteString(w, "x")
				if err := http.NewResponseController(w).Flush(); err != nil {
					return err
				}
			}
		},
	} {
		for how, leave := range leavers {
			reports, policy := reporting(t)
			entered := make(chan struct{}, 1)
			t.Run(what+"/"+how, func(t *testing.T) {
				serveTwice(t, func() http.Handler {
					return rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						_, _ = io.ReadFull(r.Body, make([]byte, 3))
						entered <- struct{}{}
						rest.Error(w, r, fmt.Errorf("copy: %w", fail(w, r)))
					}), rest.WithPolicy(policy))
				}, func(t *testing.T, s *httptest.Server) {
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					var conn net.Conn
					own := s.Client().Transport.(*http.Transport).Clone()
					own.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
						var err error
						conn, err = new(net.Dialer).DialContext(ctx, network, address)
						return conn, err
					}
					body, write := io.Pipe()
					go func() {
						_, _ = io.WriteString(write, "abc")
						if what != "upload" {
							_ = write.Close()
						}
						<-entered
						leave(conn, cancel)
						_ = write.CloseWithError(context.Canceled) // the client waits in this before it looks at ctx
					}()
					req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, body)
					if err != nil {
						t.Fatal(err)
					}
					if res, err := own.RoundTrip(req); err == nil {
						_, _ = io.Copy(io.Discard, res.Body)
						res.Body.Close()
					}
					own.CloseIdleConnections()
					if r := <-reports; !r.CallerGone || r.Fault() != mapping.FaultCaller || r.Sent.ConnectCode() != 1 {
						t.Errorf("reported %v, gone %v, of %v", r.Sent, r.CallerGone, r.Err)
					}
				})
			})
		}
	}
}

// TestG3SlownessIsTheCallers: the time that a handler gives its caller to send or to read is over.
func TestG3SlownessIsTheCallers(t *testing.T) {
	for what, fail := range map[string]func(http.ResponseWriter, *http.Request) error{
		"reading": func(w http.ResponseWriter, r *http.Request) error {
			_ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0))
			_, err := io.Copy(io.Discard, r.Body)
			return err
		},
		"writing": func(w http.ResponseWriter, _ *http.Request) error {
			_ = http.NewResponseController(w).SetWriteDeadline(time.Unix(1, 0))
			for {
				if _, err := io.WriteString(w, strings.Repeat("x", 20_000)); err != nil {
					return err
				}
			}
		},
	} {
		reports, policy := reporting(t)
		t.Run(what, func(t *testing.T) {
			serveTwice(t, func() http.Handler {
				return rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					rest.Error(w, r, fmt.Errorf("copy: %w", fail(w, r)))
				}), rest.WithPolicy(policy))
			}, func(t *testing.T, s *httptest.Server) {
				pipe, write := io.Pipe()
				var body io.Reader = pipe
				if what == "writing" {
					body = http.NoBody
				}
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, body)
				if err != nil {
					t.Fatal(err)
				}
				res, err := s.Client().Do(req)
				if what == "reading" {
					if err != nil {
						t.Fatal(err)
					}
					text, _ := io.ReadAll(res.Body)
					res.Body.Close()
					if res.StatusCode != 504 || string(text) != envelope(0, "Gateway Timeout") {
						t.Errorf("answer = %d %s", res.StatusCode, text)
					}
				} else if err == nil {
					res.Body.Close()
				}
				_ = write.Close()
				if r := <-reports; !r.CallerGone || r.Fault() != mapping.FaultCaller || r.Sent.ConnectCode() != 4 {
					t.Errorf("reported %v, gone %v, of %v", r.Sent, r.CallerGone, r.Err)
				}
			})
		})
	}
}

// TestG3WhatTLSGivesUpIsTheCallers: a client sends more records without data than TLS takes, which no net.Error says.
func TestG3WhatTLSGivesUpIsTheCallers(t *testing.T) {
	reports, policy := reporting(t)
	s := unstarted(t, rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		rest.Error(w, r, err)
	}), rest.WithPolicy(policy)))
	s.StartTLS()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	config := s.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	config.ServerName = "example.com"
	if _, err := io.WriteString(tls.Client(conn, config), "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, strings.Repeat("\x14\x03\x03\x00\x01\x01", 99)); err != nil { // ChangeCipherSpec
		t.Fatal(err)
	}
	if r := <-reports; !r.CallerGone || r.Fault() != mapping.FaultCaller || r.Sent.ConnectCode() != 1 {
		t.Errorf("reported %v, gone %v, of %v", r.Sent, r.CallerGone, r.Err)
	}
}

// TestG3AConnectionThatTheServerClosesIsNotOurFault: over TLS, the error is no *net.OpError.
func TestG3AConnectionThatTheServerClosesIsNotOurFault(t *testing.T) {
	for name, start := range map[string]func(*httptest.Server){"HTTP": (*httptest.Server).Start, "HTTPS": (*httptest.Server).StartTLS} {
		for what, answer := range map[string]func(http.ResponseWriter, *http.Request, error){
			"told": rest.Error, "not told": func(http.ResponseWriter, *http.Request, error) {},
		} {
			t.Run(name+", "+what, func(t *testing.T) {
				reports, policy := reporting(t)
				closed := make(chan struct{})
				s := unstarted(t, rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					err := http.NewResponseController(w).Flush()
					for <-closed; err == nil; {
						_, err = io.WriteString(w, strings.Repeat("x", 1<<16))
					}
					answer(w, r, err)
				}), rest.WithPolicy(policy)))
				start(s)
				res, err := request(t, s, http.MethodGet, "/", "")
				if err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close()
				s.CloseClientConnections()
				close(closed)
				if r := <-reports; !r.CallerGone || r.Fault() != mapping.FaultCaller {
					t.Errorf("reported %v, gone %v, of %v", r.Sent, r.CallerGone, r.Err)
				}
			})
		}
	}
}

// spools are the errors of a middleware around the Handler, whose own reader of the body or writer fails.
var spools = map[string]error{
	"a middleware's own":                    &fs.PathError{Op: "write", Path: "spool", Err: syscall.ENOSPC},
	"a middleware's own deadline":           context.DeadlineExceeded,
	"a middleware's nil pointer":            (*fs.PathError)(nil),
	"a middleware that inflates":            flate.CorruptInputError(1),
	"a middleware's broken writer":          &fs.PathError{Op: "write", Path: "page", Err: syscall.ENOSPC},
	"the deadline of a middleware's writer": context.DeadlineExceeded,
}

// spooled is that middleware.
func spooled(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Header.Get("Test-Case")
		if err := spools[name]; strings.HasSuffix(name, "writer") {
			w = failingWriter{w, err}
		} else if err != nil {
			r.Body = io.NopCloser(iotest.ErrReader(err))
		}
		next.ServeHTTP(w, r)
	})
}

type failingWriter struct {
	http.ResponseWriter
	err error
}

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// TestG3OthersErrorsAreNotTheCallers: an error of another connection has the same words, and may come after one of the
// caller's own.
func TestG3OthersErrorsAreNotTheCallers(t *testing.T) {
	reset := func() error { return &net.OpError{Op: "read", Net: "tcp", Err: errors.New("i/o failure")} }
	whole := func(r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }
	for name, test := range map[string]struct {
		fail func(http.ResponseWriter, *http.Request) error
		want *mapping.Error
	}{
		"a database's unexpected EOF": {func(_ http.ResponseWriter, r *http.Request) error {
			whole(r)
			return fmt.Errorf("query: %w", io.ErrUnexpectedEOF)
		}, errpactv1err.Unknown.New("")},
		"a decoder's unexpected EOF": {func(_ http.ResponseWriter, r *http.Request) error {
			return json.NewDecoder(r.Body).Decode(new(any))
		}, errpactv1err.Unknown.New("")},
		"a reader's unexpected EOF": {func(_ http.ResponseWriter, r *http.Request) error {
			_, err := io.ReadFull(r.Body, make([]byte, 100))
			return err
		}, errpactv1err.Unknown.New("")},
		"a body that the handler has closed": {func(_ http.ResponseWriter, r *http.Request) error {
			_ = r.Body.Close()
			_, err := io.ReadAll(r.Body)
			return err
		}, errpactv1err.Unknown.New("")},
		"another connection's, after the caller's": {func(w http.ResponseWriter, r *http.Request) error {
			_ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0))
			if _, err := io.ReadAll(r.Body); err == nil {
				t.Error("the body did not fail")
			}
			return errors.Join(reset(), io.ErrUnexpectedEOF)
		}, errpactv1err.Unknown.New("")},
		"a middleware's own": {func(_ http.ResponseWriter, r *http.Request) error {
			_, err := io.ReadAll(r.Body)
			return err
		}, errpactv1err.Unknown.New("")},
		"a middleware's nil pointer": {func(_ http.ResponseWriter, r *http.Request) error {
			if _, err := io.ReadAll(r.Body); err == nil {
				t.Error("the body did not fail")
			}
			return errors.New("no body")
		}, errpactv1err.Unknown.New("")},
		"a middleware's broken writer": {func(w http.ResponseWriter, _ *http.Request) error {
			_, err := io.WriteString(w, "x")
			return err
		}, errpactv1err.Unknown.New("")},
		"the deadline of a middleware's writer": {func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = io.WriteString(w, "x")
			return nil
		}, errpactv1err.Unknown.New("")},
		"a middleware that inflates": {func(_ http.ResponseWriter, r *http.Request) error {
			_, err := io.ReadAll(r.Body)
			return err
		}, errpactv1err.InvalidStructure.New("")},
		"a middleware's own deadline": {func(_ http.ResponseWriter, r *http.Request) error {
			_, err := io.ReadAll(r.Body)
			return err
		}, errpactv1err.ExternalServiceTimedOut.New("")},
		"a body that is too large": {func(w http.ResponseWriter, r *http.Request) error {
			_, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 2))
			return err
		}, errpactv1err.InvalidStructure.New("")},
	} {
		var told reported.Reports
		policy := newPolicy(t, &told)
		serveTwice(t, func() http.Handler {
			return spooled(rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if err := test.fail(w, r); err != nil {
					rest.Error(w, r, err)
				}
			}), rest.WithPolicy(policy)))
		}, func(t *testing.T, s *httptest.Server) {
			told.Take()
			var body io.Reader = strings.NewReader(`{"a":`)
			if strings.HasPrefix(name, "another") {
				pipe, write := io.Pipe()
				defer write.Close()
				body = pipe
			}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, body)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Test-Case", name)
			if res, err := s.Client().Do(req); err == nil {
				res.Body.Close()
			} else if !strings.HasSuffix(name, "writer") {
				t.Fatal(err)
			}
			if r := told.One(t); r.CallerGone || r.Panic != nil || r.Fault() == mapping.FaultCaller && test.want.HTTPStatus() >= 500 || r.Sent.Code() != test.want.Code() {
				t.Errorf("%s: reported %v, gone %v, of %v (%v)", name, r.Sent, r.CallerGone, r.Err, r.Panic)
			}
		})
	}
}

// TestG3WritersThatFail: one fails since the caller or the request has gone, and another by itself. An answer that is cut
// then has no error, of which the log has a line.
func TestG3WritersThatFail(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	ended, end := context.WithCancel(t.Context())
	end()
	for name, test := range map[string]struct {
		ctx  context.Context
		err  error
		gone bool
	}{
		"a connection":                   {t.Context(), &net.OpError{Op: "write", Net: "tcp", Err: syscall.EPIPE}, true},
		"a connection over TLS":          {t.Context(), net.ErrClosed, true},
		"a pipe in memory":               {t.Context(), io.ErrClosedPipe, true},
		"after the request":              {ended, context.Canceled, true},
		"of a timeout":                   {ended, http.ErrHandlerTimeout, true},
		"with a deadline of its own":     {t.Context(), context.DeadlineExceeded, false},
		"with a cancellation of its own": {t.Context(), context.Canceled, false},
		"of a file":                      {t.Context(), &fs.PathError{Op: "write", Path: "page", Err: syscall.ENOSPC}, false},
		"with a nil pointer":             {t.Context(), (*fs.PathError)(nil), false},
	} {
		for _, tell := range []bool{false, true} {
			var told reported.Reports
			log.Reset()
			h := rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if _, err := io.WriteString(w, "x"); tell {
					rest.Error(w, r, err)
				}
			}), rest.WithPolicy(newPolicy(t, &told)))
			func() {
				defer func() {
					if value := recover(); (value == http.ErrAbortHandler) != tell {
						t.Errorf("%s: %v", name, value)
					}
				}()
				h.ServeHTTP(failingWriter{httptest.NewRecorder(), test.err}, httptest.NewRequestWithContext(test.ctx, http.MethodGet, "/", nil))
			}()
			if r := told.One(t); r.CallerGone != test.gone || r.Panic != nil || (r.Fault() == mapping.FaultCaller) != test.gone {
				t.Errorf("%s, told %v: reported %v of %v, gone %v, panic %v", name, tell, r.Sent, r.Err, r.CallerGone, r.Panic)
			}
			if warned := log.Len() > 0; warned != (tell && !test.gone) {
				t.Errorf("%s, told %v: the log has %s", name, tell, &log)
			}
		}
	}
}

// TestABodyWhereNoneMayBeIsNoFailure: net/http refuses it, and the caller lacks nothing.
func TestABodyWhereNoneMayBeIsNoFailure(t *testing.T) {
	var told reported.Reports
	policy := newPolicy(t, &told)
	serveTwice(t, func() http.Handler {
		return rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotModified)
			if _, err := io.WriteString(w, "four"); err == nil {
				t.Error("it was written")
			}
		}), rest.WithPolicy(policy))
	}, func(t *testing.T, s *httptest.Server) {
		get(t, s)
		s.Close()
		if all := told.Take(); len(all) > 0 {
			t.Errorf("reported %v", all[0].Err)
		}
	})
}

// TestWritingTooMuchIsNotTheCallers: the handler wrote more than it had said.
func TestWritingTooMuchIsNotTheCallers(t *testing.T) {
	for name, write := range map[string]func(http.ResponseWriter) error{
		"than its length": func(w http.ResponseWriter) error {
			w.Header().Set("Content-Length", "2")
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
			_, err := io.WriteString(w, "four")
			return err
		},
		"where nothing may be": func(w http.ResponseWriter) error {
			w.WriteHeader(http.StatusNotModified)
			_, err := io.WriteString(w, "four")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			var told reported.Reports
			policy := newPolicy(t, &told)
			serveTwice(t, func() http.Handler {
				return rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if err := write(w); err != nil {
						rest.Error(w, r, err)
					}
				}), rest.WithPolicy(policy))
			}, func(t *testing.T, s *httptest.Server) {
				get(t, s)
				s.Close()
				if r := told.One(t); r.CallerGone || r.Sent.Code() != errpactv1err.Unknown || r.Fault() != mapping.FaultServer {
					t.Errorf("reported %v, gone %v, of %v", r.Sent, r.CallerGone, r.Err)
				}
				told.Take()
			})
		})
	}
}
