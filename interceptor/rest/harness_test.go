// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// canary stands in texts that no caller may see.
const canary = "canary-8f3a"

// answer is what a caller received.
type answer struct {
	status int
	header http.Header
	body   string
	// err is what reading the body met: a connection that was cut.
	err error
}

// serve is a real server on loopback, over HTTP/1.1.
func serve(t testing.TB, h http.Handler) *httptest.Server {
	t.Helper()
	s := unstarted(t, h)
	s.Start()
	return s
}

// serveTwice runs a test against HTTP/1.1 and HTTP/2.
func serveTwice(t *testing.T, h func() http.Handler, test func(*testing.T, *httptest.Server)) {
	t.Helper()
	t.Run("HTTP/1.1", func(t *testing.T) { test(t, serve(t, h())) })
	t.Run("HTTP/2", func(t *testing.T) {
		s := unstarted(t, h())
		s.EnableHTTP2 = true
		s.StartTLS()
		test(t, s)
	})
}

func unstarted(t testing.TB, h http.Handler) *httptest.Server {
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(s.Close)
	return s
}

// send makes a request, whose header is given as pairs.
func send(t testing.TB, s *httptest.Server, method, path, body string, header ...string) answer {
	t.Helper()
	res, err := request(t, s, method, path, body, header...)
	if err != nil {
		return answer{err: err}
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, string(b), err}
}

func request(t testing.TB, s *httptest.Server, method, path, body string, header ...string) (*http.Response, error) {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, reader)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	client := *s.Client() // a copy, for requests that are made at once
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client.Do(req)
}

// get is send for the most common request.
func get(t testing.TB, s *httptest.Server, header ...string) answer {
	t.Helper()
	return send(t, s, http.MethodGet, "/", "", header...)
}

// envelope is the JSON of an envelope without details.
func envelope(number int, message string) string {
	return fmt.Sprintf(`{"error_code":%d,"error_message":%q,"details":null}`, number, message)
}

// want checks an error answer and what all of them have.
func (a answer) want(t testing.TB, status int, body string) {
	t.Helper()
	if a.err != nil {
		t.Errorf("the answer is cut: %v", a.err)
	}
	if a.status != status || a.body != body {
		t.Errorf("answer = %d %s\nwant %d %s", a.status, a.body, status, body)
	}
	for key, value := range map[string]string{
		"Content-Type": "application/json", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Vary": "Accept",
		"Content-Length": fmt.Sprint(len(body)),
	} {
		if got := a.header.Get(key); got != value {
			t.Errorf("%s = %q, want %q", key, got, value)
		}
	}
	if a.header.Get("X-Request-Id") == "" {
		t.Errorf("no X-Request-Id")
	}
	if (status == http.StatusUnauthorized) != (a.header.Get("Www-Authenticate") != "") {
		t.Errorf("%d with WWW-Authenticate %q", status, a.header.Get("Www-Authenticate"))
	}
	a.wantNoCanary(t)
}

func (a answer) wantNoCanary(t testing.TB) {
	t.Helper()
	if all := fmt.Sprint(a.header, a.body); strings.Contains(all, canary) {
		t.Errorf("the canary is in the answer: %s", all)
	}
}

// wantAborted checks that the caller could tell that the answer is not whole.
func (a answer) wantAborted(t testing.TB) {
	t.Helper()
	if a.err == nil {
		t.Errorf("answer = %d %s: want the connection cut", a.status, a.body)
	}
}

// newPolicy reports to r; to nobody if it is nil.
func newPolicy(t testing.TB, r *reported.Reports, opts ...mapping.Option) *mapping.Policy {
	t.Helper()
	report := mapping.WithReport(nil)
	if r != nil {
		report = mapping.WithReport(r.Add)
	}
	p, err := mapping.NewPolicy(append(opts, report)...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// quiet is rest.Handler without a log.
func quiet(t testing.TB, h http.Handler, opts ...rest.Option) http.Handler {
	t.Helper()
	return rest.Handler(h, append([]rest.Option{rest.WithPolicy(newPolicy(t, nil))}, opts...)...)
}

// quietFunc is quiet for a function.
func quietFunc(t testing.TB, h http.HandlerFunc, opts ...rest.Option) http.Handler {
	t.Helper()
	return quiet(t, h, opts...)
}

// silenceLog is for what the default policy reports where no Handler has another.
func silenceLog(t *testing.T) {
	t.Helper()
	before, output, flags := slog.Default(), log.Writer(), log.Flags()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() {
		slog.SetDefault(before)
		log.SetOutput(output) // SetDefault takes these over
		log.SetFlags(flags)
	})
}
