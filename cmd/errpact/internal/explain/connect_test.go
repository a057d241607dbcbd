// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain_test

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
)

// connectErrors make an error of Connect's two versions.
var connectErrors = map[string]func(code uint32, message string) error{
	"v1": func(code uint32, message string) error {
		if message == "" {
			return connect.NewError(connect.Code(code), nil)
		}
		return connect.NewError(connect.Code(code), errors.New(message))
	},
	"v2": func(code uint32, message string) error { return connectv2.NewError(connectv2.Code(code), message) },
}

// logs are lines that hold an error's text.
var logs = map[string]func(error) string{
	"by itself": func(err error) string { return err.Error() },
	"wrapped":   func(err error) string { return fmt.Errorf("open gate: %w", fmt.Errorf("get lock 7: %w", err)).Error() },
	"joined":    func(err error) string { return errors.Join(err, errors.New("aborted: later")).Error() },
	"log": func(err error) string {
		var line bytes.Buffer
		log.New(&line, "", log.LstdFlags).Print(err)
		return line.String()
	},
	"log with the source": func(err error) string {
		var line bytes.Buffer
		log.New(&line, "gate ", log.LstdFlags|log.Lmicroseconds|log.LUTC|log.Lshortfile).Print(err)
		return line.String()
	},
	"slog's text": func(err error) string {
		var line bytes.Buffer
		slog.New(slog.NewTextHandler(&line, nil)).Error("open gate", "err", err, "gate", "north")
		return line.String()
	},
	"slog's JSON": func(err error) string {
		var line bytes.Buffer
		slog.New(slog.NewJSONHandler(&line, nil)).Error("open gate", "err", fmt.Errorf("get lock: %w", err))
		return line.String()
	},
	"in quotes": func(err error) string {
		return fmt.Sprintf("--- FAIL: TestGate\n    gate_test.go:7: got %q, want nil", err)
	},
}

// TestExplainsConnectsErrors reads the texts of the real libraries, of each code and with messages that look like
// something else.
func TestExplainsConnectsErrors(t *testing.T) {
	x := builtin(t)
	messages := []string{
		"no such lock", `say "a": b`, "ünï 門", `{"a":"b"}`, "rpc error: code = DataLoss desc = z", "not_found: y",
		`C:\new`, "[aborted] z", "100% 'sure'", "two\n - a\n - b", "a=b code=7",
	}
	for version, errorOf := range connectErrors {
		for code := uint32(1); code <= 16; code++ {
			for i, message := range messages {
				err := errorOf(code, message)
				for j, where := range slices.Sorted(maps.Keys(logs)) {
					line := logs[where]
					if (i+j+int(code))%4 != 0 {
						continue // a quarter of all, in which each code meets each message and each line
					}
					got, explainErr := x.Explain([]byte(line(err)))
					if explainErr != nil {
						t.Errorf("%s, %s: %q: %v", version, where, line(err), explainErr)
						continue
					}
					want := strings.ReplaceAll(message, "\n", " ")
					if got.ConnectCode != connect.Code(code).String() || got.Message != want || got.Form != "the text of a connect-go error" || !got.TextOnly {
						t.Errorf("%s, %s: %q is explained as %s %q, from %s", version, where, line(err), got.ConnectCode, got.Message, got.Form)
					}
				}
			}
		}
	}
}

// TestExplainsConnectsErrorsWithoutAMessage: these are no more than a word, which counts where nothing else is meant.
func TestExplainsConnectsErrorsWithoutAMessage(t *testing.T) {
	x := builtin(t)
	for version, errorOf := range connectErrors {
		for code := uint32(1); code <= 16; code++ {
			err := errorOf(code, "")
			for _, where := range []string{"by itself", "slog's text"} {
				got, explainErr := x.Explain([]byte(logs[where](err)))
				if explainErr != nil || got.ConnectCode != connect.Code(code).String() {
					t.Errorf("%s, %s: %v is explained as %+v, %v", version, where, err, got, explainErr)
				}
			}
			got, explainErr := x.Explain([]byte(logs["wrapped"](err)))
			if isName := strings.Contains(err.Error(), "_"); isName != (explainErr == nil) || isName && got.ConnectCode != err.Error() {
				t.Errorf("%s, wrapped: %v is explained as %+v, %v", version, err, got, explainErr)
			}
		}
	}
}
