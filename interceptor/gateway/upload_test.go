// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// TestG1G3ABodyThatFailsIsTheCallers: the gateway passes on the text of what reading the body failed with, in which the
// addresses of the connection may be.
func TestG1G3ABodyThatFailsIsTheCallers(t *testing.T) {
	backend := shelf{errs: errs(t)}
	conn, _ := backend.dial(t)
	for where, h := range map[string]http.Handler{
		"over a connection":                      over(t, conn, quiet(t)...),
		"over a connection, within rest.Handler": handled(t, over(t, conn, quiet(t)...)),
		"in process":                             inProcess(t, backend, quiet(t)...),
		"in process, within rest.Handler":        handled(t, inProcess(t, backend, quiet(t)...)),
	} {
		for name, test := range map[string]struct {
			body   string
			slow   bool
			status int
			want   string
		}{
			"too slow":          {"Content-Length: 100\r\n\r\n{\"number\":", true, 504, envelope(0, "Gateway Timeout", none)},
			"too slow, a chunk": {"Transfer-Encoding: chunked\r\n\r\n5\r\n{\"nu", true, 504, envelope(0, "Gateway Timeout", none)},
			"cut":               {"Content-Length: 100\r\n\r\n{\"number\":", false, 499, envelope(0, "Client Closed Request", none)},
			"cut in a chunk":    {"Transfer-Encoding: chunked\r\n\r\n5\r\n{\"nu", false, 499, envelope(0, "Client Closed Request", none)},
			"no chunk":          {"Transfer-Encoding: chunked\r\n\r\nfive\r\n{\"nu", false, 400, envelope(3, structure, none)},
		} {
			for _, path := range []string{"/v1/books", "/v1/books:batch"} {
				if path == "/v1/books:batch" && strings.HasPrefix(where, "in process") {
					continue // there the gateway has no streams
				}
				t.Run(where+"/"+name+path, func(t *testing.T) {
					s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if test.slow {
							if err := http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0)); err != nil {
								t.Error(err)
							}
						}
						h.ServeHTTP(w, r)
					}))
					got := upload(t, s.Listener.Addr().String(), "POST "+path+" HTTP/1.1\r\nHost: shelf\r\nContent-Type: application/json\r\n"+test.body)
					got.wantError(t, test.status, test.want)
				})
			}
		}
	}
}

// TestG1ABodyThatAMiddlewareFailsToReadIsOurs: its text comes back from the gateway.
func TestG1ABodyThatAMiddlewareFailsToReadIsOurs(t *testing.T) {
	backend := shelf{errs: errs(t)}
	conn, _ := backend.dial(t)
	for where, h := range map[string]http.Handler{
		"over a connection":               over(t, conn, quiet(t)...),
		"in process, within rest.Handler": handled(t, inProcess(t, backend, quiet(t)...)),
	} {
		t.Run(where, func(t *testing.T) {
			s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r.Body = io.NopCloser(iotest.ErrReader(errors.New(canary)))
				h.ServeHTTP(w, r)
			}))
			got := send(t, s, http.MethodPost, "/v1/books", "{}", "Content-Type", "application/json")
			got.wantError(t, 500, envelope(0, "Unknown server side error occurred", none))
		})
	}
}

// upload sends a request as it is, and closes its side of the connection.
func upload(t *testing.T, address, request string) answer {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	return answer{status: res.StatusCode, header: res.Header, body: string(body), err: err}
}
