// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/mapping"
)

// unreadable are answers that neither client can read, and how each one's text starts, in the order of the list.
func unreadable() []struct {
	start    string
	response response
} {
	const (
		unary  = "application/proto"
		stream = "application/connect+proto"
		web    = "application/grpc-web+proto"
	)
	long := strings.Repeat("x", 100)
	return []struct {
		start    string
		response response
	}{
		{"corrupt response: 1 extra bytes", response{200, stream, nil, frame(2, "{}") + "x"}},
		{"gRPC-Web protocol error: trailers invalid: ", response{200, web, nil, frame(0x80, "no colon\r\n")}},
		{`invalid content-type: "text/plain"`, response{200, "text/plain", nil, ""}},
		{`invalid content-type: "application/json"`, response{200, "application/json", nil, ""}},
		{"message ", response{200, unary, nil, long}},
		{"message size 100 is larger ", response{200, stream, nil, frame(0, long)}},
		{"protocol error: incomplete envelope: ", response{200, stream, nil, "\x00\x00"}},
		{"protocol error: invalid envelope flags 8", response{200, stream, nil, frame(8, "x")}},
		{"protocol error: invalid error code ", response{200, web, nil, frame(0x80, "Grpc-Status: x\r\n")}},
		{"protocol error: invalid error message ", response{200, web, nil, frame(0x80, "Grpc-Status: 5\r\nGrpc-Message: %\r\n")}},
		{"protocol error: no Grpc-Status trailer", response{200, web, nil, ""}},
		{"protocol error: no Grpc-Status trailer", response{200, web, nil, frame(0x80, "A: b\r\n")}},
		{"protocol error: promised 5 bytes ", response{200, stream, nil, frame(0, "12345")[:7]}},
		{"protocol error: sent compressed ", response{200, stream, nil, frame(1, "x")}},
		{"protocol error: unexpected EOF", response{200, stream, nil, ""}},
		{"server returned invalid grpc-status-details-bin", response{200, web, nil, frame(0x80, "Grpc-Status: 5\r\nGrpc-Status-Details-Bin: !\r\n")}},
		{"server returned invalid protobuf", response{200, web, nil, frame(0x80, "Grpc-Status: 5\r\nGrpc-Status-Details-Bin: /////w\r\n")}},
		{`unknown encoding "br"`, response{200, unary, []string{"Content-Encoding", "br"}, ""}},
		{`unknown encoding "br"`, response{200, stream, []string{"Connect-Content-Encoding", "br"}, ""}},
		{"unmarshal end stream message: ", response{200, stream, nil, frame(2, "{")}},
		{"unmarshal message: ", response{200, unary, nil, "\xff"}},
		{"unmarshal message: ", response{200, stream, nil, frame(0, "\xff") + frame(2, "{}")}},
	}
}

func TestConnectClientsCannotReadAnAnswer(t *testing.T) {
	for _, test := range unreadable() {
		v1, v2 := []connect.ClientOption{connect.WithReadMaxBytes(60)}, []connecthttp.Option{connecthttp.WithReadMaxBytes(60)}
		if strings.HasPrefix(test.response.contentType, "application/grpc-web") {
			v1, v2 = append(v1, connect.WithGRPCWeb()), append(v2, connecthttp.WithGRPCWeb())
		}
		stream := test.response.contentType == "application/connect+proto"
		for version, got := range map[string]clientError{"v1": callV1(t, test.response, stream, v1...), "v2": callV2(t, test.response, stream, v2...)} {
			if !strings.HasPrefix(got.message, test.start) || got.remote {
				t.Errorf("%s: the call gave %q, want it to start with %q", version, got.message, test.start)
			}
			wantUnreadable(t, version, got)
		}
	}
	// The buffer that would have to fail never does.
	wantInSource(t, "connectrpc.com/connect", "unmarshal web trailers: %w")
	wantInSource(t, "connectrpc.com/connect/v2/connecthttp", "unmarshal web trailers: %s")
}

// wantUnreadable checks that a client's error is known by its text, and under its own code alone.
func wantUnreadable(t *testing.T, version string, got clientError) {
	t.Helper()
	codes := []mapping.ConnectCode{got.code}
	if strings.HasPrefix(got.message, "invalid content-type: ") || strings.HasPrefix(got.message, "protocol error: no Grpc-Status trailer") {
		codes = []mapping.ConnectCode{connectcode.Internal, connectcode.Unknown} // by the protocol that was spoken
	}
	for code := range mapping.ConnectCode(18) {
		if known := foreign.ConnectUnreadable(code, got.message); known != slices.Contains(codes, code) {
			t.Errorf("%s: ConnectUnreadable(%v, %q) = %t, and the client's code is %v", version, code, got.message, known, got.code)
		}
	}
}

func TestConnectClientsDoNotSendALargeRequest(t *testing.T) {
	long := wrapperspb.String(strings.Repeat("x", 100))
	call := func(options ...connect.ClientOption) {
		client := connect.NewClient[text, text](http.DefaultClient, "http://a.example"+procedure, options...)
		_, err := client.CallUnary(t.Context(), connect.NewRequest(long))
		e, ok := errors.AsType[*connect.Error](err)
		if !ok {
			t.Fatalf("the call gave %v", err)
		}
		wantUnreadable(t, "v1", clientError{mapping.ConnectCode(e.Code()), e.Message(), false})
	}
	callGet := func(options ...connect.ClientOption) {
		call(append(options, connect.WithHTTPGet(), connect.WithIdempotency(connect.IdempotencyNoSideEffects))...)
	}
	call(connect.WithSendMaxBytes(60))
	call(connect.WithSendMaxBytes(2), connect.WithSendGzip())
	callGet(connect.WithSendMaxBytes(60))
	callGet(connect.WithHTTPGetMaxURLSize(9, false))
	callGet(connect.WithHTTPGetMaxURLSize(9, false), connect.WithSendGzip())

	client := connectv2.NewClient(connecthttp.NewTransport(http.DefaultClient, "http://a.example", connecthttp.WithSendMaxBytes(60)))
	err := client.CallUnary(t.Context(), connectv2.Spec{Procedure: procedure, StreamType: connectv2.StreamTypeUnary}, long, new(text))
	e, ok := errors.AsType[*connectv2.Error](err)
	if !ok {
		t.Fatalf("the call gave %v", err)
	}
	wantUnreadable(t, "v2", clientError{mapping.ConnectCode(e.Code()), e.Message(), false})
	for _, packagePath := range []string{"connectrpc.com/connect", "connectrpc.com/connect/v2/connecthttp"} {
		wantInSource(t, packagePath,
			"message size %d exceeds sendMaxBytes %d", "message size %d exceeds sendMaxBytes %d: enabling request compression may help",
			"compressed message size %d exceeds sendMaxBytes %d",
			"url size %d exceeds getURLMaxBytes %d: enabling request compression may help", "compressed url size %d exceeds getURLMaxBytes %d")
	}
}

// TestConnectClientsNeedHTTP2ForBidi: the text has the upstream's URL.
func TestConnectClientsNeedHTTP2ForBidi(t *testing.T) {
	s := httptest.NewServer(response{200, "application/connect+proto", nil, ""})
	defer s.Close()
	v1 := connect.NewClient[text, text](s.Client(), s.URL+procedure).CallBidiStream(t.Context())
	_ = v1.CloseRequest()
	_, err := v1.Receive()
	if e, ok := errors.AsType[*connect.Error](err); !ok || !foreign.ConnectUnreadable(mapping.ConnectCode(e.Code()), e.Message()) {
		t.Errorf("v1: ConnectUnreadable(%v) = false", err)
	}
	v2, err := connectv2.NewClient(connecthttp.NewTransport(s.Client(), s.URL)).CallClientStream(t.Context(), connectv2.Spec{Procedure: procedure, StreamType: connectv2.StreamTypeBidi})
	if err == nil {
		_ = v2.CloseSend()
		err = v2.Receive(new(text))
		_ = v2.Close()
	}
	if e, ok := errors.AsType[*connectv2.Error](err); !ok || !foreign.ConnectUnreadable(mapping.ConnectCode(e.Code()), e.Message()) {
		t.Errorf("v2: ConnectUnreadable(%v) = false", err)
	}
}

// TestConnectClientsTellOfAReset by a text of net/http's, as an HTTP client gives it.
func TestConnectClientsTellOfAReset(t *testing.T) {
	for _, name := range []string{"INTERNAL_ERROR", "REFUSED_STREAM", "CANCEL", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "STREAM_CLOSED"} {
		reset := errors.New("stream error: stream ID 1; " + name + "; received from peer")
		client := &http.Client{Transport: failing{reset}}
		_, err := connect.NewClient[text, text](client, "http://a.example"+procedure).CallUnary(t.Context(), connect.NewRequest(new(text)))
		if e, ok := errors.AsType[*connect.Error](err); !ok || !foreign.ConnectBroken(mapping.ConnectCode(e.Code()), e.Message()) {
			t.Errorf("v1: ConnectBroken(%v) is false", err)
		}
		v2 := connectv2.NewClient(connecthttp.NewTransport(client, "http://a.example"))
		err = v2.CallUnary(context.WithoutCancel(t.Context()), connectv2.Spec{Procedure: procedure, StreamType: connectv2.StreamTypeUnary}, new(text), new(text))
		if e, ok := errors.AsType[*connectv2.Error](err); !ok || !foreign.ConnectBroken(mapping.ConnectCode(e.Code()), e.Message()) {
			t.Errorf("v2: ConnectBroken(%v) is false", err)
		}
	}
}

// TestConnectClientsTellOfAResetAtTheirDeadline: a server that learns of the end first confirms it so.
func TestConnectClientsTellOfAResetAtTheirDeadline(t *testing.T) {
	const message = "stream error: stream ID 1; CANCEL; received from peer"
	for code, want := range map[mapping.ConnectCode]mapping.CallFailure{
		connectcode.DeadlineExceeded: mapping.CallTimedOut, connectcode.Canceled: 0, connectcode.NotFound: 0,
	} {
		if got := foreign.ConnectFailure(code, message); got != want {
			t.Errorf("ConnectFailure(%v, %q) = %d, want %d", code, message, got, want)
		}
		if got := foreign.ConnectBroken(code, message); got != (code != connectcode.NotFound) {
			t.Errorf("ConnectBroken(%v, %q) = %t", code, message, got)
		}
	}
}

// TestConnectClientsTellOfACutAnswer, whose connection may be in the text with both addresses.
func TestConnectClientsTellOfACutAnswer(t *testing.T) {
	cut := func(contentType, body string) response {
		return response{200, contentType, []string{"Content-Length", "99"}, body}
	}
	for name, got := range map[string]clientError{
		"v1": callV1(t, cut("application/proto", "x"), false), "v2": callV2(t, cut("application/proto", "x"), false),
		"v1 stream": callV1(t, cut("application/connect+proto", frame(0, "12345")[:7]), true),
		"v2 stream": callV2(t, cut("application/connect+proto", frame(0, "12345")[:7]), true),
	} {
		for code := range mapping.ConnectCode(18) {
			if known := foreign.ConnectBroken(code, got.message); known != (code == got.code) || got.remote {
				t.Errorf("%s: ConnectBroken(%v, %q) = %t, and the client's code is %v", name, code, got.message, known, got.code)
			}
		}
	}
	for _, packagePath := range []string{"connectrpc.com/connect", "connectrpc.com/connect/v2/connecthttp"} {
		wantInSource(t, packagePath, "read message: %", "read enveloped message: %", "write envelope: %", "write message: %")
	}
}

// failing sends nothing.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestConnectTextsMatchAsAWhole(t *testing.T) {
	for _, message := range []string{
		"message size 5 is larger than configured max 4, or so", "message size 5", "message size is larger than configured max 4",
		`unknown encoding "br": accepted`, `unknown encoding "br`, "",
	} {
		for code := range mapping.ConnectCode(18) {
			if foreign.ConnectUnreadable(code, message) {
				t.Errorf("ConnectUnreadable(%v, %q) = true", code, message)
			}
		}
	}
}
