// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

const logPage = "../docs/log.md"

// logHandlers are slog's own, which leave out the time: it is never the same.
var logHandlers = map[string]func(io.Writer) slog.Handler{
	"text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, &withoutTime) },
	"json": func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, &withoutTime) },
}

var withoutTime = slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}}

// insertFolder is the page's handler.
func insertFolder() error {
	return errpactv1err.Database.WithLog(slog.String("tenant", "acme"), slog.Int("attempt", 2)).
		Wrap(fmt.Errorf("insert folder: %w", sql.ErrConnDone))
}

// TestLogPageIsCompiled: the page's code is in the tests, except for its indentation.
func TestLogPageIsCompiled(t *testing.T) {
	var page, code string
	for name, to := range map[string]*string{
		logPage: &page, "log_page_test.go": &code, "example_log_test.go": &code, "../test/sentry/sentry_test.go": &code,
	} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		*to += strings.ReplaceAll(string(content), "\t", "")
	}
	blocks := strings.Split(page, "```go\n")[1:]
	if len(blocks) != 3 {
		t.Errorf("%d blocks, want 3", len(blocks))
	}
	for _, block := range blocks {
		if block, _, _ = strings.Cut(block, "\n```"); !strings.Contains(code, block) {
			t.Errorf("the tests do not have\n%s", block)
		}
	}
}

// TestLogPageShowsTheLines that are written, in text and in JSON.
func TestLogPageShowsTheLines(t *testing.T) {
	content, err := os.ReadFile(logPage)
	if err != nil {
		t.Fatal(err)
	}
	page := string(content)
	for name, newHandler := range logHandlers {
		var written bytes.Buffer
		logTo(t, newHandler(&written))
		call := &mapping.Call{Context: t.Context(), Procedure: "/capsule.v1.FolderService/GetFolder", RequestID: "6bf2b74184ce1f54c57448caee4cf379"}
		answer := defaultPolicy(t).Translate(call, insertFolder())
		answer.Report(call)
		block := "```" + name + "\n" + written.String() + "```\n"
		if *update {
			page = regexp.MustCompile("(?s)```"+name+"\n.*?```\n").ReplaceAllLiteralString(page, block)
		} else if !strings.Contains(page, block) {
			t.Errorf("%s does not have\n%s", logPage, block)
		}
	}
	if *update {
		if err := os.WriteFile(logPage, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// everyKey are reports that have all keys together.
var everyKey = []mapping.Report{
	{
		Procedure: "/a.B/C", RequestID: "id-1", Stage: mapping.StageHandler, Origin: mapping.OriginEntry, Dropped: []string{"help"}, CallerGone: true, HandlerText: true, Undeclared: true, UndeclaredReason: true,
		Err: errpactv1err.Database.WithLog(slog.String("tenant", "acme")).Wrap(errors.New("cause")),
		Sent: errpactv1err.ContainerUnpackingFailedInvalidHash.WithMetadata("file", "a.jpg").WithField("folder.name", "too long").
			WithPayload([]int{1}),
	},
	{Sent: errpactv1err.ExternalServiceUnreachable.New("")},
	{Panic: "value", Stack: []byte("goroutine 1")},
}

// TestLogPageListsEveryKey, and no other.
func TestLogPageListsEveryKey(t *testing.T) {
	content, err := os.ReadFile(logPage)
	if err != nil {
		t.Fatal(err)
	}
	_, keys, _ := strings.Cut(string(content), "## The keys")
	keys, _, _ = strings.Cut(keys, "\n## ")
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|").FindAllStringSubmatch(keys, -1) {
		listed = append(listed, row[1])
	}
	var written bytes.Buffer
	logTo(t, logHandlers["json"](&written))
	report := mapping.LogReportWith(nil)
	for _, r := range everyKey {
		report(t.Context(), r)
	}
	for range 99 {
		report(t.Context(), everyKey[1])
	}
	found := make(map[string]bool)
	for line := range strings.Lines(written.String()) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		for key := range record {
			found[key] = true
		}
	}
	delete(found, "level")
	delete(found, "msg")
	slices.Sort(listed)
	if diff := cmp.Diff(listed, slices.Sorted(maps.Keys(found))); diff != "" {
		t.Errorf("keys (-listed +written):\n%s", diff)
	}
}

// TestLogLinesCanBeQueried: each attribute is one of its own, with its type.
func TestLogLinesCanBeQueried(t *testing.T) {
	inner := errpactv1err.NotExist.WithLog(slog.Int("inner", 1)).Wrap(errors.New("end"))
	for _, test := range []struct {
		name string
		err  error
		want map[string]any
	}{
		{"a plain error", errors.New("end"), map[string]any{"cause": "end", "chain": []any{"*errors.errorString: end"}}},
		{"a cause", errpactv1err.Database.Wrap(errors.New("end")), map[string]any{
			"cause": "end", "chain": []any{"*errors.errorString: end"},
		}},
		{"a wrapped error", fmt.Errorf("out: %w", errpactv1err.Database.Wrap(errors.New("end"))), map[string]any{
			"cause": "end", "chain": []any{"*fmt.wrapError: out: ERROR_CODE_DATABASE: Critical database error", "*mapping.Error: ERROR_CODE_DATABASE: Critical database error", "*errors.errorString: end"},
		}},
		{"a wrapped code", fmt.Errorf("out: %w", errpactv1err.Database), map[string]any{
			"cause": "out: ERROR_CODE_DATABASE: Critical database error", "chain": []any{"*fmt.wrapError: out: ERROR_CODE_DATABASE: Critical database error", "mapping.Code: ERROR_CODE_DATABASE: Critical database error"},
		}},
		{"layers", errpactv1err.Database.WithLog(slog.Int("outer", 2)).Wrap(inner), map[string]any{
			"cause": "end", "log": map[string]any{"outer": 2., "inner": 1.},
			"chain": []any{"*mapping.Error: ERROR_CODE_NOT_EXIST: Resource does not exist", "*errors.errorString: end"},
		}},
		{"joined", errpactv1err.Database.Wrap(errors.Join(errors.New("a"), errors.New("b"))), map[string]any{
			"cause": `a\nb`, "chain": []any{`*errors.joinError: a\nb`, "*errors.errorString: a", "*errors.errorString: b"},
		}},
		{"a group", errpactv1err.Database.WithLog(slog.Group("query", slog.String("table", "folders"), slog.Duration("took", 5))), map[string]any{
			"log": map[string]any{"query": map[string]any{"table": "folders", "took": 5.}},
		}},
		{"a struct", errpactv1err.Database.WithLog(slog.Any("row", struct{ ID int }{7})), map[string]any{"log": map[string]any{"row": map[string]any{"ID": 7.}}}},
		{"a list", errpactv1err.Database.WithLog(slog.Any("ids", []string{"a", "b"})), map[string]any{"log": map[string]any{"ids": []any{"a", "b"}}}},
		{"an error", errpactv1err.Database.WithLog(slog.Any("other", errpactv1err.NotExist.New("gone"))), map[string]any{
			"log": map[string]any{"other": map[string]any{"code": "ERROR_CODE_NOT_EXIST", "message": "gone"}},
		}},
		{"the same key", errpactv1err.Database.WithLog(slog.Int("n", 1)).Wrap(errpactv1err.NotExist.WithLog(slog.Int("n", 2), slog.Int("n", 3))), map[string]any{
			"cause": "ERROR_CODE_NOT_EXIST: Resource does not exist log.n=2 log.n_2=3", "chain": []any{"*mapping.Error: ERROR_CODE_NOT_EXIST: Resource does not exist"},
			"log": map[string]any{"n": 1., "n_2": 2., "n_3": 3.},
		}},
		{"keys of the line", errpactv1err.Database.WithLog(slog.String("code", "mine"), slog.Bool("caller_gone", true)), map[string]any{
			"log": map[string]any{"code": "mine", "caller_gone": true},
		}},
		{"other letters", errpactv1err.Database.Wrap(errors.New(`größer "als" erlaubt`)), map[string]any{
			"cause": `größer "als" erlaubt`, "chain": []any{`*errors.errorString: größer "als" erlaubt`},
		}},
		{"nothing more", errpactv1err.Database, map[string]any{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var written bytes.Buffer
			logTo(t, logHandlers["json"](&written))
			logged(context.Background(), defaultPolicy(t), test.err)
			var got map[string]any
			if err := json.Unmarshal(written.Bytes(), &got); err != nil {
				t.Fatalf("%s: %v", &written, err)
			}
			for key := range got {
				if _, private := map[string]bool{"cause": true, "chain": true, "log": true}[key]; !private {
					delete(got, key)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("the line (-want +got):\n%s", diff)
			}
		})
	}
}
