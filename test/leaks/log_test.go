// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// logForgeries are what a caller sends so that a log shows a line that nobody wrote.
var logForgeries = []string{
	"\nlevel=ERROR msg=forged", "\r\n{\"level\":\"ERROR\",\"msg\":\"forged\"}", "\x1b[2Jforged", "a\x00b", "\u2028forged\u0085",
	"\xff\xfeforged", `" level=ERROR msg="forged`, "x msg=forged", strings.Repeat("\n", 2000),
}

// quoting handles nothing: it prints what it gets, a line for each record of its level and above.
type quoting struct {
	level slog.Level

	mu sync.Mutex
	to *bytes.Buffer
}

func (q *quoting) Enabled(_ context.Context, level slog.Level) bool { return level >= q.level }
func (q *quoting) WithAttrs([]slog.Attr) slog.Handler               { return q }
func (q *quoting) WithGroup(string) slog.Handler                    { return q }

func (q *quoting) Handle(_ context.Context, r slog.Record) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	_, _ = io.WriteString(q.to, r.Message)
	r.Attrs(func(a slog.Attr) bool {
		_, _ = fmt.Fprintf(q.to, " %s=%s", a.Key, a.Value)
		return true
	})
	_, err := q.to.WriteString("\n")
	return err
}

// TestG5CallersCannotForgeLogLines: the default report writes one line for each error, whatever a request's id,
// path, query, headers or body hold, and although the handler quotes nothing.
func TestG5CallersCannotForgeLogLines(t *testing.T) { // not parallel: it sets the default logger
	answer := func(_ context.Context, name string) error {
		return errpactv1err.Database.WithMetadata("name", name).WithField("f", name).WithPayload(name).
			WithLog(slog.String("name", name), slog.Any(name, []string{name}), slog.Group("g", slog.Any("e", errors.New(name)))).
			Wrap(fmt.Errorf("no folder %s: %w", name, errpactv1err.NotExist.WithMetadata("inner", name).WithLog(slog.String("inner", name))))
	}
	for _, st := range stacks {
		to := st.Serve(t, answering(answer, mapping.WithReport(mapping.LogReport)))
		t.Run(st.name, func(t *testing.T) { checkLogs(t, func(text string) int { return sendForgeries(t, st, to, text) }) })
	}
}

const atDebug = "plain at Debug"

// checkLogs holds what send has logged to one line for each error of HTTP 500, of which it gives the number. At
// Debug there are lines of others, too.
func checkLogs(t *testing.T, send func(text string) int) {
	t.Helper()
	for name, newHandler := range map[string]func(*bytes.Buffer) slog.Handler{
		"text":  func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"JSON":  func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		"plain": func(b *bytes.Buffer) slog.Handler { return &quoting{to: b} },
		atDebug: func(b *bytes.Buffer) slog.Handler { return &quoting{to: b, level: slog.LevelDebug} },
	} {
		t.Run(name, func(t *testing.T) {
			var logged bytes.Buffer
			setDefault(t, slog.New(newHandler(&logged)))
			sent := 0
			for _, text := range logForgeries {
				sent += send(text)
			}
			checkLines(t, logged.String(), sent, name)
		})
	}
}

func setDefault(t *testing.T, logger *slog.Logger) {
	t.Helper()
	before, output, flags := slog.Default(), log.Writer(), log.Flags()
	slog.SetDefault(logger)
	t.Cleanup(func() {
		slog.SetDefault(before)
		log.SetOutput(output) // SetDefault takes these over
		log.SetFlags(flags)
	})
}

// sendForgeries makes calls that are answered with errors of HTTP 500, and gives their number.
func sendForgeries(t *testing.T, st stack, to suite.Server, text string) (sent int) {
	t.Helper()
	escaped := url.PathEscape(text)
	header := func(value string) http.Header {
		return http.Header{"X-Request-Id": {value}, "Traceparent": {value}, "User-Agent": {value}, "Accept": {value}, "Authorization": {value}}
	}
	// A client refuses control characters in headers; what it lets through is as bad as it gets.
	value := strings.Map(func(r rune) rune {
		if r < ' ' {
			return '\t'
		}
		return r
	}, text)
	for _, w := range st.speaks(fewWires()) {
		if w.isREST() {
			continue
		}
		if a := newCaller(t, to, w).callWith(t.Context(), text, header(value)); !errors.Is(a.got, errpactv1err.Database) {
			t.Errorf("%q: the caller got %v", text, a.got)
		}
		sent++
	}
	if st.name == onGRPC {
		return sent
	}
	quoted, _ := json.Marshal(text)
	for _, forgery := range []struct{ method, path, body string }{
		{http.MethodGet, "/v1/trouble/a" + escaped, ""}, {http.MethodGet, "/own/a" + escaped, ""},
		{http.MethodGet, "/v1/trouble/a?kind=KIND_LARGE&inner.label=" + url.QueryEscape(text), ""},
		{http.MethodPost, "/v1/trouble", `{"name":` + string(quoted) + `}`},
	} {
		req, err := jsonRequest(forgery.method, to.URL+forgery.path, forgery.body)
		if err != nil {
			t.Fatal(err)
		}
		maps.Copy(req.Header, header(value))
		if statusOf(t, req) == http.StatusInternalServerError {
			sent++
		}
	}
	return sent
}

func statusOf(t *testing.T, req *http.Request) int {
	t.Helper()
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res.StatusCode
}

func checkLines(t *testing.T, logged string, want int, handler string) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(logged, "\n"), "\n")
	if len(lines) < want || len(lines) > want && handler != atDebug || want < len(logForgeries) {
		t.Errorf("%d lines, want %d", len(lines), want)
	}
	for _, line := range lines {
		if !isClean(line) {
			t.Errorf("control characters in %q", line)
		}
		if !strings.Contains(line, "errpact: ") || strings.HasPrefix(strings.TrimSpace(line), "level=") {
			t.Errorf("a line that nobody wrote: %q", line)
		}
		var record struct{ Msg, Level string }
		if handler == "JSON" && (json.Unmarshal([]byte(line), &record) != nil || record.Msg == "forged") {
			t.Errorf("a record that nobody wrote: %q", line)
		}
	}
}

// TestG5ErrorsPrintOnOneLine: by %+v and by slog, with everything in them, also if a caller sent it.
func TestG5ErrorsPrintOnOneLine(t *testing.T) {
	t.Parallel()
	for _, text := range logForgeries {
		err := errpactv1err.NotExist.New(text).WithMetadata("name", text).WithField(text, text).WithPayload(text).
			WithLog(slog.String(text, text), slog.Any("any", errors.New(text))).Wrap(errors.New(text))
		for _, verb := range []string{"%v", "%s", "%+v", "%q"} {
			if printed := fmt.Sprintf(verb, err); !isClean(printed) {
				t.Errorf("%s of %q prints %q", verb, text, printed)
			}
		}
		for name, newHandler := range map[string]func(io.Writer) slog.Handler{
			"text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
			"JSON": func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
		} {
			var logged bytes.Buffer
			slog.New(newHandler(&logged)).Error("failed", slog.Any("error", err), slog.Any("relayed", err.Relay()))
			line := strings.TrimSuffix(logged.String(), "\n")
			if name == "JSON" && (!json.Valid([]byte(line)) || strings.ContainsAny(line, "\n\r\x1b")) || name == "text" && !isClean(line) {
				t.Errorf("%s logs %s", name, strconv.Quote(line))
			}
		}
	}
}
