// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package answers_test asks real neighbours for every error that a REST caller can meet, without
// errpact and with it.
package answers_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/errpact/errpact/mapping"
)

// canary stands in texts that no caller may see.
const canary = "canary-8f3a"

// A row is one case: a request, and what it is answered.
type row struct {
	name, method, path, body string
	header                   []string // in pairs
	want                     want
}

// want is an answer: the envelope's number and message, if it has one.
type want struct {
	status  int
	number  int32
	message string
	header  []string // in pairs, of the answer; an empty value means that the header is absent
	// as is how an answer is that has no envelope; empty for one that has.
	as as
	// field is the one that the details name, and reason what is wrong with it.
	field, reason string
	// runs says that the handler runs. Where it does not, it must not.
	runs bool
}

type as string

const (
	asIs    as = "as it is"
	aborted as = "no answer: the connection is cut"
	late    as = "a stream whose last line has the envelope"
)

// answer is what a caller received.
type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

// kind is the answer in a few words, which are the same each time.
func (a answer) kind() string {
	switch {
	case a.err != nil:
		return "no answer"
	case a.body == "":
		return fmt.Sprint(a.status, " empty")
	case isEnvelope(a.body):
		return fmt.Sprint(a.status, " envelope")
	case strings.HasPrefix(a.body, "{"):
		var status struct{ Code any }
		if json.Unmarshal([]byte(a.body), &status) == nil && status.Code != nil {
			return fmt.Sprintf("%d code %v", a.status, status.Code)
		}
		return fmt.Sprint(a.status, " JSON")
	case strings.HasPrefix(a.body, "<"):
		return fmt.Sprint(a.status, " HTML")
	}
	return fmt.Sprint(a.status, " text")
}

func isEnvelope(body string) bool {
	_, err := mapping.ParseEnvelope([]byte(body))
	return err == nil
}

// check holds an answer against what is wanted of it.
func (w want) check(t *testing.T, method string, a answer) {
	t.Helper()
	if w.as == aborted {
		if a.err == nil {
			t.Errorf("answer = %d %q, want the connection cut", a.status, a.body)
		}
		return
	}
	if a.err != nil || a.status != w.status {
		t.Fatalf("answer = %d %s, %v; want %d", a.status, a.body, a.err, w.status)
	}
	for i := 0; i < len(w.header); i += 2 {
		if got := a.header.Get(w.header[i]); got != w.header[i+1] {
			t.Errorf("%s = %q, want %q", w.header[i], got, w.header[i+1])
		}
	}
	switch w.as {
	case asIs:
	case late:
		lines := strings.Split(strings.TrimSpace(a.body), "\n")
		if last := lines[len(lines)-1]; len(lines) != 2 || !strings.HasPrefix(last, `{"error":`+w.envelope()) {
			t.Errorf("body = %s\nwant a message, and an error with %s…", a.body, w.envelope())
		}
	default:
		w.checkEnvelope(t, method, a)
	}
}

// envelope is how it starts: what is in its details is each stack's own.
func (w want) envelope() string {
	return fmt.Sprintf(`{"error_code":%d,"error_message":%q,"details":`, w.number, w.message)
}

func (w want) checkEnvelope(t *testing.T, method string, a answer) {
	t.Helper()
	if got := a.header.Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type = %q", got)
	}
	if (a.status == 401) != (a.header.Get("Www-Authenticate") != "") {
		t.Errorf("%d with WWW-Authenticate %q", a.status, a.header.Get("Www-Authenticate"))
	}
	if all := fmt.Sprint(a.header, a.body); strings.Contains(all, canary) || strings.Contains(all, "interopv1") {
		t.Errorf("the answer tells too much: %s", all)
	}
	if method == http.MethodHead {
		return
	}
	start := w.envelope()
	var keys map[string]json.RawMessage
	if err := json.Unmarshal([]byte(a.body), &keys); err != nil || len(keys) != 3 || !strings.HasPrefix(a.body, start) {
		t.Errorf("body = %s (%v)\nwant %s…", a.body, err, start)
	}
	w.checkField(t, string(keys["details"]))
}

// checkField holds the details against the field that is wanted in them.
func (w want) checkField(t *testing.T, details string) {
	t.Helper()
	start, end := fmt.Sprintf(`{"field_violations":[{"field":%q,"description":"want `, w.field), fmt.Sprintf(`,"reason":%q}]}`, w.reason)
	if w.field != "" && !(strings.HasPrefix(details, start) && strings.HasSuffix(details, end)) {
		t.Errorf("details = %s, want %s…%s", details, start, end)
	}
	if w.field == "" && strings.Contains(details, "field_violations") {
		t.Errorf("details = %s, want none that name a field", details)
	}
}

// serve is a real server on loopback.
func serve(t testing.TB, h http.Handler, http2 bool) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.EnableHTTP2 = http2
	if http2 {
		s.StartTLS()
	} else {
		s.Start()
	}
	s.Client().CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	t.Cleanup(s.Close)
	return s
}

// send makes a row's request.
func (r row) send(t testing.TB, s *httptest.Server) answer {
	t.Helper()
	var body io.Reader
	if r.body != "" {
		body = strings.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(t.Context(), r.method, s.URL+r.path, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(r.header); i += 2 {
		req.Header.Add(r.header[i], r.header[i+1])
	}
	res, err := s.Client().Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, string(b), err}
}

// after is what the page says about an answer.
func (w want) after(method string) string {
	if w.as == asIs {
		return fmt.Sprint(w.status, ", no envelope")
	}
	if w.as == aborted {
		return string(w.as)
	}
	if w.as == late {
		return fmt.Sprintf("%d, %s: %d %s", w.status, w.as, w.number, w.message)
	}
	text := fmt.Sprintf("%d, %d %s", w.status, w.number, w.message)
	if method == http.MethodHead {
		text = fmt.Sprintf("%d, no body", w.status)
	}
	if w.field != "" {
		text += fmt.Sprintf(", %s of `%s`", w.reason, w.field)
	}
	for i := 0; i < len(w.header); i += 2 {
		if w.header[i+1] != "" && !strings.HasPrefix(w.header[i], "Content-") {
			text += fmt.Sprintf(", `%s: %s`", w.header[i], w.header[i+1])
		}
	}
	return text
}

// distinct are words in order, each once.
func distinct(words []string) string {
	slices.Sort(words)
	return strings.Join(slices.Compact(words), " or ")
}

func newPolicy(t testing.TB) *mapping.Policy {
	t.Helper()
	p, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	return p
}
