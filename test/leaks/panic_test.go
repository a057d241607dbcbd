// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// explosive is an error, a value of a log and a payload, of which one method panics.
type explosive struct{ at string }

func (e *explosive) explode(method string) {
	if e.at == method {
		panic(newTyped(errSecret))
	}
}

func (e *explosive) Error() string          { e.explode("Error"); return canary }
func (e *explosive) Unwrap() error          { e.explode("Unwrap"); return errSecret }
func (e *explosive) Is(error) bool          { e.explode("Is"); return false }
func (e *explosive) As(any) bool            { e.explode("As"); return false }
func (e *explosive) Timeout() bool          { e.explode("Timeout"); return false }
func (e *explosive) Temporary() bool        { e.explode("Temporary"); return false }
func (e *explosive) SQLState() string       { e.explode("SQLState"); return "" }
func (e *explosive) String() string         { e.explode("String"); return canary }
func (e *explosive) Format(fmt.State, rune) { e.explode("Format") }
func (e *explosive) LogValue() slog.Value   { e.explode("LogValue"); return slog.StringValue(canary) }
func (e *explosive) MarshalJSON() ([]byte, error) {
	e.explode("MarshalJSON")
	return []byte("null"), nil
}
func (e *explosive) MarshalText() ([]byte, error) { e.explode("MarshalText"); return nil, nil }

func (e *explosive) ProtoReflect() protoreflect.Message { panic(canary) }

type explosiveStatus struct{}

func (explosiveStatus) Error() string              { return canary }
func (explosiveStatus) GRPCStatus() *status.Status { panic(canary) }

func raise(value any) func(context.Context) error {
	return func(context.Context) error { panic(value) }
}

// squintingOstrichPanics has a name that is in its stack.
func squintingOstrichPanics(_ context.Context) error {
	var none []string
	return errors.New(none[len(canary)])
}

// panics are all that a handler can panic with.
var panics = []failure{
	{"a string", raise(canary), unknown},
	{"an error", raise(errSecret), unknown},
	{"a wrapped error", raise(fmt.Errorf("%s: %w", canary, errSecret)), unknown},
	{"a struct", raise(struct{ SquintingOstrich string }{canary}), unknown},
	{"a pointer", raise(newTyped(errSecret)), unknown},
	{"a slice", raise([]string{canary}), unknown},
	{"nil", raise(nil), unknown},
	{"typed nil", raise((*squintingOstrichError)(nil)), unknown},
	{"an error that panics", raise(&explosive{"Error"}), unknown},
	{"a value whose printing panics", raise(&explosive{"Format"}), unknown},
	{"errpact's error", raise(errpactv1err.NotExist.New(canary)), unknown},
	{"errpact's code", raise(errpactv1err.NotExist), unknown},
	{"Connect's error", raise(everywhere(connect.CodeNotFound)), unknown},
	{"Connect v2's error", raise(localV2(connectv2.CodeNotFound, canary)), unknown},
	{"grpc-go's error", raise(newStatus().Err()), unknown},
	{"the end of a file", raise(io.EOF), unknown},
	{"a context's error", raise(context.Canceled), unknown},
	{"http.ErrAbortHandler, wrapped", raise(fmt.Errorf("%s: %w", canary, http.ErrAbortHandler)), unknown},
	{"index", squintingOstrichPanics, unknown},
	{"nil pointer", func(context.Context) error { var e *squintingOstrichError; return errors.New(e.SquintingOstrich) }, unknown},
	{"nil map", func(context.Context) error { return assign(nil) }, unknown},
	{"type assertion", func(context.Context) error { return any(newTyped(nil)).(*explosive) }, unknown},
	{"while panicking", func(context.Context) error {
		defer func() { panic(canary + "again") }()
		panic(canary)
	}, unknown},
}

// explosions are errors that are returned, and panic when they are looked at.
func explosions() (all []failure) {
	for _, method := range []string{"Error", "Unwrap", "Is", "As", "Timeout", "Temporary", "SQLState", "String", "Format"} {
		e := &explosive{method}
		all = append(all,
			failure{method, give(e), unknown},
			failure{method + ", wrapped", give(&squintingOstrichError{canary, e}), unknown},
			failure{method + ", joined", give(errors.Join(errSecret, e)), unknown},
			failure{method + " of a cause", give(errpactv1err.NotExist.Wrap(e)), notExist},
		)
	}
	return append(all,
		failure{"Error of Connect's", give(connect.NewError(connect.CodeNotFound, &explosive{"Error"})), unknown},
		failure{"Error of a cause of Connect v2's", give(connectv2.NewError(connectv2.CodeNotFound, errPublic.Error()).WithCause(&explosive{"Error"})), notExist},
		failure{"Is of a cause of Connect v2's", give(connectv2.NewError(connectv2.CodeNotFound, errPublic.Error()).WithCause(&explosive{"Is"})), unknown},
		failure{"GRPCStatus", give(explosiveStatus{}), unknown},
		failure{"LogValue", give(errpactv1err.NotExist.WithLog(slog.Any("value", &explosive{"LogValue"}))), notExist},
		failure{"LogValue of a cause", give(errpactv1err.NotExist.Wrap(&explosive{"LogValue"})), notExist},
		failure{"Errorf of an error", func(context.Context) error {
			return errpactv1err.NotExist.Errorf("%v%w", &explosive{"Error"}, &explosive{"Format"})
		}, notExist},
		failure{"payload", func(context.Context) error { return errpactv1err.NotExist.WithPayload(&explosive{"MarshalJSON"}) }, unknown},
		failure{"text of a payload", func(context.Context) error {
			return errpactv1err.NotExist.WithPayload(map[*textOnly]int{{}: 1})
		}, unknown},
		failure{"detail", func(context.Context) error { return errpactv1err.NotExist.WithDetail(&explosive{}) }, unknown},
		failure{"a rule", give(&explodingRuleError{}), unknown},
		failure{"what a rule calls", give(fmt.Errorf("%s: %w", canary, &ruledToDeath{})), unknown},
		failure{"a credential's function", give(connect.NewError(connect.CodeUnauthenticated, errors.New("Access token is invalid"))),
			want{Code: errpactv1err.AuthNotProvided, inREST: errpactv1err.AuthInvalid, message: "Access token is invalid"}},
	)
}

func assign(m map[string]int) error {
	m[canary] = 1
	return nil
}

type textOnly struct{}

func (*textOnly) MarshalText() ([]byte, error) { panic(canary) }

// explodingRuleError makes a rule panic.
type explodingRuleError struct{}

func (*explodingRuleError) Error() string { return canary }

type ruledToDeath struct{}

func (*ruledToDeath) Error() string { return canary }

// explodingPolicy has functions of the user's that panic.
func explodingPolicy(report mapping.ReportFunc) []mapping.Option {
	return []mapping.Option{
		mapping.WithRules(
			mapping.MapAs(func(*explodingRuleError) *mapping.Error { panic(canary) }),
			mapping.MapAs(func(*ruledToDeath) *mapping.Error { panic(canary) }),
		),
		mapping.WithCredential(func(http.Header) bool { panic(canary) }),
		mapping.WithReport(report),
	}
}

// TestG9PanicsAreOpaque: the process and the connection survive, and so do reports that log everything, as text
// and as JSON.
func TestG9PanicsAreOpaque(t *testing.T) {
	t.Parallel()
	loggers := []*slog.Logger{slog.New(slog.NewTextHandler(io.Discard, nil)), slog.New(slog.NewJSONHandler(io.Discard, nil))}
	report := func(ctx context.Context, r mapping.Report) {
		for _, logger := range loggers {
			logger.LogAttrs(ctx, slog.LevelError, "failed", slog.Any("error", r.Err), slog.Any("sent", r.Sent), slog.Any("panic", r.Panic))
		}
		_, _ = fmt.Fprintf(io.Discard, "%+v %v %s", r.Err, r.Sent, r.Panic)
	}
	checkTable(t, slices.Concat(panics, explosions()), plainWires(), explodingPolicy(report)...)
}

func TestG9PanickingReportsChangeNoAnswer(t *testing.T) {
	t.Parallel()
	report := func(context.Context, mapping.Report) { panic(canary) }
	checkTable(t, slices.Concat(panics, explosions(), ownErrors), fewWires(), explodingPolicy(report)...)
}

// TestG9AbortHandlerAbortsOnEveryWire: net/http's own panic is no error and is not reported. To grpc-go
// it is a panic like any other.
func TestG9AbortHandlerAbortsOnEveryWire(t *testing.T) {
	t.Parallel()
	told := new(reported.Reports)
	t.Cleanup(func() {
		for _, r := range told.Take() {
			if r.RequestID != onGRPC {
				t.Errorf("a report: %+v", r)
			}
		}
	})
	s := answering(failing([]failure{{fail: raise(http.ErrAbortHandler)}}), mapping.WithReport(told.Add))
	everyStack(t, s, wires(), func(t *testing.T, c *caller) {
		a := c.callWith(t.Context(), "case-0", http.Header{"X-Request-Id": {c.stack}})
		if c.stack == onGRPC {
			unknown.check(t, "an abort", a)
		} else if a.ok || a.err == nil {
			t.Errorf("an aborted answer is %+v", a)
		}
		if opaque.Found(a.raw) {
			t.Errorf("an aborted answer has %q", a.raw)
		}
		if a := c.call(t.Context(), success); !a.ok {
			t.Errorf("after it, a success is %v", a.err)
		}
	})
}
