// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package edges_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/callers"
)

const sendMax = 4000

// unsendables succeed with what cannot be sent: not UTF-8, or as large as Connect's limit forbids. What is
// too large is so when it is compressed, too.
var unsendables = map[string]string{"no UTF-8": canary + "\xff", "too large": canary + incompressible(4*sendMax)}

func incompressible(n int) string {
	b := make([]byte, n/2)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

func TestG13RESTCallersGetTheEnvelopeAndItIsReported(t *testing.T) {
	everyVersion(t, func(t *testing.T, v version) {
		for name, text := range unsendables {
			t.Run(name, func(t *testing.T) {
				told := newReports()
				server := loopback.Serve(t, stack{version: v, policy: told.policy(t), text: text, sendMax: sendMax}.handler(t))
				raw := request{method: "GET", path: "/v1/trouble/x"}.raw(t, server)
				checkEnvelope(t, raw, 500, `{"error_code":0,"error_message":"Unknown server side error occurred","details":null}`)
				stage, procedure := mapping.StageTransport, "GET /v1/trouble/x"
				if v.reads {
					stage, procedure = mapping.StageHandler, service+"Unary"
				}
				checkServers(t, wantReport(t, told, stage, procedure), codeOfUnsendable(name))
			})
		}
	})
}

func wantReport(t *testing.T, told reports, stage mapping.Stage, procedure string) mapping.Report {
	t.Helper()
	var r mapping.Report
	select {
	case r = <-told:
	case <-time.After(time.Minute): // in place of waiting for ever
		t.Fatal("nothing was reported")
	}
	if r.Stage != stage || r.Procedure != procedure || r.Err == nil || r.RequestID == "" {
		t.Errorf("report = %+v", r)
	}
	if len(told) != 0 {
		t.Errorf("one more report: %+v", <-told)
	}
	return r
}

// TestG13RPCCallersGetConnectsAnswerAndItIsReported: unary RPCs of a version whose interceptors do not see
// it. Those of streams are the interceptor's own to report.
func TestG13RPCCallersGetConnectsAnswerAndItIsReported(t *testing.T) {
	everyVersion(t, func(t *testing.T, v version) {
		for name, text := range unsendables {
			s := stack{version: v, text: text, sendMax: sendMax}
			without := loopback.Serve(t, s.handler(t))
			told := newReports()
			s.policy, s.rest = told.policy(t), []rest.Option{rest.WithRPCReports()}
			with := loopback.Serve(t, s.handler(t))
			for _, w := range ways {
				t.Run(name+"/"+w.String(), func(t *testing.T) {
					want, got := ask(t, without, v, w, nil), ask(t, with, v, w, nil)
					stage, code := mapping.StageResponse, codeOf(want)
					if v.reads {
						stage = mapping.StageHandler
						checkUnsendable(t, got, code)
					} else if want == nil || got == nil || clean(got) != clean(want) || codeOf(got) != code {
						t.Errorf("got %v, want %v", got, want)
					}
					if code != codeOfUnsendable(name) {
						t.Errorf("the code is %v", code)
					}
					checkServers(t, wantReport(t, told, stage, service+"Unary"), code)
				})
			}
		}
	})
}

// codeOfUnsendable returns the one code that a response has on every path.
func codeOfUnsendable(name string) connect.Code {
	if name == "too large" {
		return connect.CodeResourceExhausted
	}
	return connect.CodeInternal
}

// checkServers wants a report of the server's own fault, whatever the code says.
func checkServers(t *testing.T, r mapping.Report, code connect.Code) {
	t.Helper()
	if r.Sent.ConnectCode() != mapping.ConnectCode(code) || r.Sent.HTTPStatus() != 500 || r.Sent.Code() != errpactv1err.Unknown || r.Fault() != mapping.FaultServer || r.CallerGone {
		t.Errorf("report of %v %d, whose fault is the %s's: %+v", r.Sent, r.Sent.HTTPStatus(), r.Fault(), r)
	}
}

// checkUnsendable wants an error of Connect's own code that says nothing of why.
func checkUnsendable(t *testing.T, err error, code connect.Code) {
	t.Helper()
	e, ok := mapping.From(err)
	if !ok || e.Code() != errpactv1err.Unknown || codeOf(err) != code || e.Message() != errpactv1err.Unknown.Message() {
		t.Errorf("got %v", err)
	}
}

// clean has no U+00A0, which protobuf puts into its texts at random.
func clean(err error) string { return strings.ReplaceAll(err.Error(), "\u00a0", " ") }

// TestG13ReportsOfSuccessesAreNone, nor are errors told twice.
func TestG13ReportsOfSuccessesAreNone(t *testing.T) {
	everyVersion(t, func(t *testing.T, v version) {
		told := newReports()
		server := loopback.Serve(t, stack{version: v, policy: told.policy(t), text: "fine", rest: []rest.Option{rest.WithRPCReports()}}.handler(t))
		for _, w := range ways {
			if err := ask(t, server, v, w, nil); err != nil {
				t.Errorf("%s: %v", w, err)
			}
			call := v.dial(newTransport(t, w.HTTP1, nil), server.URL, w)
			if err := call.Err(t.Context(), callers.Method{Name: callers.ClientStream}, ""); codeOf(err) != connect.CodeUnimplemented {
				t.Errorf("%s: %v", w, err)
			}
			if r := wantReport(t, told, mapping.StageHandler, service+"ClientStream"); r.Sent.ConnectCode() != mapping.ConnectCode(connect.CodeUnimplemented) {
				t.Errorf("report = %+v", r)
			}
		}
	})
}

// TestG13AWriteThatFailsAfterASuccessIsReported has callers who are gone when the handler succeeds.
func TestG13AWriteThatFailsAfterASuccessIsReported(t *testing.T) {
	everyVersion(t, func(t *testing.T, v version) {
		for name, test := range map[string]struct{ path, procedure string }{
			"REST": {"/v1/trouble/x", "GET /v1/trouble/x"},
			"RPC":  {service + "Unary?connect=v1&encoding=json&message=%7B%7D", service + "Unary"},
		} {
			t.Run(name, func(t *testing.T) {
				told, entered := newReports(), make(chan struct{})
				server := loopback.Serve(t, stack{
					version: v, policy: told.policy(t), text: strings.Repeat("x", 32<<10), rest: []rest.Option{rest.WithRPCReports()},
					wait: func(ctx context.Context) {
						close(entered)
						<-ctx.Done()
					},
				}.handler(t))
				askAndLeave(t, server, test.path, entered)
				stage := mapping.StageResponse
				if v.reads && name == "RPC" { // a REST caller has a transcoder in between
					stage = mapping.StageHandler
				}
				if r := wantReport(t, told, stage, test.procedure); !r.CallerGone || r.Sent != nil && r.Sent.ConnectCode() != mapping.ConnectCode(connect.CodeCanceled) {
					t.Errorf("report = %+v", r)
				}
			})
		}
	})
}

// askAndLeave resets the connection when the handler runs, so that the server's next write is refused.
func askAndLeave(t *testing.T, server *httptest.Server, path string, entered <-chan struct{}) {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	<-entered
	if err := errors.Join(conn.(*net.TCPConn).SetLinger(0), conn.Close()); err != nil {
		t.Fatal(err)
	}
}
