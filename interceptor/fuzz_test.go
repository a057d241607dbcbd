// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
)

// forged is a transport whose every answer is the same bytes.
type forged struct {
	status          int
	header, trailer http.Header
	body            []byte
}

// RoundTrip reads the request first, as a server does: Connect writes it to a pipe.
func (f *forged) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_, _ = io.Copy(io.Discard, req.Body)
		_ = req.Body.Close()
	}
	return &http.Response{
		StatusCode: f.status, Header: f.header.Clone(), Trailer: f.trailer.Clone(), Request: req,
		Proto: "HTTP/2.0", ProtoMajor: 2, ContentLength: -1, Body: io.NopCloser(bytes.NewReader(f.body)),
	}, nil
}

// header makes one of pairs; what a name has no value for is left out.
func headerOf(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			h.Set(pairs[i], pairs[i+1])
		}
	}
	return h
}

// maxAllocated bounds what a client behind the guards may take for one answer, all in all: the fuzzer's
// answers are small, and what they inflate to need not be.
const maxAllocated = 48 << 20

// fuzzAnswer gives one answer to three clients: Connect's own, one of ours, and one of ours behind the
// guards. What Connect takes for an error is one to ours, and typed; what it takes for a success, too.
func fuzzAnswer(t *testing.T, answer *forged, failed bool, procedure string, options ...connect.ClientOption) {
	t.Helper()
	client := func(transport http.RoundTripper, more ...connect.ClientOption) *connect.Client[text, text] {
		return connect.NewClient[text, text](&http.Client{Transport: transport}, "http://fuzz.example"+procedure, append(more, options...)...)
	}
	plain := call(t.Context(), client(answer), procedure, nil)
	got := call(t.Context(), client(answer, decoding()), procedure, nil)
	if (plain == nil) != (got == nil) {
		t.Fatalf("%s: got %v, Connect's own client %v", procedure, got, plain)
	}
	if plain == nil && failed {
		return // a success to Connect's own client, and so to ours: there is nothing to decode
	}
	checkDecoded(t, plain, got)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	guarded := call(t.Context(), client(interceptor.LimitResponses(answer), decoding(), connect.WithReadMaxBytes(1<<20)), procedure, nil)
	runtime.ReadMemStats(&after)
	if spent := after.TotalAlloc - before.TotalAlloc; spent > maxAllocated {
		t.Errorf("%s: an answer of %d bytes cost %d bytes", procedure, len(answer.body), spent)
	}
	if plain != nil && guarded == nil {
		t.Errorf("%s: behind Transport an error is a success: %v", procedure, plain)
	}
	checkDecoded(t, nil, guarded)
}

// checkDecoded looks at what a client got; plain is what it would have got without errpact, where that
// is to be the same.
func checkDecoded(t *testing.T, plain, got error) {
	t.Helper()
	if got == nil || isMiscount(got) {
		return
	}
	e, ok := mapping.From(got)
	if !ok || !e.Remote() {
		t.Fatalf("not typed: %v", got)
	}
	if e.ConnectCode() < 1 || e.ConnectCode() > 16 || e.HTTPStatus() < 400 || e.HTTPStatus() > 599 {
		t.Errorf("code %d, status %d", e.ConnectCode(), e.HTTPStatus())
	}
	if message := e.Message(); !utf8.ValidString(message) || len(message) > 512 || strings.ContainsFunc(message, unicode.IsControl) {
		t.Errorf("the message is not clean: %q", message)
	}
	body := mapping.EnvelopeOf(got).AppendJSON(nil)
	if _, err := mapping.ParseEnvelope(body); err != nil || !utf8.Valid(body) || !json.Valid(body) {
		t.Errorf("the envelope is not valid: %s: %v", body, err)
	}
	if line := fmt.Sprintf("%+v", e); strings.ContainsFunc(line, unicode.IsControl) {
		t.Errorf("%%+v forges lines: %q", line)
	}
	_, _ = e.Metadata(), e.Details()
	if plain == nil {
		return
	}
	wire, ok := errors.AsType[*connect.Error](got)
	if !ok || wire.Code() != connect.CodeOf(plain) || connect.CodeOf(got) != connect.CodeOf(plain) || connect.IsWireError(got) != connect.IsWireError(plain) {
		t.Errorf("got %v, Connect's own client %v", got, plain)
	}
}

// isMiscount knows what ClientStreamForClient makes of a response without a message, or with two, outside
// of all interceptors.
func isMiscount(err error) bool {
	e, ok := err.(*connect.Error)
	return ok && e.Code() == connect.CodeUnimplemented && strings.HasPrefix(e.Message(), "unary response has ")
}

// FuzzConnectUnary is the JSON of a unary answer.
func FuzzConnectUnary(f *testing.F) {
	f.Fuzz(func(t *testing.T, status uint16, contentType, encoding string, body []byte) {
		header := headerOf("Content-Type", contentType, "Content-Encoding", encoding)
		fuzzAnswer(t, &forged{status: int(status), header: header, body: body}, status != http.StatusOK, unary)
	})
}

// FuzzConnectStream is the frames of a stream, the last of which has the error.
func FuzzConnectStream(f *testing.F) {
	f.Fuzz(func(t *testing.T, status uint16, encoding string, body []byte) {
		answer := &forged{status: int(status), body: body, header: headerOf(
			"Content-Type", "application/connect+proto", "Connect-Content-Encoding", encoding)}
		for _, procedure := range []string{clientStream, serverStream, bidiStream} {
			fuzzAnswer(t, answer, status != http.StatusOK, procedure)
		}
	})
}

// FuzzGRPC is what gRPC says in trailers, or in headers where there is nothing else.
func FuzzGRPC(f *testing.F) {
	f.Fuzz(func(t *testing.T, only bool, status, message, details, encoding string, body []byte) {
		answer := &forged{status: http.StatusOK, header: headerOf("Content-Type", "application/grpc", "Grpc-Encoding", encoding)}
		said := headerOf("Grpc-Status", status, "Grpc-Message", message, "Grpc-Status-Details-Bin", details)
		if only {
			maps.Copy(answer.header, said)
		} else {
			answer.trailer, answer.body = said, body
		}
		code, err := strconv.ParseUint(status, 10, 32)
		for _, procedure := range procedures {
			fuzzAnswer(t, answer, err != nil || code != 0, procedure, connect.WithGRPC())
		}
	})
}

// FuzzGRPCWeb is frames, the last of which has the trailers.
func FuzzGRPCWeb(f *testing.F) {
	f.Fuzz(func(t *testing.T, status uint16, message, encoding string, body []byte) {
		answer := &forged{status: int(status), body: body, header: headerOf(
			"Content-Type", "application/grpc-web+proto", "Grpc-Encoding", encoding, "Grpc-Message", message)}
		for _, procedure := range procedures {
			fuzzAnswer(t, answer, status != http.StatusOK, procedure, connect.WithGRPCWeb())
		}
	})
}
