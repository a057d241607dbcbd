// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package auth_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/authn"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/callers"
)

// A refusal is what a foreign middleware writes, and what its callers get.
type refusal struct {
	name   string
	write  http.HandlerFunc
	code   mapping.ConnectCode
	status int
	want   mapping.Code
	// message is the text of the status, or else the entry's.
	message string
	delay   time.Duration
}

func text(status int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		http.Error(w, canary, status)
	}
}

var refusals = []refusal{
	{"a limiter", text(429, "Retry-After", "7"), 8, 429, errpactv1err.Unknown, "Too Many Requests", 7 * time.Second},
	{"maintenance", text(503, "Retry-After", "120"), 14, 503, errpactv1err.ExternalService, "Service Unavailable", 2 * time.Minute},
	{"no token", text(401), 16, 401, errpactv1err.AuthNotProvided, "", 0},
	{"no right", text(403), 7, 403, errpactv1err.AuthForbidden, "", 0},
	{"no such path", http.NotFound, 5, 404, errpactv1err.NotExist, "", 0},
	{"a bad request", text(400), 3, 400, errpactv1err.InvalidStructure, "", 0},
	{"a conflict", text(409), 10, 409, errpactv1err.InvalidValue, "Conflict", 0},
	{"a failure", text(500), 2, 500, errpactv1err.Unknown, "", 0},
	{"not for now", text(501), 12, 501, errpactv1err.NotRealized, "", 0},
	{"a page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusForbidden)
		_, _ = fmt.Fprintf(w, "<html>%s</html>", canary)
	}, 7, 403, errpactv1err.AuthForbidden, "", 0},
	{"nothing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, 7, 403, errpactv1err.AuthForbidden, "", 0},
}

// TestGateRefusesEveryClientInItsProtocol what a foreign middleware has refused, and reports it once.
func TestGateRefusesEveryClientInItsProtocol(t *testing.T) {
	for _, r := range refusals {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			var told reported.Reports
			gate := rest.Gate(func(http.Handler) http.Handler { return r.write })(nil)
			s := loopback.Serve(t, rest.Handler(gate, rest.WithPolicy(newPolicy(t, &told))))
			for _, c := range clients() {
				call := c.dial(t, s, "")
				for _, m := range callers.Methods {
					if !c.way.Carries(m) {
						continue
					}
					name := fmt.Sprintf("%s, %s", c.name, m)
					r.check(t, name, call.Err(t.Context(), m, ""))
					if all := told.Take(); len(all) != 1 || !strings.Contains(fmt.Sprintf("%+v", all[0].Err), "was answered") {
						t.Errorf("%s: reports %+v", name, all)
					}
				}
			}
			res, err := s.Client().Get(s.URL + "/v1/trouble/x")
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			r.check(t, "REST", rest.CheckResponse(res))
			if res.StatusCode != r.status || len(told.Take()) != 1 {
				t.Errorf("REST: %d", res.StatusCode)
			}
		})
	}
}

func (r refusal) check(t *testing.T, name string, err error) {
	t.Helper()
	e, ok := mapping.From(err)
	message := r.message
	if message == "" {
		message = r.want.Message()
	}
	if !ok || e.Code() != r.want || e.ConnectCode() != r.code || e.Message() != message || strings.Contains(fmt.Sprintf("%+v", err), canary) {
		t.Errorf("%s: %+v of code %v, want %v %q of %v", name, err, e.ConnectCode(), r.want, message, r.code)
	}
	if delay, _ := e.RetryDelay(); delay != r.delay {
		t.Errorf("%s: delay %v, want %v", name, delay, r.delay)
	}
}

func newPolicy(t *testing.T, told *reported.Reports) *mapping.Policy {
	t.Helper()
	policy, err := mapping.NewPolicy(mapping.WithReport(told.Add))
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// TestGatePassesCallsOfEveryKind, with messages in both directions, as the page mounts it.
func TestGatePassesCallsOfEveryKind(t *testing.T) {
	var called users
	limiter := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Ratelimit-Remaining", "3")
			next.ServeHTTP(w, r.WithContext(withUser(r.Context(), "anybody")))
		})
	}
	s := loopback.Serve(t, withForeign(serviceV1(t, &called), limiter))
	for _, c := range clients() {
		call := c.dial(t, s, "")
		for _, m := range []callers.Method{
			{Name: callers.Unary}, {Name: callers.ClientStream}, {Name: callers.ServerStream, Messages: 20}, {Name: callers.BidiStream, Messages: 20},
		} {
			if !c.way.Carries(m) {
				continue
			}
			if messages, err := call(t.Context(), m, ""); err != nil || messages < m.Messages {
				t.Errorf("%s, %s: %d messages, %v", c.name, m, messages, err)
			}
		}
	}
	if len(called.all) != 1 || !called.all["anybody"] {
		t.Errorf("the service was called for %v", called.all)
	}
}

// TestAuthIsReportedOnceToEveryClient, by the policy that the Handler has.
func TestAuthIsReportedOnceToEveryClient(t *testing.T) {
	var called users
	api := serviceV1(t, &called)
	auth := authn.NewMiddleware(rest.Auth(userOfRequest))
	middleware := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := userOf(r.Context(), r.Header)
		rest.Error(w, r, err)
	})
	for name, h := range map[string]http.Handler{"authn": auth.Wrap(api), "authn in a gate": rest.Gate(auth.Wrap)(api), "middleware": middleware} {
		var told reported.Reports
		inner := rest.Handler(h, rest.WithPolicy(newPolicy(t, &told)))
		behind := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inner.ServeHTTP(w, r) })
		for where, handler := range map[string]http.Handler{"the server's own": inner, "behind another": behind} {
			s := loopback.Serve(t, handler)
			for _, o := range outcomes {
				if o.authorization == good {
					continue
				}
				for _, c := range clients() {
					err := c.dial(t, s, o.authorization).Err(t.Context(), callers.Method{Name: callers.Unary}, "")
					checkRPC(t, fmt.Sprintf("%s, %s, %s", name, where, c.name), err, o)
					if all := told.Take(); len(all) != 1 || all[0].Procedure != "/errpact.interop.v1.TroubleService/Unary" {
						t.Errorf("%s, %s, %s, %q: reports %+v", name, where, c.name, o.authorization, all)
					}
				}
			}
		}
	}
}

// An authn.AuthFunc may be given by its own type, too.
var _ = authn.NewMiddleware(rest.Auth(authn.AuthFunc(userOfRequest)))

// userOfRequest is an authn.AuthFunc.
func userOfRequest(ctx context.Context, req authn.Request) (any, error) {
	return userOf(ctx, req.Header())
}

// TestTheDefaultPolicyLogsWhatAnAuthFuncCouldNotDo, for an RPC caller, without a Handler.
func TestTheDefaultPolicyLogsWhatAnAuthFuncCouldNotDo(t *testing.T) {
	before, output, flags := slog.Default(), log.Writer(), log.Flags()
	t.Cleanup(func() {
		slog.SetDefault(before)
		log.SetOutput(output)
		log.SetFlags(flags)
	})
	auth := authn.NewMiddleware(rest.Auth(userOfRequest))
	s := loopback.Serve(t, auth.Wrap(http.NotFoundHandler()))
	for _, c := range clients() {
		var lines bytes.Buffer
		slog.SetDefault(slog.New(slog.NewTextHandler(&lines, nil)))
		err := c.dial(t, s, "Bearer broken").Err(t.Context(), callers.Method{Name: callers.Unary}, "")
		checkRPC(t, c.name, err, outcome{want: errpactv1err.Unknown})
		if strings.Count(lines.String(), "\n") != 1 || !strings.Contains(lines.String(), canary) {
			t.Errorf("%s: the log has %q", c.name, lines.String())
		}
	}
}
