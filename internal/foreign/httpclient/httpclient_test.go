// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package httpclient_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/errpact/errpact/internal/foreign/httpclient"
	"github.com/errpact/errpact/internal/testkit/loopback"
)

// says reads a request and answers with a text.
func says(t *testing.T, text string) string {
	t.Helper()
	return "http://" + loopback.Accept(t, func(conn net.Conn) {
		readRequest(conn)
		_, _ = io.WriteString(conn, text)
	})
}

func readRequest(conn net.Conn) {
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err == nil {
		_, _ = io.Copy(io.Discard, req.Body)
	}
}

// frames speaks HTTP/2: it answers the first stream with frames.
func frames(t *testing.T, answer ...[]byte) string {
	t.Helper()
	return "http://" + loopback.Frames(t, answer...)
}

// onlyOnce is a body that cannot be sent again.
type onlyOnce struct{ io.Reader }

func post(t *testing.T, client *http.Client, base string) error {
	t.Helper()
	t.Cleanup(client.CloseIdleConnections)
	res, err := client.Post(base, "text/plain", onlyOnce{strings.NewReader("x")})
	if err == nil {
		_ = res.Body.Close()
		t.Fatalf("the call succeeded: %v", res.Status)
	}
	return err
}

// short returns the error for a request whose body is shorter than its length says. Of one that is in memory,
// nothing is sent.
func short(t *testing.T, client *http.Client, base string) error {
	t.Helper()
	t.Cleanup(client.CloseIdleConnections)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base, strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = 2
	res, err := client.Do(req)
	if err == nil {
		_ = res.Body.Close()
		t.Fatalf("the call succeeded: %v", res.Status)
	}
	return err
}

func h1() *http.Client { return &http.Client{Transport: new(http.Transport)} }

func h2() *http.Client {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Client{Transport: &http.Transport{Protocols: protocols}}
}

// below returns the error that a client's *url.Error wraps, which is all that Connect keeps of it.
func below(t *testing.T, err error) error {
	t.Helper()
	e, ok := errors.AsType[*url.Error](err)
	if !ok {
		t.Fatalf("%v is no *url.Error", err)
	}
	return e.Err
}

func TestJudgesTheRealClient(t *testing.T) {
	redirecting := "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\n"
	proxied := func(status string) error {
		proxy, err := url.Parse(says(t, "HTTP/1.1 "+status+"\r\n\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		return post(t, &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy)}}, "https://b.example")
	}
	for name, test := range map[string]struct {
		err  error
		want httpclient.Outcome
	}{
		"closed at once":          {post(t, h1(), says(t, "")), httpclient.Broken},
		"cut in the status":       {post(t, h1(), says(t, "HTTP/1.1 20")), httpclient.Rejected},
		"cut in the header":       {post(t, h1(), says(t, "HTTP/1.1 200 OK\r\nA: b")), httpclient.Broken},
		"not HTTP":                {post(t, h1(), says(t, "220 smtp.example ESMTP\r\n\r\n")), httpclient.Rejected},
		"no status":               {post(t, h1(), says(t, "HTTP/1.1 odd\r\n\r\n")), httpclient.Rejected},
		"a header without colon":  {post(t, h1(), says(t, "HTTP/1.1 200 OK\r\nbad\r\n\r\n")), httpclient.Rejected},
		"a length that is none":   {post(t, h1(), says(t, "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")), httpclient.Rejected},
		"an encoding of another":  {post(t, h1(), says(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: br\r\n\r\n")), httpclient.Rejected},
		"too many headers":        {post(t, &http.Client{Transport: &http.Transport{MaxResponseHeaderBytes: 10}}, says(t, "HTTP/1.1 200 OK\r\nA: "+strings.Repeat("x", 100_000)+"\r\n\r\n")), httpclient.Rejected},
		"a location that is none": {post(t, h1(), says(t, redirecting+"Location: http://[::1\r\n\r\n")), httpclient.Rejected},
		"an unknown scheme":       {post(t, h1(), "ftp://b.example"), httpclient.Rejected},
		"no scheme":               {post(t, h1(), "b.example"), httpclient.Rejected},
		"a body that is shorter":  {short(t, h1(), silent(t)), httpclient.Rejected},
		"no host":                 {post(t, h1(), "http:///path"), httpclient.Rejected},
		"proxy: denied":           {proxied("407 Proxy Authentication Required"), httpclient.Rejected},
		"proxy: forbidden":        {proxied("403 Forbidden"), httpclient.Rejected},
		"proxy: bad gateway":      {proxied("502 Bad Gateway"), httpclient.Unsent},
		"proxy: unavailable":      {proxied("503 Service Unavailable"), httpclient.Unsent},
		"a handshake too slow":    {post(t, &http.Client{Transport: &http.Transport{TLSHandshakeTimeout: 10 * time.Millisecond}}, slowTLS(t)), httpclient.Unsent},

		"an old version of TLS":  {post(t, h1(), helloing(t, 0x0301, 0xc013)), httpclient.Unsent},
		"an odd cipher suite":    {post(t, h1(), helloing(t, 0x0303, 0x0005)), httpclient.Unsent},
		"no version of TLS":      {post(t, &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS13, MaxVersion: tls.VersionTLS12}}}, slowTLS(t)), httpclient.Unsent},
		"headers over the limit": {tooLongHeaders(t), httpclient.Rejected},

		"REFUSED_STREAM":            {post(t, h2(), frames(t, loopback.Reset(7))), httpclient.Unsent},
		"INTERNAL_ERROR":            {post(t, h2(), frames(t, loopback.Reset(2))), httpclient.Broken},
		"CANCEL":                    {post(t, h2(), frames(t, loopback.Reset(8))), httpclient.Broken},
		"ENHANCE_YOUR_CALM":         {post(t, h2(), frames(t, loopback.Reset(11))), httpclient.Broken},
		"GOAWAY above the stream":   {post(t, h2(), frames(t, loopback.GoAway(0, 0), nil)), httpclient.Unsent},
		"GOAWAY with the stream":    {post(t, h2(), frames(t, loopback.GoAway(1, 0), nil)), httpclient.Broken},
		"GOAWAY for an error":       {post(t, h2(), frames(t, loopback.GoAway(0, 2), nil)), httpclient.Unsent},
		"HTTP/2, closed":            {post(t, h2(), frames(t, nil)), httpclient.Broken},
		"HTTP/2, no frame":          {post(t, h2(), frames(t, []byte("HTTP/1.1 200 OK\r\n\r\n"), nil)), httpclient.Rejected},
		"HTTP/2, a broken header":   {post(t, h2(), frames(t, loopback.Frame(1, 4, 1, []byte{0xff}), nil)), httpclient.Broken},
		"HTTP/2, no status":         {post(t, h2(), frames(t, loopback.Frame(1, 5, 1, nil), nil)), httpclient.Rejected},
		"HTTP/2, too large a field": {post(t, h2(), frames(t, loopback.Frame(1, 5, 1, []byte{0x00, 0x01, 'A', 0x01, 'b'}), nil)), httpclient.Rejected},
	} {
		if got := httpclient.Find(test.err); got != test.want {
			t.Errorf("%s: Find(%v) = %d, want %d", name, test.err, got, test.want)
		}
		err, want := below(t, test.err), test.want
		switch {
		case strings.HasPrefix(name, "proxy: "): // that may be a handler's own text
			want = httpclient.Unknown
		case err == io.EOF: // Connect replaces it
			err = io.ErrUnexpectedEOF
		}
		if got := httpclient.Find(err); got != want {
			t.Errorf("%s, below: Find(%v) = %d, want %d", name, err, got, want)
		}
	}
}

// helloing answers a handshake with a version and a cipher suite. https://www.rfc-editor.org/rfc/rfc5246#section-7.4.1.3
func helloing(t *testing.T, version, suite uint16) string {
	t.Helper()
	hello := append(binary.BigEndian.AppendUint16(nil, version), make([]byte, 33)...)
	hello = append(binary.BigEndian.AppendUint16(hello, suite), 0)
	hello = append([]byte{2, 0, 0, byte(len(hello))}, hello...)
	hello = append([]byte{22, 3, 1, 0, byte(len(hello))}, hello...)
	return "https://" + loopback.Accept(t, func(conn net.Conn) {
		head := make([]byte, 5)
		_, _ = io.ReadFull(conn, head)
		_, _ = io.CopyN(io.Discard, conn, int64(binary.BigEndian.Uint16(head[3:])))
		_, _ = conn.Write(hello)
		_, _ = io.Copy(io.Discard, conn)
	})
}

// tooLongHeaders calls a server whose limit for headers the client knows from an earlier call.
func tooLongHeaders(t *testing.T) error {
	t.Helper()
	server := loopback.New(http.NotFoundHandler())
	server.Config.MaxHeaderBytes = 1
	server.Start()
	t.Cleanup(server.Close)
	client := h2()
	t.Cleanup(client.CloseIdleConnections)
	res, err := client.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return post(t, client, server.URL+"/"+strings.Repeat("x", 10_000))
}

// slowTLS accepts connections and says nothing.
func slowTLS(t *testing.T) string {
	t.Helper()
	return strings.Replace(silent(t), "http:", "https:", 1)
}

// silent is a server that reads, and says nothing.
func silent(t *testing.T) string {
	t.Helper()
	return "http://" + loopback.Accept(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
}

// TestJudgesAReusedConnection: the server closes one that it kept, while the client sends on it.
func TestJudgesAReusedConnection(t *testing.T) {
	base := "http://" + loopback.Accept(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		for answer := range 2 {
			req, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, req.Body)
			if answer == 0 {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			}
		}
	})
	client := h1()
	res, err := client.Get(base)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	err = post(t, client, base)
	if httpclient.Find(err) != httpclient.Broken {
		t.Errorf("Find(%v) = %d", err, httpclient.Find(err))
	}
	if err = below(t, err); err != io.EOF && httpclient.Find(err) != httpclient.Broken {
		t.Errorf("Find(%v) = %d", err, httpclient.Find(err))
	}
}

// TestKnowsNoOtherTexts: what others say is for others to judge.
func TestKnowsNoOtherTexts(t *testing.T) {
	for _, err := range []error{
		errors.New(""), errors.New("refused"), errors.New("circuit breaker is open"), errors.New("http: no such file"),
		errors.New("oauth2: token expired and refresh token is not set"), context.Canceled, context.DeadlineExceeded, os.ErrNotExist, nil, (*url.Error)(nil),
		http.ErrNoCookie, http.ErrBodyNotAllowed, errors.New("sql: connection is already closed"),
	} {
		if got := httpclient.Find(err); got != httpclient.Unknown {
			t.Errorf("Find(%v) = %d", err, got)
		}
	}
}

// TestAHandlersTextsAreItsOwn until they are below the error of a call: the phrases of statuses, and those that only
// begin as one of net/http's.
func TestAHandlersTextsAreItsOwn(t *testing.T) {
	texts := []string{
		"connection error: the printer is offline", "stopped after 10 redirects of the parcel", "malformed HTTP log, the import waits",
		"unsupported protocol scheme, a driver is being installed", "failed to parse Location header 3 of the file",
	}
	for status := range 600 {
		if text := http.StatusText(status); text != "" {
			texts = append(texts, text)
		}
	}
	for _, text := range texts {
		err := errors.New(text)
		for _, own := range []error{err, fmt.Errorf("%w", err), &url.Error{Op: "parse", URL: "x", Err: err}} {
			if got := httpclient.Find(own); got != httpclient.Unknown {
				t.Errorf("Find(%v) = %d, want Unknown", own, got)
			}
		}
	}
	called := &url.Error{Op: "Post", URL: "x", Err: errors.New("Service Unavailable")}
	if got := httpclient.Find(fmt.Errorf("a hint: %w", called)); got != httpclient.Unsent {
		t.Errorf("Find(%v) = %d, want Unsent", called, got)
	}
}

// TestGuessesByTheLibrary what no text here says.
func TestGuessesByTheLibrary(t *testing.T) {
	for err, want := range map[error]httpclient.Outcome{
		errors.New("net/http: HTTP/1.x transport connection broken: something new"): httpclient.Broken,
		errors.New("http2: something new"):                                          httpclient.Broken,
		errors.New("tls: something new"):                                            httpclient.Broken,
		errors.New("tls: received a session ticket with invalid lifetime"):          httpclient.Broken,
		errors.New("tls: server chose an unconfigured cipher suite"):                httpclient.Unsent,
		errors.New("tls: failed to parse certificate from server: x509: odd"):       httpclient.Unsent,
		&net.OpError{Op: "write", Err: net.ErrClosed}:                               httpclient.Broken,
		&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}:                       httpclient.TimedOut,
		fmt.Errorf("net/http: new: %w", errors.New(`malformed HTTP version "1.9"`)): httpclient.Rejected,
		// What package mapping knows by its type.
		&net.OpError{Op: "dial", Err: errors.New("x")}:                                           httpclient.Unknown,
		&tls.CertificateVerificationError{Err: errors.New("x")}:                                  httpclient.Unknown,
		fmt.Errorf("net/http: HTTP/1.x: %w", tls.RecordHeaderError{}):                            httpclient.Unknown,
		fmt.Errorf("net/http: x: %w", &net.OpError{Op: "remote error", Err: tls.AlertError(42)}): httpclient.Unknown,
	} {
		if got := httpclient.Find(fmt.Errorf("a hint: %w", err)); got != want {
			t.Errorf("Find(%v) = %d, want %d", err, got, want)
		}
	}
}

// TestEveryTextIsInTheSource, of net/http or of what it stands on.
func TestEveryTextIsInTheSource(t *testing.T) {
	var source strings.Builder
	for _, name := range []string{"net/http", "net/http/internal/httpcommon", "net/textproto", "crypto/tls"} {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(content)
		}
	}
	for _, text := range httpclient.Texts() {
		text = strings.Replace(text, "http2: request header", "request header", 1) // the rest is added to any of httpcommon's
		words := strings.TrimSuffix(strings.TrimSuffix(text, " %q"), "%v")         // which a helper or a sum adds
		if !strings.Contains(source.String(), `"`+text) && !strings.Contains(source.String(), `"`+words+`"`) {
			t.Errorf("no literal of net/http starts with %q", text)
		}
	}
}

// TestEveryTextOfAHandshakeIsListed, or is one that a client of net/http does not get: the next version of Go may have
// others.
func TestEveryTextOfAHandshakeIsListed(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", "crypto/tls").Output()
	if err != nil {
		t.Fatal(err)
	}
	known := httpclient.Texts()
	for _, name := range []string{"handshake_client.go", "handshake_client_tls13.go"} {
		content, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), name))
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(`"(tls: [^"]*)"`).FindAllSubmatch(content, -1)
		if len(found) == 0 {
			t.Errorf("%s has no texts", name)
		}
		for _, match := range found {
			text := string(match[1])
			if !slices.Contains(known, text) && !slices.Contains(known, text+"%v") && !strings.Contains(strings.ToLower(text), "quic") {
				t.Errorf("%s has %q, which is not listed", name, text)
			}
		}
	}
}
