// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package answers_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
)

// twins are vanguard without the middleware, and within it.
func twins(t *testing.T, to target) (bare, wrapped *httptest.Server) {
	t.Helper()
	policy := newPolicy(t)
	h, _ := transcoder(t, to, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))))
	return serve(t, h, true), serve(t, rest.Handler(h, rest.WithPolicy(policy)), true)
}

var rpcNames = []string{"ok", "mapped", "unmapped", "connect", "any", "retry"}

func framed(message []byte) string {
	return string(append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message))), message...))
}

// rpcs are the same call on each wire.
func rpcs(t *testing.T, name string) []row {
	t.Helper()
	message, err := proto.Marshal(&interopv1.UnaryRequest{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	const path = interopv1.TroubleService_Unary_FullMethodName
	const stream = interopv1.TroubleService_ServerStream_FullMethodName
	streamed, err := proto.Marshal(&interopv1.ServerStreamRequest{Name: name, Messages: 3})
	if err != nil {
		t.Fatal(err)
	}
	const client = interopv1.TroubleService_ClientStream_FullMethodName
	const bidi = interopv1.TroubleService_BidiStream_FullMethodName
	// Their requests have a name in the same place as the unary one: the first two are empty.
	several := framed(nil) + framed(nil) + framed(message)
	json := `{"name":"` + name + `"}`
	post := func(path, contentType, body string) row {
		return row{name: contentType + path, method: "POST", path: path, body: body,
			header: []string{"Content-Type", contentType, "Connect-Protocol-Version", "1", "Te", "trailers", "X-Request-Id", "r-1"}}
	}
	return []row{
		post(path, "application/json", json), post(path, "application/proto", string(message)), post(path, "application/json", "{"),
		post(path, "application/grpc+proto", framed(message)), post(path, "application/grpc-web+proto", framed(message)),
		post(path, "application/grpc", framed([]byte{0xff})),
		post(stream, "application/connect+proto", framed(streamed)), post(stream, "application/grpc-web+proto", framed(streamed)),
		post(stream, "application/grpc", framed(streamed)),
		post(client, "application/connect+proto", several), post(client, "application/grpc-web+proto", several), post(client, "application/grpc", several),
		post(bidi, "application/connect+proto", several), post(bidi, "application/grpc-web+proto", several), post(bidi, "application/grpc", several),
		{name: "Connect GET", method: "GET", path: path + "?connect=v1&encoding=json&message=%7B%22name%22:%22" + name + "%22%7D",
			header: []string{"X-Request-Id", "r-1"}},
	}
}

// bytesOf is all of an answer but its date: status, header, body and trailer.
func bytesOf(t *testing.T, s *httptest.Server, r row) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), r.method, s.URL+r.path, bytes.NewReader([]byte(r.body)))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(r.header); i += 2 {
		req.Header.Add(r.header[i], r.header[i+1])
	}
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	res.Header.Del("Date")
	if isGRPC := strings.HasPrefix(res.Header.Get("Content-Type"), "application/grpc") && !strings.Contains(res.Header.Get("Content-Type"), "web"); res.ProtoMajor != 2 ||
		isGRPC && res.Trailer.Get("Grpc-Status")+res.Header.Get("Grpc-Status") == "" {
		t.Errorf("%s without a status of gRPC: %v %v", res.Proto, res.Header, res.Trailer)
	}
	return fmt.Sprintf("%d\n%v\n%q\n%v\n%v", res.StatusCode, res.Header, body, res.Trailer, err)
}

// TestRPCBytesThroughVanguard: the middleware changes no byte of what RPC callers get.
func TestRPCBytesThroughVanguard(t *testing.T) {
	for _, to := range targets {
		bare, wrapped := twins(t, to)
		for _, name := range rpcNames {
			for _, r := range rpcs(t, name) {
				t.Run(to.name+"/"+name+"/"+r.name, func(t *testing.T) {
					if diff := cmp.Diff(bytesOf(t, bare, r), bytesOf(t, wrapped, r)); diff != "" {
						t.Errorf("(-without +with):\n%s", diff)
					}
				})
			}
		}
	}
}

// TestRPCsOfGRPCGo: a client of grpc-go gets the same header, messages, status and trailer.
func TestRPCsOfGRPCGo(t *testing.T) {
	for _, to := range targets {
		bare, wrapped := twins(t, to)
		for _, name := range rpcNames {
			t.Run(to.name+"/"+name, func(t *testing.T) {
				if diff := cmp.Diff(callAll(t, bare, name), callAll(t, wrapped, name)); diff != "" {
					t.Errorf("(-without +with):\n%s", diff)
				}
			})
		}
	}
}

// callAll makes a unary call and a stream with grpc-go, and writes down what came of them.
func callAll(t *testing.T, s *httptest.Server, name string) string {
	t.Helper()
	conn := dial(t, s)
	client := interopv1.NewTroubleServiceClient(conn)
	ctx := metadata.AppendToOutgoingContext(context.Background(), "x-request-id", "r-1")
	var header, trailer metadata.MD
	res, err := client.Unary(ctx, &interopv1.UnaryRequest{Name: name}, grpc.Header(&header), grpc.Trailer(&trailer))
	header.Delete("date")
	seen := fmt.Sprintf("%q %v %v %s\n", wire(t, res), header, trailer, wire(t, status.Convert(err).Proto()))
	seen += callStreams(ctx, t, client, name)
	stream, err := client.ServerStream(ctx, &interopv1.ServerStreamRequest{Name: name, Messages: 3})
	if err != nil {
		t.Fatal(err)
	}
	for {
		message, err := stream.Recv()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return seen + fmt.Sprintf("%v %q", stream.Trailer(), wire(t, status.Convert(err).Proto()))
		}
		seen += fmt.Sprintf("%q\n", wire(t, message))
	}
}

// callStreams makes the two kinds of stream that a client writes to.
func callStreams(ctx context.Context, t *testing.T, client interopv1.TroubleServiceClient, name string) string {
	t.Helper()
	in, err := client.ClientStream(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Send(&interopv1.ClientStreamRequest{Name: name}); err != nil {
		t.Fatal(err)
	}
	res, err := in.CloseAndRecv()
	seen := fmt.Sprintf("%q %v %q\n", wire(t, res), in.Trailer(), wire(t, status.Convert(err).Proto()))
	both, err := client.BidiStream(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, next := range []string{"", name} {
		if err := both.Send(&interopv1.BidiStreamRequest{Name: next}); err != nil {
			t.Fatal(err)
		}
		message, err := both.Recv()
		seen += fmt.Sprintf("%q %q\n", wire(t, message), wire(t, status.Convert(err).Proto()))
	}
	return seen + fmt.Sprintf("%v\n", both.Trailer())
}

func wire(t *testing.T, m proto.Message) []byte {
	t.Helper()
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
