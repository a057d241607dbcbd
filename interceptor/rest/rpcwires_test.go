// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"connectrpc.com/connect"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/testkit/loopback"
)

// An rpcWire is a way in which an RPC caller asks, with the means of net/http alone, and reads the error.
type rpcWire struct {
	name, method, query string
	http2               bool
	header              []string
	read                func(*testing.T, *http.Response, []byte) rpcError
}

// rpcWires are the protocols, with their kinds of calls.
var rpcWires = []rpcWire{
	{"Connect JSON", "POST", "", false, []string{"Content-Type", "application/json", "Connect-Protocol-Version", "1"}, readUnary},
	{"Connect proto, HTTP/2", "POST", "", true, []string{"Content-Type", "application/proto", "Accept-Encoding", "gzip"}, readUnary},
	{"Connect GET", "GET", "?connect=v1&encoding=json&message=%22x%22", false, nil, readUnary},
	{"Connect PUT", "PUT", "", false, []string{"Connect-Protocol-Version", "1"}, readUnary},
	{"no type", "POST", "", false, nil, readUnary},
	{"Connect stream", "POST", "", true, []string{"Content-Type", "application/connect+proto"}, readStream},
	{"Connect stream, gzip", "POST", "", false, []string{"Content-Type", "application/connect+json", "Connect-Accept-Encoding", "gzip"}, readStream},
	{"Connect stream, version 2", "POST", "", false, []string{"Content-Type", "application/connect+proto", "Connect-Protocol-Version", "2"}, readStream},
	{"gRPC PUT", "PUT", "", true, []string{"Content-Type", "application/grpc+proto"}, readGRPC},
	{"gRPC", "POST", "", true, []string{"Content-Type", "application/grpc", "Te", "trailers"}, readGRPC},
	{"gRPC JSON", "POST", "", true, []string{"Content-Type", "application/grpc+json", "Te", "trailers", "Grpc-Accept-Encoding", "gzip"}, readGRPC},
	{"gRPC, HTTP/1.1", "POST", "", false, []string{"Content-Type", "application/grpc+proto", "Te", "trailers"}, readGRPC},
	{"gRPC-Web", "POST", "", false, []string{"Content-Type", "application/grpc-web"}, readWeb},
	{"gRPC-Web proto, HTTP/2", "POST", "", true, []string{"Content-Type", "application/grpc-web+proto"}, readWeb},
}

// isUnary reports whether the error travels as a status and a body.
func (w rpcWire) isUnary() bool { return !w.isStream() && !w.isGRPC() }

func (w rpcWire) isStream() bool { return strings.HasPrefix(w.name, "Connect stream") }

func (w rpcWire) isGRPC() bool { return strings.HasPrefix(w.name, "gRPC") }

// An rpcError is what an RPC caller reads.
type rpcError struct {
	code, message string
	// number is that of the ErrorDetail; -1 without one.
	number int
	detail *errpactv1.ErrorDetail
	types  []string
	status int
	// header has the headers and the trailers of the answer.
	header http.Header
	// all is every byte, readable.
	all string
}

// ask makes the request and reads the error.
func (w rpcWire) ask(t *testing.T, s *httptest.Server, header ...string) rpcError {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), w.method, s.URL+procedure+w.query, strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	for i, all := 0, append(w.header, header...); i < len(all); i += 2 {
		r.Header.Add(all[i], all[i+1])
	}
	res, err := loopback.NewTransport(t, w.http2).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	e := w.read(t, res, body)
	e.status, e.header = res.StatusCode, res.Header.Clone()
	for key, values := range res.Trailer {
		e.header[key] = append(e.header[key], values...)
	}
	e.all += fmt.Sprint(e.header) + string(body)
	return e
}

// connectJSON is an error as Connect writes it.
type connectJSON struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Details []struct{ Type, Value string }
}

func (c connectJSON) read(t *testing.T) rpcError {
	t.Helper()
	e := rpcError{code: c.Code, message: c.Message, number: -1}
	for _, d := range c.Details {
		value, err := base64.RawStdEncoding.DecodeString(d.Value)
		if err != nil {
			t.Fatal(err)
		}
		e.add(t, d.Type, value)
	}
	return e
}

// add reads a detail.
func (e *rpcError) add(t *testing.T, name string, value []byte) {
	t.Helper()
	e.types = append(e.types, name)
	e.all += string(value)
	if name != "errpact.v1.ErrorDetail" {
		return
	}
	e.detail = new(errpactv1.ErrorDetail)
	if err := proto.Unmarshal(value, e.detail); err != nil {
		t.Fatal(err)
	}
	e.number = int(e.detail.GetCode())
}

func readUnary(t *testing.T, res *http.Response, body []byte) rpcError {
	t.Helper()
	if got := res.Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type = %q of %s", got, body)
	}
	var c connectJSON
	if err := json.Unmarshal(body, &c); err != nil {
		t.Fatalf("%v of %s", err, body)
	}
	code, _ := connectcode.Named(c.Code)
	if want := connectcode.HTTPStatus(code); res.StatusCode != want {
		t.Errorf("status %d of code %s, want %d", res.StatusCode, c.Code, want)
	}
	return c.read(t)
}

// readStream reads a stream without a message.
func readStream(t *testing.T, res *http.Response, body []byte) rpcError {
	t.Helper()
	wantType(t, res)
	const ends = 2
	if len(body) < 5 || body[0] != ends {
		t.Fatalf("%d, %q is no end of a stream", res.StatusCode, body)
	}
	var end struct{ Error connectJSON }
	if err := json.Unmarshal(body[5:], &end); err != nil {
		t.Fatalf("%v of %s", err, body)
	}
	return end.Error.read(t)
}

func readGRPC(t *testing.T, res *http.Response, body []byte) rpcError {
	t.Helper()
	wantType(t, res)
	if len(body) > 0 {
		t.Errorf("body = %q", body)
	}
	return readStatus(t, res.Trailer)
}

// readWeb reads trailers that are headers, as those of an answer without a message may be.
func readWeb(t *testing.T, res *http.Response, body []byte) rpcError {
	t.Helper()
	wantType(t, res)
	if len(body) > 0 {
		t.Errorf("body = %q", body)
	}
	return readStatus(t, res.Header)
}

// wantType wants a success of HTTP of the request's own type.
func wantType(t *testing.T, res *http.Response) {
	t.Helper()
	if got, want := res.Header.Get("Content-Type"), res.Request.Header.Get("Content-Type"); res.StatusCode != 200 || got != want {
		t.Errorf("%d %q, want 200 %q", res.StatusCode, got, want)
	}
}

func readStatus(t *testing.T, h http.Header) rpcError {
	t.Helper()
	number, err := strconv.Atoi(h.Get("Grpc-Status"))
	if err != nil {
		t.Fatalf("%v of %v", err, h)
	}
	message, err := url.PathUnescape(h.Get("Grpc-Message"))
	if err != nil {
		t.Fatal(err)
	}
	e := rpcError{code: connectcode.Name(uint32(number)), message: message, number: -1}
	encoded, err := connect.DecodeBinaryHeader(h.Get("Grpc-Status-Details-Bin"))
	if err != nil {
		t.Fatal(err)
	}
	var status spb.Status
	if err := proto.Unmarshal(encoded, &status); err != nil {
		t.Fatal(err)
	}
	if len(encoded) > 0 && (int(status.GetCode()) != number || status.GetMessage() != e.message) {
		t.Errorf("status %v beside code %d and message %q", &status, number, e.message)
	}
	for _, d := range status.GetDetails() {
		e.add(t, string(d.MessageName()), d.GetValue())
	}
	return e
}
