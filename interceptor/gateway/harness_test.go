// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/grpclog"

	"github.com/errpact/errpact/interceptor/gateway"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

func init() {
	// The gateway logs every error that it meets.
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(io.Discard, io.Discard, io.Discard))
}

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

// serve is a real server on loopback.
func serve(t testing.TB, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// send makes a request, whose header is given as pairs.
func send(t testing.TB, s *httptest.Server, method, path, body string, header ...string) answer {
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
	res, err := s.Client().Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, string(b), err}
}

// envelope is the JSON of an envelope.
func envelope(number int, message, details string) string {
	return fmt.Sprintf(`{"error_code":%d,"error_message":%q,"details":%s}`, number, message, details)
}

// wantError checks an error answer and what all of them have.
func (a answer) wantError(t testing.TB, status int, body string) {
	t.Helper()
	if a.err != nil {
		t.Errorf("the answer is cut: %v", a.err)
	}
	if a.status != status || a.body != body {
		t.Errorf("answer = %d %s\nwant %d %s", a.status, a.body, status, body)
	}
	for key, value := range map[string]string{
		"Content-Type": "application/json", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Vary": "Accept",
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
	a.wantNothingInner(t)
}

// wantNothingInner checks that nothing of the wire behind the gateway is in the answer.
func (a answer) wantNothingInner(t testing.TB) {
	t.Helper()
	if all := fmt.Sprint(a.header, a.body); strings.Contains(all, canary) {
		t.Errorf("the canary is in the answer: %s", all)
	}
	for key := range a.header {
		if strings.HasPrefix(key, "Grpc-") || key == "X-Evil" {
			t.Errorf("%s is in the answer", key)
		}
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

// quiet are the hooks without a log.
func quiet(t testing.TB) []runtime.ServeMuxOption {
	t.Helper()
	return gateway.Options(gateway.WithPolicy(newPolicy(t, nil)))
}

// handled is a mux within rest.Handler.
func handled(t testing.TB, h http.Handler) http.Handler {
	t.Helper()
	return rest.Handler(h, rest.WithPolicy(newPolicy(t, nil)))
}

// silenceLog is for what the default policy reports where no other is given.
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
