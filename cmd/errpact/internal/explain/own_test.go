// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/cmd/errpact/internal/explain"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// logged are errors that handlers return, and what explain finds of each in the log.
var logged = map[string]struct {
	err  error
	want explain.Explanation
}{
	"bare": {
		errpactv1err.Database,
		explain.Explanation{Name: "ERROR_CODE_DATABASE", ConnectCode: "internal", HTTPStatus: 500, Message: "Critical database error"},
	},
	"a reason, attributes and a cause": {
		errpactv1err.DatabaseTemporarilyUnavailable.WithLog(slog.String("tenant", "acme"), slog.String("code", "X")).
			Wrap(errors.New("dial tcp: \"refused\"\nrpc error: code = NotFound desc = y code=ERROR_CODE_NOT_EXIST")),
		explain.Explanation{
			Name: "ERROR_CODE_DATABASE", Reason: "TEMPORARILY_UNAVAILABLE", ConnectCode: "unavailable", HTTPStatus: 503,
			Message: "Database is temporarily unavailable",
		},
	},
	"all that callers read": {
		errpactv1err.ContainerUnpackingFailedInvalidHash.New(`hash of "clip.jpg": differs, code=7 {"a":1} ünï`).
			WithMetadata("file", "a b=c").WithMetadata("other-key", "").
			WithField("manifest.files[0].hash", "want sha256: not md5").WithField("name", "is empty").WithField("name", "too short").
			WithPayload(map[string]string{"a": `"b"`}).Wrap(errors.New("x")),
		explain.Explanation{
			Name: "ERROR_CODE_CONTAINER_UNPACKING_FAILED", Reason: "INVALID_HASH", ConnectCode: "invalid_argument", HTTPStatus: 400,
			Message: `hash of "clip.jpg": differs, code=7 {"a":1} ünï`, Metadata: map[string]string{"file": "a b=c", "other-key": ""},
			Violations: []explain.Violation{
				{Field: "manifest.files[0].hash", Description: "want sha256: not md5"},
				{Field: "name", Description: "is empty"}, {Field: "name", Description: "too short"},
			},
			Payload: json.RawMessage(`{"a":"\"b\""}`),
		},
	},
	"fallen back": {
		fmt.Errorf("add: %w", connect.NewError(connect.CodeAborted, errors.New("somebody was faster: [not_found] x"))),
		explain.Explanation{Name: "ERROR_CODE_UNKNOWN", ConnectCode: "unknown", HTTPStatus: 500, Message: "Unknown server side error occurred"},
	},
	"redacted": {
		errors.New(`upstream said {"error_code":10,"error_message":"x","details":null}`),
		explain.Explanation{Name: "ERROR_CODE_UNKNOWN", ConnectCode: "unknown", HTTPStatus: 500, Message: "Unknown server side error occurred"},
	},
}

// handlers write a log.
var handlers = map[string]func(io.Writer) slog.Handler{
	"text": func(w io.Writer) slog.Handler {
		return slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug})
	},
	"JSON": func(w io.Writer) slog.Handler {
		return slog.NewJSONHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug})
	},
	"text in a group": func(w io.Writer) slog.Handler {
		return slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}).WithAttrs([]slog.Attr{slog.String("app", "api")}).WithGroup("rpc")
	},
	"JSON in a group": func(w io.Writer) slog.Handler {
		return slog.NewJSONHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}).WithGroup("rpc")
	},
	"text with the source": func(w io.Writer) slog.Handler {
		return slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true})
	},
}

func quotedJSON(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted)
}

// wrappers put a line into the form in which people find it, such as a journal or a container's log.
var wrappers = map[string]func(line string) string{
	"nothing":  func(line string) string { return line },
	"journald": func(line string) string { return "Nov 30 02:10:45 host-1 api[4711]: " + line },
	"journald's JSON": func(line string) string {
		return `{"PRIORITY":"6","MESSAGE":` + quotedJSON(line) + `,"_PID":"4711","_COMM":"api"}`
	},
	"Docker": func(line string) string {
		return `{"log":` + quotedJSON(line+"\n") + `,"stream":"stderr","time":"2026-11-30T02:10:45.1Z"}`
	},
	"Docker in journald": func(line string) string { return `{"MESSAGE":` + quotedJSON(`{"log":`+quotedJSON(line+"\n")+`}`) + `}` },
	"Docker Compose":     func(line string) string { return "api-1  | " + line },
	"the kubelet":        func(line string) string { return "2026-11-30T02:10:45.123456789Z stderr F " + line },
	"kubectl's prefix":   func(line string) string { return "[pod/api-7d9f/app] " + line },
	"zap": func(line string) string {
		return `{"level":"error","ts":1796005245.1,"caller":"app/main.go:7","msg":` + quotedJSON(line) + `}`
	},
	"zap's console": func(line string) string {
		return "2026-11-30T02:10:45.123Z\tERROR\tapp/main.go:7\tchild\t{\"line\": " + quotedJSON(line) + "}"
	},
	"logrus": func(line string) string { return `time="2026-11-30T02:10:45Z" level=error msg=` + strconv.Quote(line) },
	"a collector's array": func(line string) string {
		return `[{"date":1796005245.1,"kubernetes":{"pod":"api"},"message":` + quotedJSON(line) + `}]`
	},
	"colours": func(line string) string { return "\x1b[31mapi-1  |\x1b[0m \x1b[2m" + line + "\x1b[0m" },
	"Windows": func(line string) string { return line + "\r\n" },
	"other lines": func(line string) string {
		return "level=INFO msg=\"[info] server started\" addr=:8080\n" + line + "\nlevel=INFO msg=stopped code=0\n"
	},
}

// TestExplainsErrpactsLog reads the lines that the real log writes, by itself and as others pass them on.
func TestExplainsErrpactsLog(t *testing.T) {
	defer slog.SetDefault(slog.Default())
	x := builtin(t)
	for name, c := range logged {
		for kind, handler := range handlers {
			var log bytes.Buffer
			slog.SetDefault(slog.New(handler(&log)))
			report(t, c.err)
			for around, wrap := range wrappers {
				t.Run(name+"/"+kind+"/"+around, func(t *testing.T) {
					checkLogged(t, x, wrap(strings.TrimSuffix(log.String(), "\n")), c.want)
				})
			}
		}
	}
}

// report answers an error as a server does, which leaves a line.
func report(t *testing.T, err error) {
	t.Helper()
	policy, policyErr := mapping.NewPolicy(mapping.WithReport(mapping.LogReportWith(func(mapping.Report) slog.Level { return slog.LevelError })))
	if policyErr != nil {
		t.Fatal(policyErr)
	}
	call := &mapping.Call{Context: context.Background(), Procedure: "/gate.v1.Gate/Open", RequestID: "r-7"}
	answer := policy.Translate(call, err)
	answer.Report(call)
}

func checkLogged(t *testing.T, x *explain.Explainer, line string, want explain.Explanation) {
	t.Helper()
	got, err := x.Explain([]byte(line))
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	if got.Form != "a line of errpact's log" || got.Inferred || !got.Known || got.TextOnly {
		t.Errorf("%s\nread as %q, inferred %v, known %v", line, got.Form, got.Inferred, got.Known)
	}
	found := explain.Explanation{
		Name: got.Name, Reason: got.Reason, ConnectCode: got.ConnectCode, HTTPStatus: got.HTTPStatus, Message: got.Message,
		Metadata: got.Metadata, Violations: got.Violations, Payload: got.Payload,
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("%s (-want +got):\n%s", line, diff)
	}
}

// TestExplainsLoggedErrors reads errors that a program logs itself, as an attribute.
func TestExplainsLoggedErrors(t *testing.T) {
	x := builtin(t)
	for name, c := range logged {
		e, isOwn := mapping.From(c.err)
		if !isOwn {
			continue
		}
		for kind, handler := range handlers {
			var log bytes.Buffer
			slog.New(handler(&log)).Error("open gate", "took", time.Second, "err", e, "gate", "north: not_found: x")
			for around, wrap := range wrappers {
				t.Run(name+"/"+kind+"/"+around, func(t *testing.T) {
					checkLogged(t, x, wrap(strings.TrimSuffix(log.String(), "\n")), c.want)
				})
			}
		}
	}
}

// TestExplainsPrintedErrors reads Error() and %+v, by themselves and wrapped.
func TestExplainsPrintedErrors(t *testing.T) {
	x := builtin(t)
	for name, c := range logged {
		if _, isOwn := mapping.From(c.err); !isOwn {
			continue
		}
		for around, text := range map[string]string{
			"Error":     c.err.Error(),
			"%+v":       fmt.Sprintf("%+v", c.err),
			"wrapped":   fmt.Errorf("open gate: %w", fmt.Errorf("get lock 7: %w", c.err)).Error(),
			"a panic":   "panic: " + fmt.Sprintf("%+v", c.err) + "\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:7 +0x1d\n",
			"slog":      `time=2026-11-30T02:10:45Z level=ERROR msg=open err=` + strconv.Quote(fmt.Sprintf("%+v", c.err)),
			"log":       "2026/11/30 02:10:45 main.go:7: " + fmt.Sprintf("%+v", c.err) + "\n",
			"Docker":    `{"log":` + quotedJSON("2026/11/30 02:10:45 "+fmt.Sprintf("%+v", c.err)+"\n") + `,"stream":"stderr"}`,
			"in quotes": fmt.Sprintf("call failed with %q", fmt.Sprintf("%+v", c.err)),
		} {
			t.Run(name+"/"+around, func(t *testing.T) {
				got, err := x.Explain([]byte(text))
				if err != nil {
					t.Fatalf("%s: %v", text, err)
				}
				whole := strings.Contains(text, "cause=")
				if got.Form != "the text of an errpact error" || got.TextOnly == whole || got.Inferred || got.Name != c.want.Name || got.Message != c.want.Message {
					t.Errorf("%s\nexplained as %+v", text, got)
				}
				if strings.Contains(text, "reason=") && (got.Reason != c.want.Reason || !cmp.Equal(got.Metadata, c.want.Metadata) ||
					!cmp.Equal(got.Violations, c.want.Violations) || !cmp.Equal(got.Payload, c.want.Payload)) {
					t.Errorf("%s\nlost a part: %+v", text, got)
				}
			})
		}
	}
}
