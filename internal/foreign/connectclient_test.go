// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/mapping"
)

// A response is a server's answer, byte for byte.
type response struct {
	status      int
	contentType string
	header      []string
	body        string
}

func (r response) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	_, _ = io.Copy(io.Discard, req.Body)
	w.Header().Set("Content-Type", r.contentType)
	for i := 0; i < len(r.header); i += 2 {
		w.Header().Set(r.header[i], r.header[i+1])
	}
	w.WriteHeader(r.status)
	_, _ = io.WriteString(w, r.body)
}

// A clientError is the error of a call, without the version of Connect.
type clientError struct {
	code    mapping.ConnectCode
	message string
	remote  bool
}

func (e clientError) String() string { return fmt.Sprintf("%v: %s", e.code, e.message) }

// callV1 calls a server with Connect v1.
func callV1(t *testing.T, h http.Handler, stream bool, options ...connect.ClientOption) clientError {
	t.Helper()
	s := httptest.NewServer(h)
	defer s.Close()
	client := connect.NewClient[text, text](s.Client(), s.URL+procedure, options...)
	var err error
	if stream {
		_, err = client.CallClientStream(t.Context()).CloseAndReceive()
	} else {
		_, err = client.CallUnary(t.Context(), connect.NewRequest(new(text)))
	}
	e, ok := errors.AsType[*connect.Error](err)
	if !ok {
		t.Fatalf("the call gave %v", err)
	}
	return clientError{mapping.ConnectCode(e.Code()), e.Message(), connect.IsWireError(e)}
}

// callV2 calls a server with Connect v2.
func callV2(t *testing.T, h http.Handler, stream bool, options ...connecthttp.Option) clientError {
	t.Helper()
	s := httptest.NewServer(h)
	defer s.Close()
	client := connectv2.NewClient(connecthttp.NewTransport(s.Client(), s.URL, options...))
	var err error
	if stream {
		err = receiveV2(t.Context(), client)
	} else {
		err = client.CallUnary(t.Context(), connectv2.Spec{Procedure: procedure, StreamType: connectv2.StreamTypeUnary}, new(text), new(text))
	}
	e, ok := errors.AsType[*connectv2.Error](err)
	if !ok {
		t.Fatalf("the call gave %v", err)
	}
	return clientError{mapping.ConnectCode(e.Code()), e.Message(), e.IsRemote()}
}

func receiveV2(ctx context.Context, client *connectv2.Client) error {
	stream, err := client.CallClientStream(ctx, connectv2.Spec{Procedure: procedure, StreamType: connectv2.StreamTypeClient})
	if err != nil {
		return err
	}
	defer func() { _ = stream.Close() }()
	if err := stream.CloseSend(); err != nil {
		return err
	}
	return stream.Receive(new(text))
}

func TestConnectClientsMiscount(t *testing.T) {
	end := frame(2, "{}")
	for name, body := range map[string]string{"no message": end, "two messages": frame(0, "") + frame(0, "") + end} {
		r := response{200, "application/connect+proto", nil, body}
		for version, got := range map[string]clientError{"v1": callV1(t, r, true), "v2": callV2(t, r, true)} {
			if !foreign.ConnectMiscount(got.code, got.message) || got.remote {
				t.Errorf("%s, %s: ConnectMiscount(%v) = false", version, name, got)
			}
		}
		web := response{200, "application/grpc-web+proto", nil, strings.TrimSuffix(body, end) + frame(0x80, "Grpc-Status: 0\r\n")}
		if got := callV2(t, web, false, connecthttp.WithGRPCWeb()); !foreign.ConnectMiscount(got.code, got.message) || got.remote {
			t.Errorf("unary, %s: ConnectMiscount(%v) = false", name, got)
		}
	}
	if foreign.ConnectMiscount(connectcode.Internal, "unary response has zero messages") || foreign.ConnectMiscount(connectcode.Unimplemented, "no such method") {
		t.Error("another error is a miscount")
	}
}

func TestConnectClientsGetHTTPStatus(t *testing.T) {
	for _, status := range []int{300, 400, 401, 403, 404, 405, 408, 418, 429, 500, 501, 502, 503, 504, 599} {
		r := response{status, "text/html", nil, "<h1>canary</h1>"}
		for name, got := range map[string]clientError{
			"v1": callV1(t, r, false), "v1 stream": callV1(t, r, true), "v1 gRPC-Web": callV1(t, r, false, connect.WithGRPCWeb()),
			"v2": callV2(t, r, false), "v2 stream": callV2(t, r, true), "v2 gRPC-Web": callV2(t, r, false, connecthttp.WithGRPCWeb()),
		} {
			if !foreign.ConnectHTTPStatus(got.code, got.message) || got.remote {
				t.Errorf("%s, %d: ConnectHTTPStatus(%v) = false", name, status, got)
			}
			if foreign.ConnectHTTPStatus(connectcode.NotFound, got.message) {
				t.Errorf("%s, %d: ConnectHTTPStatus(not_found) = true", name, status)
			}
		}
	}
	for _, message := range []string{"", "HTTP status ", "50", "five", "5000 things", "099 Odd", "+12 Odd"} {
		if foreign.ConnectHTTPStatus(connectcode.Unknown, message) {
			t.Errorf("ConnectHTTPStatus(%q) = true", message)
		}
	}
}

// TestConnectStatusLinesHaveAnyReasonPhrase: it is the upstream's, which may say anything in it. Only the code tells a
// handler's own text apart.
func TestConnectStatusLinesHaveAnyReasonPhrase(t *testing.T) {
	for message, test := range map[string]struct {
		code mapping.ConnectCode
		want bool
	}{
		"503 Backend fetch failed":            {connectcode.Unavailable, true},
		"504 GATEWAY_TIMEOUT":                 {connectcode.Unavailable, true},
		"403 Host a.corp not in allowlist":    {connectcode.PermissionDenied, true},
		"404 No such app":                     {connectcode.Unimplemented, true},
		"401":                                 {connectcode.Unauthenticated, true},
		"599 ":                                {connectcode.Unknown, true},
		"HTTP status 403 Zutritt verboten":    {connectcode.PermissionDenied, true},
		"403rd attempt":                       {connectcode.PermissionDenied, false},
		"403: the folder is locked":           {connectcode.PermissionDenied, false},
		"403 Forbidden":                       {connectcode.Unauthenticated, false},
		"404 Not Found":                       {connectcode.NotFound, false},
		"HTTP status code 503 is not allowed": {connectcode.Unavailable, false},
	} {
		if got := foreign.ConnectHTTPStatus(test.code, message); got != test.want {
			t.Errorf("ConnectHTTPStatus(%v, %q) = %t", test.code, message, got)
		}
	}
}

// TestConnectFailures are read from a client's own message about the call; only our interceptor asks, or a page is at
// hand.
func TestConnectFailures(t *testing.T) {
	page := func(status int) response { return response{status, "text/html", nil, "<h1>canary</h1>"} }
	noStatus := response{200, "application/grpc-web+proto", nil, ""}
	for name, test := range map[string]struct {
		got  clientError
		want mapping.CallFailure
	}{
		"v1, 429": {callV1(t, page(429), false), mapping.CallUnsent}, "v2, 429": {callV2(t, page(429), false), mapping.CallUnsent},
		"v1, 502": {callV1(t, page(502), false), mapping.CallBroken}, "v2, 502": {callV2(t, page(502), true), mapping.CallBroken},
		"v1, 503": {callV1(t, page(503), true), mapping.CallUnsent}, "v2, 503": {callV2(t, page(503), false), mapping.CallUnsent},
		"v1, 504": {callV1(t, page(504), false), mapping.CallTimedOut}, "v2, 504": {callV2(t, page(504), false, connecthttp.WithGRPCWeb()), mapping.CallTimedOut},
		"v1, 404": {callV1(t, page(404), false), 0}, "v2, 404": {callV2(t, page(404), false), 0},
		"v1, no status": {callV1(t, noStatus, false, connect.WithGRPCWeb()), mapping.CallRejected},
		"v2, no status": {callV2(t, noStatus, false, connecthttp.WithGRPCWeb()), mapping.CallRejected},
	} {
		if got := foreign.ConnectFailure(test.got.code, test.got.message); got != test.want {
			t.Errorf("%s: ConnectFailure(%v) = %d, want %d", name, test.got, got, test.want)
		}
	}
	client := connectv2.NewClient(connecthttp.NewTransport(http.DefaultClient, "http://[::1"))
	err := client.CallUnary(t.Context(), connectv2.Spec{Procedure: procedure, StreamType: connectv2.StreamTypeUnary}, new(text), new(text))
	if e, ok := errors.AsType[*connectv2.Error](err); !ok || foreign.ConnectFailure(mapping.ConnectCode(e.Code()), e.Message()) != mapping.CallRejected {
		t.Errorf("ConnectFailure(%v) is not CallRejected", err)
	}
}
