// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// framings are bodies whose chunks or trailers net/http cannot read.
var framings = []struct{ name, body string }{
	{"no length", "\r\n{}\r\n0\r\n\r\n"},
	{"length that is no number", "zz\r\n{}\r\n0\r\n\r\n"},
	{"length too large", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n"},
	{"chunk longer than its length", "2\r\n{}xx\r\n0\r\n\r\n"},
	{"extension too long", "2;" + strings.Repeat("a", 5000) + "\r\n{}\r\n0\r\n\r\n"},
	{"many extensions", strings.Repeat("1;"+strings.Repeat("a", 3000)+"\r\n \r\n", 20) + "0\r\n\r\n"},
	{"bare LF", "2\n{}\n0\n\n"},
	{"bare CR", "2\r{}\r\n"},
	{"trailer without a colon", "2\r\n{}\r\n0\r\nbad\r\n\r\n"},
	{"trailer without a name", "2\r\n{}\r\n0\r\n: x\r\n\r\n"},
	{"trailer too long", "2\r\n{}\r\n0\r\nA: " + strings.Repeat("a", 10000) + "\r\n\r\n"},
}

// TestG12BadFramingIsTheCallers: a body that net/http cannot read, whose text Connect hands on as
// unknown or internal, is an invalid structure. The texts are the real net/http's.
func TestG12BadFramingIsTheCallers(t *testing.T) {
	for _, connects := range []struct {
		target, prefix string
		code           int
	}{
		{"Connect", "read message: ", 2}, // connect v1.21.1, protocol_connect.go
		{"gRPC", "protocol error: incomplete envelope: ", 13},
	} {
		s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
			_, err := io.ReadAll(r.Body)
			if err == nil {
				t.Error("the body is right")
				return
			}
			w.WriteHeader(http.StatusInternalServerError)
			fmt.Fprintf(w, `{"code":%d,"message":%q}`, connects.code, connects.prefix+err.Error())
		}))
		for _, framing := range framings {
			t.Run(connects.target+", "+framing.name, func(t *testing.T) {
				want := envelope(3, "Invalid structure")
				if status, body := sendChunks(t, s.Listener.Addr(), framing.body); status != http.StatusBadRequest || body != want {
					t.Errorf("%d %s, want 400 %s", status, body, want)
				}
			})
		}
	}
}

// sendChunks posts a body in chunks as they are given.
func sendChunks(t *testing.T, to net.Addr, chunks string) (status int, body string) {
	t.Helper()
	conn, err := net.Dial(to.Network(), to.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"+chunks); err != nil {
		t.Fatal(err)
	}
	return readAnswer(t, conn)
}

// readAnswer reads an answer to the end of its body.
func readAnswer(t *testing.T, conn net.Conn) (status int, body string) {
	t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}
