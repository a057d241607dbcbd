// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
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

// TestDecodeFailuresOfNetHTTP has the real net/http read each body.
func TestDecodeFailuresOfNetHTTP(t *testing.T) {
	failed := make(chan error, 1)
	s := loopback.Serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		failed <- err
	}))
	for _, framing := range framings {
		sendChunks(t, s.Listener.Addr(), framing.body)
		err := <-failed
		if err == nil {
			t.Errorf("%s: no error", framing.name)
			continue
		}
		// Connect puts its own words before it.
		for _, text := range []string{err.Error(), "read message: " + err.Error(), "protocol error: incomplete envelope: " + err.Error()} {
			if condition, ok := foreign.DecodeFailure(text); condition != mapping.ConditionUndecodable || !ok {
				t.Errorf("%s: DecodeFailure(%q) = %v, %t", framing.name, text, condition, ok)
			}
		}
	}
}

// sendChunks posts a body in chunks as they are given.
func sendChunks(t *testing.T, to net.Addr, chunks string) {
	t.Helper()
	conn, err := net.Dial(to.Network(), to.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"+chunks); err != nil {
		t.Fatal(err)
	}
}

// TestDecodeFailuresOfMaxBytes are bodies over the limit of http.MaxBytesReader, for a handler and for
// Connect.
func TestDecodeFailuresOfMaxBytes(t *testing.T) {
	_, plain := io.ReadAll(http.MaxBytesReader(httptest.NewRecorder(), io.NopCloser(strings.NewReader("long")), 1))
	if plain == nil {
		t.Fatal("no error")
	}
	texts := []string{plain.Error()}
	for _, handler := range handlers {
		_, text := refused(t, http.MaxBytesHandler(handler(limits{}, new(error)), 1), "application/proto", strings.NewReader("long"))
		texts = append(texts, text)
	}
	for _, text := range texts {
		if condition, ok := foreign.DecodeFailure(text); condition != mapping.ConditionTooLarge || !ok {
			t.Errorf("DecodeFailure(%q) = %v, %t", text, condition, ok)
		}
	}
}

// TestDecodeFailuresOfGzip are those of package compress/gzip.
func TestDecodeFailuresOfGzip(t *testing.T) {
	for _, body := range []string{"{}", "not gzip at all", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x03\x00\x01\x00\x00\x00\x00\x00\x00\x00"} {
		zr, err := gzip.NewReader(strings.NewReader(body))
		if err == nil {
			_, err = io.ReadAll(zr)
		}
		if err == nil {
			t.Fatalf("%q is gzip", body)
		}
		if condition, ok := foreign.DecodeFailure(err.Error()); condition != mapping.ConditionUndecodable || !ok {
			t.Errorf("DecodeFailure(%q) = %v, %t", err, condition, ok)
		}
		if !foreign.TranscoderRefused(connectcode.Unknown, err.Error()) {
			t.Errorf("TranscoderRefused(unknown, %q) = false", err)
		}
	}
}
