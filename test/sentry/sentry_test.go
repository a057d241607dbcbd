// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package sentry_test has Sentry's own client send what a server reports, to an endpoint that takes it as Sentry does.
package sentry_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getsentry/sentry-go"
	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// toSentry returns a report that keeps the log, and sends the server's own faults to Sentry. Sentry makes one issue of
// each entry and reason. Of panics and of errors that nobody mapped, whose entry says nothing, it makes as many as it
// would without errpact.
func toSentry(hub *sentry.Hub) mapping.ReportFunc {
	return func(ctx context.Context, r mapping.Report) {
		mapping.LogReport(ctx, r)
		if r.Fault() != mapping.FaultServer {
			return
		}
		code := r.Sent.Code().WithReason(r.Sent.Reason())
		event := sentry.NewEvent()
		event.Level, event.Message = sentry.LevelError, code.Error()
		event.Fingerprint = []string{code.Catalogue().Name(), code.Name(), code.Reason()}
		if r.Origin == mapping.OriginPanic || r.Origin == mapping.OriginUnmapped {
			event.Fingerprint = append(event.Fingerprint, "{{ default }}")
		}
		event.Tags = map[string]string{
			"code": code.Name(), "reason": code.Reason(), "origin": string(r.Origin),
			"procedure": r.Procedure, "request_id": r.RequestID,
		}
		if r.Panic != nil {
			event.Message = fmt.Sprintf("panic: %v\n\n%s", r.Panic, r.Stack)
		}
		event.SetException(r.Err, 10)
		hub.CaptureEvent(event)
	}
}

// ingest is an endpoint like Sentry's, for one project.
type ingest struct {
	mu     sync.Mutex
	events []*sentry.Event
	paths  []string
}

// ServeHTTP takes an envelope: a header, and of each item a header and a body, in lines of JSON.
func (i *ingest) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	lines := strings.Split(string(body), "\n")
	i.mu.Lock()
	defer i.mu.Unlock()
	i.paths = append(i.paths, r.URL.Path)
	for n := 1; n+1 < len(lines); n += 2 {
		var item struct{ Type string }
		event := new(sentry.Event)
		if json.Unmarshal([]byte(lines[n]), &item) == nil && item.Type == "event" && json.Unmarshal([]byte(lines[n+1]), event) == nil {
			i.events = append(i.events, event)
		}
	}
	w.WriteHeader(http.StatusOK)
}

// TestSentryGetsTheServersFaultsByCode, and neither its callers' nor other services'.
func TestSentryGetsTheServersFaultsByCode(t *testing.T) {
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	defer slog.SetDefault(before)
	received := new(ingest)
	endpoint := httptest.NewServer(received)
	defer endpoint.Close()
	client, err := sentry.NewClient(sentry.ClientOptions{Dsn: strings.Replace(endpoint.URL, "://", "://key@", 1) + "/17"})
	if err != nil {
		t.Fatal(err)
	}
	policy, err := mapping.NewPolicy(mapping.WithReport(toSentry(sentry.NewHub(client, sentry.NewScope()))))
	if err != nil {
		t.Fatal(err)
	}
	failures := map[string]error{
		"/a": errpactv1err.Database.Wrap(errors.New("deadlock")), "/b": errpactv1err.Database.Wrap(errors.New("disk full")),
		"/c": errpactv1err.DatabaseTemporarilyUnavailable, "/d": errors.New("nobody mapped it"),
		"/e": errpactv1err.NotExist, "/f": errpactv1err.ExternalServiceUnreachable, "/g": errpactv1err.NotRealized,
	}
	api := httptest.NewServer(rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/panic" {
			panic("no such index")
		}
		rest.Error(w, r, failures[r.URL.Path])
	}), rest.WithPolicy(policy)))
	defer api.Close()
	for _, path := range []string{"/a", "/b", "/c", "/d", "/e", "/f", "/g", "/panic"} {
		call(t, api.URL+path, strings.TrimPrefix(path, "/"))
	}
	if !client.Flush(10 * time.Second) {
		t.Fatal("Sentry's client still has events")
	}
	received.mu.Lock()
	defer received.mu.Unlock()
	var got []string
	for _, e := range received.events {
		cause := ""
		if len(e.Exception) > 0 {
			cause = e.Exception[0].Value
		}
		got = append(got, strings.Join([]string{e.Tags["request_id"], e.Tags["code"], e.Tags["reason"], e.Tags["origin"], e.Tags["procedure"],
			cause, strings.Join(e.Fingerprint, " ")}, "|"))
	}
	slices.Sort(got)
	const of = "errpact.v1.ErrorCode "
	want := []string{
		"a|ERROR_CODE_DATABASE||entry|GET /a|deadlock|" + of + "ERROR_CODE_DATABASE ",
		"b|ERROR_CODE_DATABASE||entry|GET /b|disk full|" + of + "ERROR_CODE_DATABASE ",
		"c|ERROR_CODE_DATABASE|TEMPORARILY_UNAVAILABLE|entry|GET /c|ERROR_CODE_DATABASE: Database is temporarily unavailable|" +
			of + "ERROR_CODE_DATABASE TEMPORARILY_UNAVAILABLE",
		"d|ERROR_CODE_UNKNOWN||unmapped|GET /d|nobody mapped it|" + of + "ERROR_CODE_UNKNOWN  {{ default }}",
		"panic|ERROR_CODE_UNKNOWN||panic|GET /panic||" + of + "ERROR_CODE_UNKNOWN  {{ default }}",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Sentry has (-want +got):\n%s", diff)
	}
	for _, path := range received.paths {
		if path != "/api/17/envelope/" {
			t.Errorf("Sentry was asked for %s", path)
		}
	}
}

func call(t *testing.T, url, id string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Request-Id", id)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
}
