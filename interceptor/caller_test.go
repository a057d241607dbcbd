// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

func frame(flags byte, message []byte) []byte {
	b := binary.BigEndian.AppendUint32([]byte{flags}, uint32(len(message)))
	return append(b, message...)
}

// badStreams are request bodies that no client of ours sends.
var badStreams = []struct {
	name   string
	body   []byte
	number int32
	code   connect.Code
	text   string
}{
	{"no prefix", []byte{0, 0}, 3, connect.CodeInvalidArgument, "Invalid structure"},
	{"cut message", frame(0, []byte("\n\x04text"))[:8], 3, connect.CodeInvalidArgument, "Invalid structure"},
	{"not protobuf", frame(0, []byte("\xff\xff\xff")), 3, connect.CodeInvalidArgument, "Invalid structure"},
	{"no UTF-8", frame(0, []byte("\n\x01\xff")), 3, connect.CodeInvalidArgument, "Invalid structure"},
	{"unknown flags", frame(0x40, []byte("x")), 3, connect.CodeInvalidArgument, "Invalid structure"},
	{"compressed without", frame(1, []byte("x")), 3, connect.CodeInvalidArgument, "Invalid structure"},
	{"too large", frame(0, make([]byte, 5000)), 3, connect.CodeResourceExhausted, "Request Entity Too Large"},
}

func TestG3BadFramingIsTheCallersWithFixedText(t *testing.T) {
	seen := new(reported.Reports)
	server := loopback.Serve(t, newMux(func(context.Context, http.Header) error { return nil },
		intercepted(t, mapping.WithReport(seen.Add)), connect.WithReadMaxBytes(1000)))
	for _, contentType := range []string{"application/connect+proto", "application/grpc+proto", "application/grpc-web+proto"} {
		for _, procedure := range procedures[1:] {
			for _, bad := range badStreams {
				t.Run(contentType+procedure+"/"+bad.name, func(t *testing.T) {
					raw := post(t, server.URL+procedure, contentType, bytes.NewReader(bad.body))
					all := seen.Take()
					if len(all) != 1 || all[0].CallerGone || all[0].Sent.Code().Number() != bad.number {
						t.Fatalf("reports: %+v", all)
					}
					sent := all[0].Sent
					if sent.ConnectCode() != uint32(bad.code) || sent.Message() != bad.text {
						t.Errorf("sent %d: %q", sent.ConnectCode(), sent.Message())
					}
					for _, secret := range []string{"proto:", "protocol error", "unmarshal", "configured", "envelope"} {
						if bytes.Contains(raw, []byte(secret)) {
							t.Errorf("the answer has %q:\n%q", secret, raw)
						}
					}
				})
			}
		}
	}
}

// post sends raw bytes, and gives all bytes of the answer.
func post(t *testing.T, url, contentType string, body io.Reader) []byte {
	t.Helper()
	record := &recorder{RoundTripper: newTransport(t, true)}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	res, err := record.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Fatal(err)
	}
	return record.bytes()
}

func TestG3ABrokenRequestIsTheCallersEnd(t *testing.T) {
	for _, contentType := range []string{"application/connect+proto", "application/grpc+proto", "application/grpc-web+proto"} {
		for _, cut := range []int{0, 2, 8} {
			t.Run(contentType, func(t *testing.T) {
				told := make(chan mapping.Report, 1)
				server := serveErrors(t, func(context.Context, http.Header) error { return nil },
					mapping.WithReport(func(_ context.Context, r mapping.Report) { told <- r }))
				ctx, cancel := context.WithCancel(t.Context())
				body, write := io.Pipe()
				req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+bidiStream, body)
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("Content-Type", contentType)
				go func() {
					// The first message comes back, so that the handler is known to be there.
					whole := frame(0, []byte("\n\x04text"))
					_, _ = write.Write(append(whole, whole[:cut]...))
				}()
				res, err := newTransport(t, true).RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close()
				if _, err := io.ReadFull(res.Body, make([]byte, 11)); err != nil {
					t.Fatal(err)
				}
				cancel()
				_ = write.CloseWithError(context.Canceled) // the client waits in this before it looks at ctx
				r := <-told
				if !r.CallerGone || r.Sent.ConnectCode() != uint32(connect.CodeCanceled) {
					t.Errorf("reported %v of %v", r.Sent.ConnectCode(), r.Err)
				}
			})
		}
	}
}

func TestG13AResponseThatDoesNotMarshalIsOurFault(t *testing.T) {
	seen := new(reported.Reports)
	mux := http.NewServeMux()
	mux.Handle(serverStream, connect.NewServerStreamHandler(serverStream,
		func(_ context.Context, req *connect.Request[text], stream *connect.ServerStream[text]) error {
			if req.Msg.Value == "too large" {
				return stream.Send(wrapperspb.String(string(make([]byte, 5000))))
			}
			return stream.Send(&text{Value: canary + "\xff"})
		}, intercepted(t, mapping.WithReport(seen.Add)), connect.WithSendMaxBytes(4000)))
	server := loopback.Serve(t, mux)
	for _, w := range ways {
		for _, request := range []string{"too large", "no UTF-8"} {
			t.Run(w.name+"/"+request, func(t *testing.T) {
				record := &recorder{RoundTripper: newTransport(t, w.http2)}
				client := newClient(&http.Client{Transport: record}, server.URL, serverStream, w, decoding())
				stream, err := client.CallServerStream(t.Context(), connect.NewRequest(wrapperspb.String(request)))
				if err != nil {
					t.Fatal(err)
				}
				defer stream.Close()
				for stream.Receive() {
				}
				found, ok := mapping.From(stream.Err())
				if !ok || found.ConnectCode() != uint32(connect.CodeInternal) || found.Message() != "Unknown server side error occurred" {
					t.Errorf("the caller got %v", stream.Err())
				}
				if all := seen.Take(); len(all) != 1 || all[0].CallerGone || !all[0].Redacted {
					t.Errorf("reports: %+v", all)
				}
				if hasCanary(record.bytes()) || bytes.Contains(record.bytes(), []byte("marshal")) {
					t.Errorf("the answer tells why")
				}
			})
		}
	}
}

// callerEnds are what a handler may return when its request has ended.
var callerEnds = map[string]func(context.Context) error{
	"context's":      func(ctx context.Context) error { return ctx.Err() },
	"wrapped":        func(ctx context.Context) error { return errors.Join(errors.New(canary), ctx.Err()) },
	"coded canceled": func(context.Context) error { return connect.NewError(connect.CodeCanceled, errors.New(canary)) },
	"coded expired":  func(context.Context) error { return connect.NewError(connect.CodeDeadlineExceeded, nil) },
	"an upstream's": func(context.Context) error {
		return connect.NewWireError(connect.CodeDeadlineExceeded, errors.New(canary))
	},
	"an upstream's, too": func(context.Context) error { return connect.NewWireError(connect.CodeCanceled, errors.New(canary)) },
	"lib/pq's":           func(context.Context) error { return pqError("57014") },
}

type pqError string

func (e pqError) Error() string    { return canary }
func (e pqError) SQLState() string { return string(e) }

func TestG3TheCallersOwnEndIsNoFaultOfOurs(t *testing.T) {
	for name, end := range callerEnds {
		t.Run(name, func(t *testing.T) {
			entered, told := make(chan struct{}, 1), make(chan mapping.Report, 1)
			server := serveErrors(t, func(ctx context.Context, _ http.Header) error {
				entered <- struct{}{}
				<-ctx.Done()
				return end(ctx)
			}, mapping.WithRules(mapping.SQLRules()...), mapping.WithReport(func(_ context.Context, r mapping.Report) { told <- r }))
			everyWay(t, func(t *testing.T, procedure string, w way) {
				client := newClient(&http.Client{Transport: newTransport(t, w.http2)}, server.URL, procedure, w, decoding())
				ctx, cancel := context.WithCancel(t.Context())
				go func() {
					<-entered
					cancel()
				}()
				err := call(ctx, client, procedure, nil)
				if !errors.Is(err, context.Canceled) || connect.CodeOf(err) != connect.CodeCanceled {
					t.Errorf("the caller got %v", err)
				}
				if r := <-told; !r.CallerGone || r.Sent.ConnectCode() != uint32(connect.CodeCanceled) || r.Sent.HTTPStatus() != 499 {
					t.Errorf("reported %d, %d", r.Sent.ConnectCode(), r.Sent.HTTPStatus())
				}
			})
		})
	}
}

// expiring lets the server alone know the deadline, so that its answer is seen.
func expiring(w way) http.Header {
	if w.name[0] == 'g' {
		return http.Header{"Grpc-Timeout": {"20m"}}
	}
	return http.Header{"Connect-Timeout-Ms": {"20"}}
}

func TestG3TheCallersDeadlineIsDeadlineExceeded(t *testing.T) {
	for name, end := range callerEnds {
		t.Run(name, func(t *testing.T) {
			server := serveErrors(t, func(ctx context.Context, _ http.Header) error {
				<-ctx.Done()
				return end(ctx)
			}, mapping.WithRules(mapping.SQLRules()...))
			everyWay(t, func(t *testing.T, procedure string, w way) {
				client := newClient(&http.Client{Transport: newTransport(t, w.http2)}, server.URL, procedure, w, decoding())
				err := call(t.Context(), client, procedure, expiring(w))
				found, _ := mapping.From(err)
				if found.ConnectCode() != uint32(connect.CodeDeadlineExceeded) || found.Message() != "Gateway Timeout" || !connect.IsWireError(err) {
					t.Errorf("the caller got %v", err)
				}
			})
		})
	}
}

// TestG3ADeadlineThatIsDueCounts: an upstream with the same deadline ends slightly earlier.
func TestG3ADeadlineThatIsDueCounts(t *testing.T) {
	policy := (*mapping.Policy)(nil)
	for remaining, want := range map[time.Duration]uint32{
		time.Millisecond: uint32(connect.CodeDeadlineExceeded),
		time.Hour:        errpactv1err.ExternalServiceTimedOut.ConnectCode(),
	} {
		ctx, cancel := context.WithTimeout(t.Context(), remaining)
		answer := policy.Translate(&mapping.Call{Context: ctx}, context.DeadlineExceeded)
		if got := answer.Error().ConnectCode(); got != want {
			t.Errorf("%v before the deadline: %d, want %d", remaining, got, want)
		}
		cancel()
	}
}

func TestG3ADependencysOwnTimeoutIsNotTheCallers(t *testing.T) {
	server := serveErrors(t, func(ctx context.Context, _ http.Header) error {
		ctx, cancel := context.WithTimeout(ctx, time.Nanosecond)
		defer cancel()
		<-ctx.Done()
		return errors.Join(errors.New(canary), ctx.Err())
	})
	everyWay(t, func(t *testing.T, procedure string, w way) {
		client := newClient(&http.Client{Transport: newTransport(t, w.http2)}, server.URL, procedure, w, decoding())
		if err := call(t.Context(), client, procedure, nil); !errors.Is(err, errpactv1err.ExternalServiceTimedOut) {
			t.Errorf("the caller got %v", err)
		}
	})
}
