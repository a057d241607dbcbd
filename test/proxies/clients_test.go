// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package proxies_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/interceptor"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
)

// callTimeout bounds a call that a proxy leaves hanging.
const callTimeout = 20 * time.Second

// A detail is one of google.rpc.Status.
type detail struct {
	Type  string
	Value []byte
}

// received is what an RPC client has of an error: all that travels.
type received struct {
	Code     uint32
	Message  string
	Details  []detail
	Messages int // that came before
}

func receivedStatus(s *statuspb.Status) received {
	got := received{Code: uint32(s.GetCode()), Message: s.GetMessage()}
	for _, d := range s.GetDetails() {
		got.Details = append(got.Details, detail{string(d.MessageName()), d.GetValue()})
	}
	return got
}

func receivedConnect(err error) received {
	connectErr, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return received{}
	}
	got := received{Code: uint32(connectErr.Code()), Message: connectErr.Message()}
	for _, d := range connectErr.Details() {
		got.Details = append(got.Details, detail{d.Type(), d.Bytes()})
	}
	return got
}

// A method is how a problem is asked for.
type method struct {
	name string
	// messages come before the error of a stream: with none, it travels in headers alone.
	messages int
	stream   bool
}

var methods = []method{{"unary", 0, false}, {"stream/trailers-only", 0, true}, {"stream/trailers", 2, true}}

// A client calls a method for a problem by name, and gives the error and what was received with it.
type client interface {
	call(ctx context.Context, m method, name string) (received, error)
}

// clients are those of Go that can call a server, each on its route, with errpact where they are
// Connect's.
func clients(t *testing.T, s server, r route) map[string]client {
	t.Helper()
	all := map[string]client{
		"connect-go/grpc": newConnectClient(t, r.rpc, true, connect.WithGRPC()),
		"grpc-go":         newGRPCClient(t, r.rpc),
	}
	if !s.onlyGRPC {
		all["connect-go/connect"] = newConnectClient(t, r.web, false)
		all["connect-go/grpc-web"] = newConnectClient(t, r.web, false, connect.WithGRPCWeb())
	}
	return all
}

type connectClient struct {
	interopv1connect.TroubleServiceClient
}

func newConnectClient(t *testing.T, base string, http2 bool, options ...connect.ClientOption) connectClient {
	t.Helper()
	options = append(options, connect.WithInterceptors(interceptor.New()))
	return connectClient{interopv1connect.NewTroubleServiceClient(newHTTPClient(t, http2), base, options...)}
}

// newHTTPClient speaks one version of HTTP, with the bounds that errpact gives a client.
func newHTTPClient(t *testing.T, http2 bool) *http.Client {
	t.Helper()
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetHTTP1(!http2)
	transport.Protocols.SetUnencryptedHTTP2(http2)
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: interceptor.LimitResponses(transport)}
}

func (c connectClient) call(ctx context.Context, m method, name string) (received, error) {
	if !m.stream {
		_, err := c.Unary(ctx, connect.NewRequest(&interopv1.UnaryRequest{Name: name}))
		return receivedConnect(err), err
	}
	stream, err := c.ServerStream(ctx, connect.NewRequest(&interopv1.ServerStreamRequest{Name: name, Messages: int32(m.messages)}))
	if err != nil {
		return receivedConnect(err), err
	}
	defer stream.Close()
	messages := 0
	for stream.Receive() {
		messages++
	}
	got := receivedConnect(stream.Err())
	got.Messages = messages
	return got, stream.Err()
}

type grpcClient struct {
	interopv1.TroubleServiceClient
}

func newGRPCClient(t *testing.T, base string) grpcClient {
	t.Helper()
	conn, err := grpc.NewClient("passthrough:///"+strings.TrimPrefix(base, "http://"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return grpcClient{interopv1.NewTroubleServiceClient(conn)}
}

func (c grpcClient) call(ctx context.Context, m method, name string) (received, error) {
	if !m.stream {
		_, err := c.Unary(ctx, &interopv1.UnaryRequest{Name: name})
		return receivedStatus(status.Convert(err).Proto()), err
	}
	stream, err := c.ServerStream(ctx, &interopv1.ServerStreamRequest{Name: name, Messages: int32(m.messages)})
	if err != nil {
		return received{}, err
	}
	for messages := 0; ; messages++ {
		if _, err := stream.Recv(); err != nil {
			got := receivedStatus(status.Convert(err).Proto())
			got.Messages = messages
			return got, err
		}
	}
}

// callREST is a REST caller of Go: the body, and the answer to have its error read from.
func callREST(ctx context.Context, t *testing.T, client *http.Client, url string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	res.Body = io.NopCloser(strings.NewReader(string(body)))
	return res, string(body)
}
