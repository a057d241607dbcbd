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
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor/rest"
	interopv1 "github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1"
	"github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/mapping"
)

// unsendable succeeds with what cannot be sent: not UTF-8, or as large as WithSendMaxBytes forbids.
type unsendable struct {
	interopv1connect.UnimplementedTroubleServiceHandler
	text string
	// wait is for the caller to go; nil is not to wait.
	wait func(context.Context)
}

func (s unsendable) Unary(ctx context.Context, _ *connect.Request[interopv1.UnaryRequest]) (*connect.Response[interopv1.UnaryResponse], error) {
	if s.wait != nil {
		s.wait(ctx)
	}
	return connect.NewResponse(&interopv1.UnaryResponse{Text: s.text}), nil
}

const sendMax = 4000

// unsendables are the two. What is too large is so when it is compressed, too.
var unsendables = map[string]string{"no UTF-8": canary + "\xff", "too large": canary + incompressible(4*sendMax)}

func incompressible(n int) string {
	b := make([]byte, n/2)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

func (s unsendable) handler(t *testing.T, told reports, options ...rest.Option) http.Handler {
	t.Helper()
	return stack{
		policy: told.policy(t), service: s, rest: options,
		options: []connect.HandlerOption{connect.WithSendMaxBytes(sendMax)},
	}.handler(t)
}

func TestG13RESTCallersGetTheEnvelopeAndItIsReported(t *testing.T) {
	for name, text := range unsendables {
		t.Run(name, func(t *testing.T) {
			told := newReports()
			raw := request{method: "GET", path: "/v1/trouble/x"}.raw(t, serve(t, unsendable{text: text}.handler(t, told)))
			if !strings.HasPrefix(raw, "HTTP/1.1 500 ") || !strings.HasSuffix(raw, `{"error_code":0,"error_message":"Unknown server side error occurred","details":null}`) {
				t.Errorf("answer = %s", raw)
			}
			if strings.Contains(raw, canary) {
				t.Errorf("the canary is in it")
			}
			wantReport(t, told, mapping.StageTransport, "GET /v1/trouble/x")
		})
	}
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

// TestG13RPCCallersGetConnectsAnswerAndItIsReported: unary RPCs, of which no interceptor sees it. Those
// of streams are the interceptor's own to report.
func TestG13RPCCallersGetConnectsAnswerAndItIsReported(t *testing.T) {
	for name, text := range unsendables {
		bare := stack{service: unsendable{text: text}, options: []connect.HandlerOption{connect.WithSendMaxBytes(sendMax)}}
		without := serve(t, bare.handler(t))
		told := newReports()
		with := serve(t, unsendable{text: text}.handler(t, told, rest.WithRPCReports()))
		for _, w := range ways {
			t.Run(name+"/"+w.name, func(t *testing.T) {
				_, want := newClient(t, without, w, nil).Unary(t.Context(), connect.NewRequest(new(interopv1.UnaryRequest)))
				_, got := newClient(t, with, w, nil).Unary(t.Context(), connect.NewRequest(new(interopv1.UnaryRequest)))
				if want == nil || got == nil || clean(got) != clean(want) || connect.CodeOf(got) != connect.CodeOf(want) {
					t.Errorf("got %v, want %v", got, want)
				}
				r := wantReport(t, told, mapping.StageResponse, service+"Unary")
				if r.Sent.ConnectCode() != uint32(connect.CodeOf(want)) || r.CallerGone {
					t.Errorf("report = %+v", r)
				}
			})
		}
	}
}

// clean has no U+00A0, which protobuf puts into its texts at random.
func clean(err error) string { return strings.ReplaceAll(err.Error(), "\u00a0", " ") }

// TestG13ReportsOfSuccessesAreNone, nor are errors told twice.
func TestG13ReportsOfSuccessesAreNone(t *testing.T) {
	told := newReports()
	server := serve(t, unsendable{text: "fine"}.handler(t, told, rest.WithRPCReports()))
	for _, w := range ways {
		client := newClient(t, server, w, nil)
		if _, err := client.Unary(t.Context(), connect.NewRequest(new(interopv1.UnaryRequest))); err != nil {
			t.Errorf("%s: %v", w.name, err)
		}
		stream, err := client.ServerStream(t.Context(), connect.NewRequest(new(interopv1.ServerStreamRequest)))
		if err != nil {
			t.Fatal(err)
		}
		for stream.Receive() {
		}
		if code := connect.CodeOf(stream.Err()); isEnd(stream.Err()) || code != connect.CodeUnimplemented {
			t.Errorf("%s: %v", w.name, stream.Err())
		}
		_ = stream.Close()
		if r := wantReport(t, told, mapping.StageHandler, service+"ServerStream"); r.Sent.ConnectCode() != uint32(connect.CodeUnimplemented) {
			t.Errorf("report = %+v", r)
		}
	}
}

// TestG13AWriteThatFailsAfterASuccessIsReported has callers who are gone when the handler succeeds.
func TestG13AWriteThatFailsAfterASuccessIsReported(t *testing.T) {
	for name, test := range map[string]struct{ path, procedure string }{
		"REST": {"/v1/trouble/x", "GET /v1/trouble/x"},
		"RPC":  {service + "Unary?connect=v1&encoding=json&message=%7B%7D", service + "Unary"},
	} {
		t.Run(name, func(t *testing.T) {
			told, entered := newReports(), make(chan struct{})
			s := unsendable{text: strings.Repeat("x", 32<<10), wait: func(ctx context.Context) {
				close(entered)
				<-ctx.Done()
			}}
			server := serve(t, stack{policy: told.policy(t), service: s, rest: []rest.Option{rest.WithRPCReports()}}.handler(t))
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(conn, "GET "+test.path+" HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			<-entered
			// The connection is reset, so that the server's next write is refused.
			if err := errors.Join(conn.(*net.TCPConn).SetLinger(0), conn.Close()); err != nil {
				t.Fatal(err)
			}
			if r := wantReport(t, told, mapping.StageResponse, test.procedure); !r.CallerGone || r.Sent != nil {
				t.Errorf("report = %+v", r)
			}
		})
	}
}
