// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// A recording is a log that keeps its lines.
type recording struct {
	min slog.Level

	mu    sync.Mutex
	lines []slog.Record
}

func (r *recording) Enabled(_ context.Context, level slog.Level) bool { return level >= r.min }
func (r *recording) WithAttrs([]slog.Attr) slog.Handler               { return r }
func (r *recording) WithGroup(string) slog.Handler                    { return r }

func (r *recording) Handle(_ context.Context, record slog.Record) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, record)
	return nil
}

// take returns the lines since the last time, each as its level and what the keys say: "WARN count=100".
func (r *recording) take(keys ...string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var lines []string
	for _, record := range r.lines {
		line := record.Level.String()
		record.Attrs(func(a slog.Attr) bool {
			if slices.Contains(keys, a.Key) {
				line += " " + a.String()
			}
			return true
		})
		lines = append(lines, line)
	}
	r.lines = nil
	return lines
}

// logTo sets the default logger for a test.
func logTo(t testing.TB, handler slog.Handler) {
	t.Helper()
	before, output, flags := slog.Default(), log.Writer(), log.Flags()
	slog.SetDefault(slog.New(handler))
	t.Cleanup(func() {
		slog.SetDefault(before)
		log.SetOutput(output) // SetDefault takes these over
		log.SetFlags(flags)
	})
}

// logged reports err as a transport does.
func logged(ctx context.Context, policy *mapping.Policy, err error) {
	call := &mapping.Call{Context: ctx, Procedure: "/a.B/C", RequestID: "id-1", Classify: transport.ClassifyConnect}
	answer := policy.Translate(call, err)
	answer.Report(call)
}

// defaultPolicy reports to the log.
func defaultPolicy(t testing.TB, options ...mapping.Option) *mapping.Policy {
	t.Helper()
	policy, err := mapping.NewPolicy(options...)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

func TestLogReportHasALevelForEachError(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	cause, tenant := errors.New("cause"), slog.String("tenant", "acme")
	large := errpactv1err.NotExist.WithPayload(strings.Repeat("x", 5000))
	for _, test := range []struct {
		name string
		ctx  context.Context
		err  error
		want string // the level, and the fault
	}{
		{"nobody's", t.Context(), cause, "ERROR fault=server"},
		{"the server's", t.Context(), errpactv1err.Database, "ERROR fault=server"},
		{"the server's, 503", t.Context(), errpactv1err.DatabaseTemporarilyUnavailable.Wrap(cause), "ERROR fault=server"},
		{"not realized", t.Context(), errpactv1err.NotRealized, "ERROR fault=caller"},
		{"an upstream's", t.Context(), errpactv1err.ExternalService.Wrap(cause), "WARN fault=upstream"},
		{"an upstream's, 504", t.Context(), errpactv1err.ExternalServiceTimedOut, "WARN fault=upstream"},
		{"another service's error", t.Context(), connect.NewWireError(connect.CodeNotFound, cause), "WARN fault=upstream"},
		{"a caller's", t.Context(), errpactv1err.NotExist, ""},
		{"a caller's, with a message", t.Context(), errpactv1err.NotExist.New("no such folder"), ""},
		{"a caller's, with metadata", t.Context(), errpactv1err.NotExist.WithMetadata("k", "v"), ""},
		{"a caller's, with a cause", t.Context(), errpactv1err.NotExist.Wrap(cause), "DEBUG fault=caller"},
		{"a caller's, with attributes", t.Context(), errpactv1err.NotExist.WithLog(tenant), "DEBUG fault=caller"},
		{"a caller's, wrapped", t.Context(), fmt.Errorf("find: %w", errpactv1err.NotExist), "DEBUG fault=caller"},
		{"a caller's, of Connect", t.Context(), connect.NewError(connect.CodeNotFound, cause), "DEBUG fault=caller"},
		{"too large", t.Context(), large, "WARN fault=caller"},
		{"an undeclared reason", t.Context(), errpactv1err.NotExist.WithReason("NO_FODLER"), "WARN fault=caller undeclared_reason=true"},
		{"a server's undeclared reason", t.Context(), errpactv1err.Database.WithReason("DEDLOCK"), "ERROR fault=server undeclared_reason=true"},
		{"the caller's end", gone, gone.Err(), "DEBUG fault=caller caller_gone=true"},
		{"an entry made of the caller's end", gone, errpactv1err.Database.Wrap(gone.Err()), "DEBUG fault=caller caller_gone=true"},
		{"an error beside the caller's end", gone, errpactv1err.Database.Wrap(cause), "ERROR fault=server"},
		{"a redacted error", t.Context(), connect.NewError(connect.CodeInternal, cause), "ERROR fault=server"},
	} {
		for _, least := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelError + 1} {
			t.Run(fmt.Sprintf("%s at %v", test.name, least), func(t *testing.T) {
				to := &recording{min: least}
				logTo(t, to)
				want := []string{test.want}
				if test.want == "" || least > slog.LevelError || least > slog.LevelDebug && strings.HasPrefix(test.want, "DEBUG") {
					want = nil
				}
				logged(test.ctx, defaultPolicy(t), test.err)
				if diff := cmp.Diff(want, to.take("fault", "caller_gone", "undeclared_reason")); diff != "" {
					t.Errorf("lines (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestLogReportOfWhatHasNoAnswer(t *testing.T) {
	to := &recording{min: slog.LevelDebug}
	logTo(t, to)
	policy := defaultPolicy(t)
	for _, r := range []mapping.Report{{}, {Err: errors.New("x")}, {CallerGone: true}, {CallerGone: true, Err: errors.New("x")}, {Panic: "x"}, {Panic: "x", CallerGone: true}} {
		policy.Tell(t.Context(), r)
		mapping.LogReport(t.Context(), r)
	}
	want := []string{"ERROR fault=server", "ERROR fault=server", "ERROR fault=server", "ERROR fault=server", "DEBUG fault=caller", "DEBUG fault=caller", "ERROR fault=server", "ERROR fault=server", "ERROR fault=caller", "ERROR fault=caller"}
	if diff := cmp.Diff(want, to.take("fault")); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestAnOutageHasFewLines(t *testing.T) {
	debug, warn := &recording{min: slog.LevelDebug}, &recording{min: slog.LevelInfo}
	for name, options := range map[string][]mapping.Option{
		"the default":   nil,
		"LogReportWith": {mapping.WithReport(mapping.LogReportWith(nil))},
	} {
		t.Run(name, func(t *testing.T) {
			policy := defaultPolicy(t, options...)
			logTo(t, warn)
			for range 150 {
				logged(t.Context(), policy, errpactv1err.ExternalServiceUnreachable.Wrap(errors.New("dial")))
			}
			logged(t.Context(), policy, errpactv1err.ExternalServiceTimedOut) // another outage
			logged(t.Context(), policy, errpactv1err.DatabaseTemporarilyUnavailable)
			logged(t.Context(), policy, errpactv1err.DatabaseTemporarilyUnavailable)
			want := []string{
				"WARN reason=UNREACHABLE count=1", "WARN reason=UNREACHABLE count=100 left_out=98", "WARN reason=TIMED_OUT count=1",
				"ERROR reason=TEMPORARILY_UNAVAILABLE", "ERROR reason=TEMPORARILY_UNAVAILABLE",
			}
			if diff := cmp.Diff(want, warn.take("reason", "count", "left_out")); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			logTo(t, debug)
			for range 3 {
				logged(t.Context(), policy, errpactv1err.ExternalServiceUnreachable)
			}
			if diff := cmp.Diff([]string{"DEBUG count=151", "DEBUG count=152", "DEBUG count=153"}, debug.take("count", "left_out")); diff != "" {
				t.Errorf("lines at Debug (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPoliciesCountOutagesByThemselves, where they have no report of their own.
func TestPoliciesCountOutagesByThemselves(t *testing.T) {
	to := &recording{min: slog.LevelWarn}
	logTo(t, to)
	one, other := defaultPolicy(t), defaultPolicy(t)
	for range 3 {
		logged(t.Context(), one, errpactv1err.ExternalServiceRejected)
		logged(t.Context(), other, errpactv1err.ExternalServiceRejected)
	}
	if diff := cmp.Diff([]string{"WARN count=1", "WARN count=1"}, to.take("count")); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestLogReportWithChoosesLevels(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	byFault := func(r mapping.Report) slog.Level {
		return map[mapping.Fault]slog.Level{mapping.FaultCaller: slog.LevelInfo, mapping.FaultServer: slog.LevelError, mapping.FaultUpstream: slog.LevelError + 4}[mapping.FaultOf(r.Sent)]
	}
	fixed := func(level slog.Level) func(mapping.Report) slog.Level {
		return func(mapping.Report) slog.Level { return level }
	}
	for _, test := range []struct {
		name  string
		level func(mapping.Report) slog.Level
		ctx   context.Context
		err   error
		want  []string
	}{
		{"nil: the default", nil, t.Context(), errpactv1err.Database, []string{"ERROR number=12"}},
		{"nil: nothing to say", nil, t.Context(), errpactv1err.NotExist, nil},
		{"a caller's", byFault, t.Context(), errpactv1err.NotExist, []string{"INFO number=10"}},
		{"a server's", byFault, t.Context(), errors.New("x"), []string{"ERROR number=0"}},
		{"an upstream's", byFault, t.Context(), errpactv1err.ExternalServiceBroken, []string{"ERROR+4 number=11"}},
		{"the caller's end", byFault, gone, gone.Err(), []string{"INFO number=0"}},
		{"enabled", fixed(slog.LevelInfo), t.Context(), errpactv1err.Database, []string{"INFO number=12"}},
		{"not enabled", fixed(slog.LevelDebug), t.Context(), errpactv1err.Database, nil},
		{"far below", fixed(-1 << 30), t.Context(), errpactv1err.Database, nil},
		{"far above", fixed(1 << 20), t.Context(), errpactv1err.AuthInvalid, []string{"ERROR+1048568 number=7"}},
		{"of a redacted error", fixed(slog.LevelWarn), t.Context(), connect.NewError(connect.CodeInternal, errors.New("x")), []string{"WARN number=0"}},
		{"one that panics", func(mapping.Report) slog.Level { panic("no level") }, t.Context(), errpactv1err.Database, []string{"ERROR"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			to := &recording{min: slog.LevelInfo}
			logTo(t, to)
			logged(test.ctx, defaultPolicy(t, mapping.WithReport(mapping.LogReportWith(test.level))), test.err)
			if diff := cmp.Diff(test.want, to.take("number")); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNilErrorIsNamedInTheLog: the caller's UNKNOWN would have no cause otherwise.
func TestNilErrorIsNamedInTheLog(t *testing.T) {
	to := &recording{min: slog.LevelInfo}
	logTo(t, to)
	logged(t.Context(), defaultPolicy(t), (*mapping.Error)(nil))
	want := []string{"ERROR cause=a nil *mapping.Error was returned as an error: declare the result or variable that holds it as error"}
	if diff := cmp.Diff(want, to.take("cause")); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

// TestReportThatPanicsIsLoggedOnce for each policy: its reports are lost, and somebody has to know.
func TestReportThatPanicsIsLoggedOnce(t *testing.T) {
	to := &recording{min: slog.LevelInfo}
	logTo(t, to)
	for _, value := range []any{"a", errors.New("b"), (*driverError)(nil)} {
		policy := defaultPolicy(t, mapping.WithReport(func(context.Context, mapping.Report) { panic(value) }))
		for range 3 {
			logged(t.Context(), policy, errpactv1err.Database)
		}
	}
	if diff := cmp.Diff([]string{"ERROR panic=a", "ERROR panic=b", "ERROR panic=<nil>"}, to.take("panic")); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

// TestLogHandlersThatPanicHarmNobody, neither where they are asked nor where they write.
func TestLogHandlersThatPanicHarmNobody(t *testing.T) {
	for _, handler := range []slog.Handler{panickingHandler{enabled: true}, panickingHandler{}} {
		logTo(t, handler)
		logged(t.Context(), defaultPolicy(t), errpactv1err.NotExist.Wrap(errors.New("x")))
		logged(t.Context(), defaultPolicy(t), errpactv1err.Database)
		logged(t.Context(), defaultPolicy(t), answeredBy(t, errpactv1err.Database))
	}
}

type panickingHandler struct {
	slog.Handler
	enabled bool
}

func (h panickingHandler) Enabled(context.Context, slog.Level) bool {
	if !h.enabled {
		panic("asked")
	}
	return true
}

func (panickingHandler) Handle(context.Context, slog.Record) error { panic("told") }

// selfish is a value whose LogValue has itself in it.
type selfish struct{}

func (s selfish) LogValue() slog.Value { return slog.GroupValue(slog.Any("self", s)) }

// TestLogsOfOddErrorsEnd: whatever an error's own methods and values do.
func TestLogsOfOddErrorsEnd(t *testing.T) {
	chain := errors.New("end")
	for range 5000 {
		chain = fmt.Errorf("x: %w", chain)
	}
	for _, newHandler := range []func(io.Writer, *slog.HandlerOptions) slog.Handler{
		func(w io.Writer, o *slog.HandlerOptions) slog.Handler { return slog.NewTextHandler(w, o) },
		func(w io.Writer, o *slog.HandlerOptions) slog.Handler { return slog.NewJSONHandler(w, o) },
	} {
		var written strings.Builder
		logTo(t, newHandler(&written, nil))
		for _, err := range []error{
			new(loop), asking{}, errpactv1err.Database.Wrap(asking{}), errpactv1err.Database.WithLog(slog.Any("self", selfish{})),
			errpactv1err.Database.Wrap((*driverError)(nil)), errpactv1err.Database.Wrap(fmt.Errorf("x: %w", (*driverError)(nil))), (*mapping.Error)(nil),
			chain, errpactv1err.Database.Wrap(chain), errors.Join(chain, nil, asking{}), errpactv1err.Database.WithLog(slog.Attr{}, slog.Group("")), errpactv1err.Database.WithLog(slog.Any("f", func() {})),
		} {
			written.Reset()
			logged(t.Context(), defaultPolicy(t), err)
			if n := strings.Count(written.String(), "\n"); n != 1 || written.Len() > 64<<10 {
				t.Errorf("%T: %d lines, %d bytes", err, n, written.Len())
			}
		}
	}
}

// TestTheLineOfADropNamesTheLimit, and what to do; not where something could not be encoded at all.
func TestTheLineOfADropNamesTheLimit(t *testing.T) {
	var lines recording
	logTo(t, &lines)
	policy := defaultPolicy(t, mapping.WithBudget(3000))
	logged(t.Context(), policy, errpactv1err.NotExist.WithPayload(strings.Repeat("x", 4000)))
	want := "WARN dropped=[payload] budget=3000 fix=give the error less, or raise the limit with mapping.WithBudget if every proxy in front takes larger headers"
	if got := lines.take("dropped", "budget", "fix"); !slices.Equal(got, []string{want}) {
		t.Errorf("over the budget: %q, want %q", got, want)
	}
	logged(t.Context(), policy, errpactv1err.NotExist.WithPayload(make(chan int)))
	if got := lines.take("budget", "fix"); !slices.Equal(got, []string{"WARN"}) {
		t.Errorf("not encoded: %q", got)
	}
}
