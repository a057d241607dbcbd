// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

var cleanID = regexp.MustCompile(`^[A-Za-z0-9._:/+=@-]{1,128}$`)

// FuzzCheckResponse is an answer of anybody's.
func FuzzCheckResponse(f *testing.F) {
	f.Fuzz(func(t *testing.T, status uint16, encoding, id string, body []byte) {
		res := &http.Response{
			StatusCode: int(status), Body: io.NopCloser(bytes.NewReader(body)),
			Header: http.Header{"Content-Encoding": {encoding}, "X-Request-Id": {id}},
		}
		err := rest.CheckResponse(res)
		if (err != nil) != (status >= 400) {
			t.Fatalf("%d became %v", status, err)
		}
		if again, readErr := io.ReadAll(res.Body); readErr != nil || !bytes.Equal(again, body) {
			t.Errorf("of the body's %d bytes %d are left: %v", len(body), len(again), readErr)
		}
		if err != nil {
			checkReceived(t, err, int(status))
		}
	})
}

func checkReceived(t *testing.T, err error, status int) {
	t.Helper()
	e, ok := mapping.From(err)
	if !ok || !e.Remote() || e.ConnectCode() < 1 || e.ConnectCode() > 16 {
		t.Fatalf("%d became %v", status, err)
	}
	if status > 599 {
		status = http.StatusInternalServerError
	}
	if e.HTTPStatus() != status || e.RequestID() != "" && !cleanID.MatchString(e.RequestID()) {
		t.Errorf("HTTPStatus = %d, want %d; RequestID = %q", e.HTTPStatus(), status, e.RequestID())
	}
	if message := e.Message(); !utf8.ValidString(message) || len(message) > 512 || strings.ContainsFunc(message, unicode.IsControl) {
		t.Errorf("the message is not clean: %q", message)
	}
	if delay, ok := e.RetryDelay(); ok != (delay > 0) {
		t.Errorf("RetryDelay = %v, %v", delay, ok)
	}
	_, _ = e.Metadata(), e.Details()
	checkEnvelope(t, mapping.EnvelopeOf(e).AppendJSON(nil))
}

// checkEnvelope checks for an envelope, and gives its keys.
func checkEnvelope(t *testing.T, body []byte) map[string]json.RawMessage {
	t.Helper()
	keys := map[string]json.RawMessage{}
	if _, err := mapping.ParseEnvelope(body); err != nil || !utf8.Valid(body) || json.Unmarshal(body, &keys) != nil {
		t.Errorf("no envelope: %q: %v", body, err)
	}
	return keys
}

// FuzzHandler is what a handler behind the middleware writes, in pieces.
func FuzzHandler(f *testing.F) {
	policy := newPolicy(f, nil)
	f.Fuzz(func(t *testing.T, status uint16, key, value string, piece uint8, body []byte) {
		marked := append(bytes.Clone(body), canary...)
		handler := rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header()[key] = []string{value}
			w.WriteHeader(int(status))
			for rest := marked; len(rest) > 0; {
				n := min(len(rest), int(piece)+1)
				_, _ = w.Write(rest[:n])
				rest = rest[n:]
			}
		}), rest.WithPolicy(policy))
		recorded := httptest.NewRecorder()
		handler.ServeHTTP(recorded, httptest.NewRequest(http.MethodGet, "/", nil))
		switch {
		case recorded.Code < 400:
			if status == http.StatusOK && !bytes.Equal(recorded.Body.Bytes(), marked) {
				t.Errorf("a success became %q", recorded.Body)
			}
			return
		case status >= 400 && status <= 599 && recorded.Code != int(status) && status != http.StatusTooManyRequests:
			t.Errorf("%d became %d", status, recorded.Code)
		}
		checkErrorAnswer(t, recorded)
	})
}

func checkErrorAnswer(t *testing.T, recorded *httptest.ResponseRecorder) {
	t.Helper()
	if keys := checkEnvelope(t, recorded.Body.Bytes()); len(keys) != 3 {
		t.Errorf("the envelope has %d keys: %s", len(keys), recorded.Body)
	}
	if strings.Contains(recorded.Body.String(), canary) {
		t.Errorf("what the handler wrote went out: %s", recorded.Body)
	}
	h := recorded.Header()
	if h.Get("Content-Type") != "application/json" || h.Get("X-Content-Type-Options") != "nosniff" || !cleanID.MatchString(h.Get("X-Request-Id")) {
		t.Errorf("header %v", h)
	}
	if recorded.Code == http.StatusUnauthorized && h.Get("Www-Authenticate") == "" {
		t.Errorf("401 without a challenge: %v", h)
	}
}

// FuzzAccept is a caller's Accept headers.
func FuzzAccept(f *testing.F) {
	const problem = "application/problem+json"
	answer := func(t *testing.T, accept ...string) string {
		recorded := httptest.NewRecorder()
		rest.Error(recorded, &http.Request{Header: http.Header{"Accept": accept}}, errpactv1err.NotExist)
		got := recorded.Header().Get("Content-Type")
		if got == markdownType {
			if !strings.HasPrefix(recorded.Body.String(), "# Error 10\n") {
				t.Errorf("%q is answered with %s", accept, recorded.Body)
			}
			return got
		}
		keys := checkEnvelope(t, recorded.Body.Bytes())
		if want := map[string]int{"application/json": 3, problem: 8}[got]; len(keys) != want {
			t.Errorf("%q is answered with %s: %s", accept, got, recorded.Body)
		}
		return got
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		got := answer(t, first, second)
		asked := strings.ToLower(first + "," + second)
		if got == problem && !strings.Contains(asked, problem) || got == markdownType && !strings.Contains(asked, "text/markdown") {
			t.Errorf("nobody asked for it: %q, %q", first, second)
		}
		if again := answer(t, first+","+second); again != got {
			t.Errorf("%q, %q: %s in two headers, %s in one", first, second, got, again)
		}
		if again := answer(t, second, first, second); again != got {
			t.Errorf("%q, %q: %s, in another order %s", first, second, got, again)
		}
		if answer(t, first, "application/json", problem+";q=0.9", second) == problem && answer(t, first, second) != problem {
			t.Errorf("%q, %q: json is liked more", first, second)
		}
	})
}

// FuzzRetryAfter is a server's Retry-After, which is seconds or a date.
func FuzzRetryAfter(f *testing.F) {
	f.Fuzz(func(t *testing.T, value string) {
		res := &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {value}}}
		before := time.Now()
		e, _ := mapping.From(rest.CheckResponse(res))
		delay, ok := e.RetryDelay()
		if delay < 0 || ok != (delay > 0) {
			t.Fatalf("%q: RetryDelay = %v, %v", value, delay, ok)
		}
		seconds, err := strconv.ParseUint(value, 10, 31)
		date, dateErr := http.ParseTime(value)
		switch {
		case err == nil && delay != time.Duration(seconds)*time.Second:
			t.Errorf("%q: RetryDelay = %v", value, delay)
		case err != nil && dateErr != nil && ok:
			t.Errorf("%q is neither seconds nor a date, and became %v", value, delay)
		case err != nil && dateErr == nil && delay > max(date.Sub(before), 0):
			t.Errorf("%q is in %v, and became %v", value, date.Sub(before), delay)
		}
	})
}
