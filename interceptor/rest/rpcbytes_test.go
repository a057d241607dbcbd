// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// rpcRequest is an RPC as it stands on the wire, or one that fails before it is one.
type rpcRequest struct {
	name, method, path string
	header             []string
	body               []byte
}

func rpcRequests(t *testing.T) []rpcRequest {
	t.Helper()
	message, err := proto.Marshal(wrapperspb.String("x"))
	if err != nil {
		t.Fatal(err)
	}
	framed := append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message))), message...)
	types := func(contentType string, more ...string) []string {
		return append([]string{"Content-Type", contentType}, more...)
	}
	return []rpcRequest{
		{"Connect JSON", "POST", procedure, types("application/json", "Connect-Protocol-Version", "1"), []byte(`"x"`)},
		{"Connect JSON, no version", "POST", procedure, types("application/json"), []byte(`"x"`)},
		{"Connect proto", "POST", procedure, types("application/proto", "Connect-Protocol-Version", "1"), message},
		{"Connect GET", "GET", procedure + "?connect=v1&encoding=json&message=%22x%22", nil, nil},
		{"gRPC-Web", "POST", procedure, types("application/grpc-web+proto"), framed},
		{"gRPC", "POST", procedure, types("application/grpc+proto", "Te", "trailers"), framed},
		{"bad JSON", "POST", procedure, types("application/json", "Connect-Protocol-Version", "1"), []byte(`{`)},
		{"bad proto", "POST", procedure, types("application/proto", "Connect-Protocol-Version", "1"), []byte("\xff")},
		{"bad timeout", "POST", procedure, types("application/json", "Connect-Timeout-Ms", "soon"), []byte(`"x"`)},
		{"streaming type", "POST", procedure, types("application/connect+proto"), framed},
		{"unknown type", "POST", procedure, types("text/plain"), []byte("x")},
		{"unknown codec", "POST", procedure, types("application/grpc+nope"), framed},
		{"unknown procedure", "POST", "/acme.v1.Things/Nope", types("application/json"), []byte(`"x"`)},
		{"PUT", "PUT", procedure, types("application/json", "Connect-Protocol-Version", "1"), []byte(`"x"`)},
	}
}

// raw writes a request to a server, and gives every byte of the answer but the date.
func (r rpcRequest) raw(t *testing.T, address string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: r-1\r\nContent-Length: %d\r\n", r.method, r.path, len(r.body))
	for i := 0; i < len(r.header); i += 2 {
		fmt.Fprintf(&b, "%s: %s\r\n", r.header[i], r.header[i+1])
	}
	b.WriteString("\r\n")
	b.Write(r.body)
	if _, err := conn.Write(b.Bytes()); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return date.ReplaceAllString(string(all), "")
}

var date = regexp.MustCompile(`(?m)^Date: .*\r\n`)

// TestRPCBytes compares every byte of an RPC's answer with that of a server without the middleware.
func TestRPCBytes(t *testing.T) {
	for outcome, fail := range map[string]func() error{
		"success":       func() error { return nil },
		"error":         func() error { return errpactv1err.ContainerUnpackingFailedInvalidHash.WithMetadata("file", "a") },
		"unmapped":      func() error { return errors.New(canary) },
		"Connect error": func() error { return connect.NewError(connect.CodeAlreadyExists, errors.New("is there")) },
		"panic":         func() error { panic(canary) },
	} {
		mux := http.NewServeMux()
		mux.Handle(procedure, things{err: fail, success: 204}.handler(t))
		bare, wrapped := serve(t, mux), serve(t, quiet(t, mux))
		for _, r := range rpcRequests(t) {
			t.Run(outcome+"/"+r.name, func(t *testing.T) {
				want := r.raw(t, bare.Listener.Addr().String())
				got := r.raw(t, wrapped.Listener.Addr().String())
				if diff := cmp.Diff(want, got); diff != "" || !strings.HasPrefix(got, "HTTP/1.1 ") {
					t.Errorf("(-without +with):\n%s", diff)
				}
			})
		}
	}
}

// TestRPCsOverHTTP2 compares header, body and trailers, of gRPC above all.
func TestRPCsOverHTTP2(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle(procedure, things{err: func() error { return errpactv1err.NotExist.WithMetadata("id", "f") }}.handler(t))
	fetch := func(t *testing.T, h http.Handler, r rpcRequest) string {
		t.Helper()
		s := unstarted(t, h)
		s.EnableHTTP2 = true
		s.StartTLS()
		res, err := request(t, s, r.method, r.path, string(r.body), append(r.header, "X-Request-Id", "r-1")...)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		res.Header.Del("Date")
		return fmt.Sprintf("%d\n%v\n%q\n%v\n%v", res.StatusCode, res.Header, body, res.Trailer, err)
	}
	for _, r := range rpcRequests(t) {
		t.Run(r.name, func(t *testing.T) {
			if diff := cmp.Diff(fetch(t, mux, r), fetch(t, quiet(t, mux), r)); diff != "" {
				t.Errorf("(-without +with):\n%s", diff)
			}
		})
	}
}

// TestRPCWriterIsTheServersOwn: an RPC's handler gets the writer and the request that the server made.
func TestRPCWriterIsTheServersOwn(t *testing.T) {
	var w http.ResponseWriter
	var r *http.Request
	h := quietFunc(t, func(inner http.ResponseWriter, req *http.Request) {
		if inner != w || req != r {
			t.Errorf("an RPC is wrapped")
		}
		inner.WriteHeader(404)
	})
	s := serve(t, http.HandlerFunc(func(outer http.ResponseWriter, req *http.Request) {
		w, r = outer, req
		h.ServeHTTP(outer, req)
	}))
	if a := send(t, s, "POST", procedure, "{}"); a.status != 404 || a.body != "" {
		t.Errorf("answer = %+v", a)
	}
}
