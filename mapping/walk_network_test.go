// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"testing"
	"time"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// TestG2ACallByNetHTTPIsTheUpstreams: whatever a client of net/http says, it is not our UNKNOWN, and only a call of
// which nothing was sent is unreachable.
func TestG2ACallByNetHTTPIsTheUpstreams(t *testing.T) {
	unreachable, broken := errpactv1err.ExternalServiceUnreachable, errpactv1err.ExternalServiceBroken
	timedOut, rejected := errpactv1err.ExternalServiceTimedOut, errpactv1err.ExternalServiceRejected
	call := func(err error) error { return &url.Error{Op: "Post", URL: "http://canary", Err: err} }
	text := func(s string) error { return call(errors.New(s)) }
	reset := &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	dial := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	_, late := (&http.Client{Timeout: time.Nanosecond}).Head("http://127.0.0.1:1/")
	wants := map[error]mapping.Code{
		call(io.EOF): broken, call(io.ErrUnexpectedEOF): broken, call(net.ErrClosed): broken, call(reset): broken,
		text("http: server closed idle connection"): broken,
		text("http2: client connection lost"):       broken,
		text(`http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=NO_ERROR, debug=""`): broken,
		text("stream error: stream ID 3; INTERNAL_ERROR; received from peer"):                                   broken,
		text("stream error: stream ID 3; CANCEL"):                                                               broken,
		call(fmt.Errorf("net/http: HTTP/1.x transport connection broken: %w", io.EOF)):                          broken,
		call(&net.OpError{Op: "remote error", Err: tls.AlertError(80)}):                                         broken,
		text("stream error: stream ID 3; REFUSED_STREAM; received from peer"):                                   unreachable,
		text("http2: Transport received Server's graceful shutdown GOAWAY"):                                     unreachable,
		text("http2: Transport: cannot retry err [stream error: stream ID 1; REFUSED_STREAM; received from peer] after Request.Body was written; define Request.GetBody to avoid this error"): unreachable,
		text("net/http: TLS handshake timeout"):                                unreachable,
		text("tls: server selected unsupported protocol version 301"):          unreachable,
		text("tls: no supported versions satisfy MinVersion and MaxVersion"):   unreachable,
		text("http2: request header list larger than peer's advertised limit"): rejected,
		call(dial): unreachable,
		call(&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNRESET)}): unreachable,
		call(&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}):                            unreachable,
		call(&net.OpError{Op: "proxyconnect", Err: reset}):                                     unreachable,
		call(&net.OpError{Op: "remote error", Err: tls.AlertError(42)}):                        unreachable,
		call(&net.DNSError{Err: "no such host"}):                                               unreachable,
		text("Service Unavailable"):                                                            unreachable,
		late:                                                                                   timedOut,
		call(context.DeadlineExceeded):                                                         timedOut,
		call(os.ErrDeadlineExceeded):                                                           timedOut,
		text("net/http: request canceled"):                                                     timedOut,
		text("stopped after 10 redirects"):                                                     rejected,
		text(`unsupported protocol scheme "ftp"`):                                              rejected,
		text("http: no Host in request URL"):                                                   rejected,
		text(`malformed HTTP response "220"`):                                                  rejected,
		text("Forbidden"):                                                                      rejected,
		text("stream error: stream ID 3; PROTOCOL_ERROR; malformed response: missing status pseudo header"): rejected,
		call(errMine): rejected,
		call(nil):     rejected,
		// Of several calls, the one that came furthest decides.
		errors.Join(call(dial), call(io.EOF)):                   broken,
		errors.Join(call(dial), call(context.DeadlineExceeded)): timedOut,
		errors.Join(call(dial), call(errMine)):                  rejected,
		errors.Join(call(dial), call(dial)):                     unreachable,
		// Not calls.
		&url.Error{Op: "parse", URL: ":", Err: errors.New("missing protocol scheme")}: {},
		io.EOF: {}, io.ErrUnexpectedEOF: {}, errors.New("http: server closed idle connection"): {}, errors.New("Service Unavailable"): {},
	}
	checkRules(t, nil, wants)
	delete(wants, &url.Error{})
	checkRules(t, newPolicy(t, mapping.WithRules(mapping.NetRules()...)), wants)
	mine := newPolicy(t, mapping.WithRules(mapping.MapAs(func(e *url.Error) *mapping.Error { return errpactv1err.NotExist.New("") })))
	if got := translate(mine, call(io.EOF)); got.Code() != errpactv1err.NotExist {
		t.Errorf("a rule of the user's own is not asked first: %v", got)
	}
}

// TestAClientsOwnErrorIsJudgedAsAServersIs: what a client makes for want of an answer has the reason, and the delay,
// that a server would send on.
func TestAClientsOwnErrorIsJudgedAsAServersIs(t *testing.T) {
	dial := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for name, test := range map[string]struct {
		response mapping.ErrorResponse
		want     mapping.Code
		// role is what a server makes of it.
		role mapping.Code
	}{
		"dial":                   {mapping.ErrorResponse{ConnectCode: 14, Cause: dial}, errpactv1err.ExternalServiceUnreachable, errpactv1err.ExternalServiceUnreachable},
		"dial, in a text":        {mapping.ErrorResponse{ConnectCode: 14, Failure: mapping.CallUnsent}, errpactv1err.ExternalServiceUnreachable, errpactv1err.ExternalServiceUnreachable},
		"cut":                    {mapping.ErrorResponse{ConnectCode: 14, Cause: io.ErrUnexpectedEOF}, errpactv1err.ExternalServiceBroken, errpactv1err.ExternalServiceBroken},
		"an end that is missing": {mapping.ErrorResponse{ConnectCode: 13, Cause: io.ErrUnexpectedEOF}, errpactv1err.Unknown, errpactv1err.ExternalServiceRejected},
		"cut, whatever the code": {mapping.ErrorResponse{ConnectCode: 2, Cause: io.ErrUnexpectedEOF}, errpactv1err.Unknown, errpactv1err.ExternalServiceBroken},
		"a page of 502":          {mapping.ErrorResponse{ConnectCode: 14, Failure: mapping.FailureOfStatus(502)}, errpactv1err.ExternalServiceBroken, errpactv1err.ExternalServiceBroken},
		"a page of 504":          {mapping.ErrorResponse{ConnectCode: 14, Failure: mapping.FailureOfStatus(504)}, errpactv1err.ExternalServiceTimedOut, errpactv1err.ExternalServiceTimedOut},
		"a page of 429":          {mapping.ErrorResponse{ConnectCode: 14, Failure: mapping.FailureOfStatus(429)}, errpactv1err.ExternalServiceUnreachable, errpactv1err.ExternalServiceUnreachable},
		"a scheme":               {mapping.ErrorResponse{ConnectCode: 14, Cause: errors.New(`unsupported protocol scheme "ftp"`)}, errpactv1err.ExternalServiceRejected, errpactv1err.ExternalServiceRejected},
		"not known":              {mapping.ErrorResponse{ConnectCode: 14, Cause: errMine}, errpactv1err.ExternalServiceBroken, errpactv1err.ExternalServiceBroken},
		"a limit":                {mapping.ErrorResponse{ConnectCode: 8, Cause: errMine}, errpactv1err.Unknown, errpactv1err.ExternalServiceRejected},
		"its deadline":           {mapping.ErrorResponse{ConnectCode: 4, Cause: context.DeadlineExceeded}, errpactv1err.Unknown, errpactv1err.ExternalServiceTimedOut},
		"answered":               {mapping.ErrorResponse{ConnectCode: 14, Wire: true, Cause: errMine}, errpactv1err.ExternalService, errpactv1err.ExternalServiceUnreachable},
		"answered, says grpc-go": {mapping.ErrorResponse{ConnectCode: 8, Failure: mapping.CallAnswered}, errpactv1err.Unknown, errpactv1err.ExternalServiceUnreachable},
		"a cause that panics":    {mapping.ErrorResponse{ConnectCode: 14, Cause: asking{}}, errpactv1err.ExternalServiceBroken, errpactv1err.Unknown},
	} {
		got := (*mapping.Policy)(nil).Decode(&test.response)
		delay, _ := got.RetryDelay()
		if got.Code() != test.want.WithReason("") && got.Code().WithReason(got.Reason()) != test.want || got.Reason() != test.want.Reason() || !got.Inferred() || !got.Remote() {
			t.Errorf("%s: Decode = %v/%s, want %v", name, got, got.Reason(), test.want)
		}
		if unreachable := test.want == errpactv1err.ExternalServiceUnreachable; unreachable != (delay == time.Second) || got.ConnectCode() != test.response.ConnectCode {
			t.Errorf("%s: retry delay %v, Connect code %v", name, delay, got.ConnectCode())
		}
		if sent := translate(nil, got); !errors.Is(sent, test.role) {
			t.Errorf("%s: a server makes %v of it, want %v", name, sent, test.role)
		}
	}
}

// TestStatusesJudgeACallToARESTAPI, of which only the status is known.
func TestStatusesJudgeACallToARESTAPI(t *testing.T) {
	for status, want := range map[int]mapping.Code{
		400: errpactv1err.ExternalServiceRejected, 404: errpactv1err.ExternalServiceRejected, 408: errpactv1err.ExternalServiceTimedOut, 418: errpactv1err.ExternalServiceRejected,
		429: errpactv1err.ExternalServiceUnreachable, 499: errpactv1err.ExternalServiceTimedOut, 500: errpactv1err.ExternalServiceRejected, 501: errpactv1err.ExternalServiceRejected,
		502: errpactv1err.ExternalServiceBroken, 503: errpactv1err.ExternalServiceUnreachable, 504: errpactv1err.ExternalServiceTimedOut, 599: errpactv1err.ExternalServiceRejected,
	} {
		received := (*mapping.Policy)(nil).DecodeHTTP(&mapping.ErrorResponse{HTTPStatus: status})
		answer := (*mapping.Policy)(nil).Translate(&mapping.Call{Classify: transport.ClassifyConnect}, fmt.Errorf("a: %w", received))
		if got := answer.Error(); !errors.Is(got, want) {
			t.Errorf("%d became %v, want %v", status, got, want)
		}
	}
}

// TestAPlainConnectClientsErrorIsTheUpstreams, where its text is net/http's.
func TestAPlainConnectClientsErrorIsTheUpstreams(t *testing.T) {
	checkRules(t, nil, map[error]mapping.Code{
		connect.NewError(connect.CodeUnavailable, io.ErrUnexpectedEOF):                                                         errpactv1err.ExternalServiceBroken,
		connect.NewError(connect.CodeUnavailable, errors.New("stream error: stream ID 1; REFUSED_STREAM; received from peer")): errpactv1err.ExternalServiceUnreachable,
		connect.NewError(connect.CodeUnavailable, errors.New("502 Bad Gateway")):                                               errpactv1err.ExternalServiceBroken,
		connect.NewError(connect.CodeUnavailable, errors.New("HTTP status 504 Gateway Timeout")):                               errpactv1err.ExternalServiceTimedOut,
		connect.NewError(connect.CodeUnavailable, errors.New("503 Service Unavailable")):                                       errpactv1err.ExternalServiceUnreachable,
	})
	for text, code := range map[string]connect.Code{
		"message size 5242880 is larger than configured max 4194304":                                         connect.CodeResourceExhausted,
		"message is larger than configured max 4194304 - unable to determine message size: EOF":              connect.CodeResourceExhausted,
		"message size 5242880 exceeds sendMaxBytes 4194304":                                                  connect.CodeResourceExhausted,
		"unmarshal message: unmarshal into *acmev1.Thing: proto: cannot parse invalid wire-format data":      connect.CodeInvalidArgument,
		`invalid content-type: "text/html"; expecting "application/proto"`:                                   connect.CodeUnknown,
		"response from http://10.0.0.1/acme.v1.Things/Get is HTTP/1.1: bidi streams require at least HTTP/2": connect.CodeUnimplemented,
		"403 Forbidden": connect.CodePermissionDenied,
	} {
		checkRules(t, nil, map[error]mapping.Code{
			connect.NewError(code, errors.New(text)):       errpactv1err.ExternalServiceRejected,
			connectv2.NewError(connectv2.Code(code), text): errpactv1err.ExternalServiceRejected,
		})
	}
	if got := translate(nil, connect.NewError(connect.CodeUnavailable, errMine)); got.ConnectCode() != 14 {
		t.Errorf("a handler's own became %v", got)
	}
}
