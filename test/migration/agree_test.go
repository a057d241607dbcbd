// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package migration_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
)

// servers are the page's, by URL.
func servers(t *testing.T) map[string]string {
	t.Helper()
	policy := quiet(t)
	moved, err := serverOfGRPCClients("", policy)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"Connect v1":               serveHTTP(t, handlerV1(policy)),
		"Connect v2":               serveHTTP(t, handlerV2(policy)),
		"Connect v2, once grpc-go": serveMoved(t, moved),
		"grpc-go":                  "http://" + serveGRPC(t, serverGRPC(policy)),
	}
}

// A client is one of the page's.
type client struct {
	// find gives the response's text, and its Content-Language.
	find func(ctx context.Context, name string) (text, language string, err error)
	read func(ctx context.Context) (count int, err error)
}

func clients(t *testing.T, server, url string) map[string]client {
	t.Helper()
	old, err := clientGRPC(strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]client{"grpc-go": ofGRPC(old), "Connect v2 by gRPC": ofV2(clientOfGRPC(url))}
	if server != "grpc-go" {
		v1 := clientV1(url)
		all["Connect v2"] = ofV2(clientV2(url))
		all["Connect v1"] = client{
			func(ctx context.Context, name string) (string, string, error) {
				req := connect.NewRequest(&interopv1.UnaryRequest{Name: name})
				req.Header().Set("Accept-Language", "fr")
				res, err := v1.Unary(ctx, req)
				if err != nil {
					return "", "", err
				}
				return res.Msg.GetText(), res.Header().Get("Content-Language"), nil
			},
			func(ctx context.Context) (int, error) { return readV1(ctx, v1) },
		}
	}
	return all
}

func ofV2(c interopv1connectv2.TroubleServiceClient) client {
	return client{
		func(ctx context.Context, name string) (string, string, error) {
			ctx, info := connectv2.NewClientContext(ctx)
			info.RequestHeader().Set("Accept-Language", "fr")
			res, err := c.Unary(ctx, &interopv1.UnaryRequest{Name: name})
			return res.GetText(), info.ResponseHeader().Get("Content-Language"), err
		},
		func(ctx context.Context) (int, error) { return readV2(ctx, c) },
	}
}

func ofGRPC(c interopv1.TroubleServiceClient) client {
	return client{
		func(ctx context.Context, name string) (string, string, error) {
			ctx, received := metadata.AppendToOutgoingContext(ctx, "accept-language", "fr"), metadata.MD{}
			res, err := c.Unary(ctx, &interopv1.UnaryRequest{Name: name}, grpc.Header(&received))
			return res.GetText(), strings.Join(received.Get("content-language"), ","), err
		},
		func(ctx context.Context) (int, error) {
			stream, err := c.ServerStream(ctx, &interopv1.ServerStreamRequest{Name: "f-17", Messages: 2})
			for count := 0; ; count++ {
				if err == nil {
					_, err = stream.Recv()
				}
				if err != nil {
					return count, err
				}
			}
		},
	}
}

// TestThePagesServersAndClientsAgree in any order of moving, on errors, messages and headers.
func TestThePagesServersAndClientsAgree(t *testing.T) {
	for server, url := range servers(t) {
		for name, c := range clients(t, server, url) {
			t.Run(name+" to "+server, func(t *testing.T) {
				if text, language, err := c.find(t.Context(), "f-1"); text != "f-1 in fr" || language != "fr" || err != nil {
					t.Errorf("got %q in %q, %v", text, language, err)
				}
				_, _, err := c.find(t.Context(), "f-17")
				isNotExist(t, err)
				count, err := c.read(t.Context())
				if count != 2 {
					t.Errorf("%d messages before the end", count)
				}
				isNotExist(t, err)
			})
		}
	}
}

func isNotExist(t *testing.T, err error) {
	t.Helper()
	e, ok := mapping.From(err)
	if !ok || !errors.Is(err, errpactv1err.NotExist) || e.Inferred() || e.Metadata()["name"] != "f-17" || strings.Contains(err.Error(), canary) {
		t.Errorf("got %v, want NOT_EXIST of f-17", err)
	}
}

// serveMoved starts the page's own server.
func serveMoved(t *testing.T, moved *http.Server) (url string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = moved.Serve(listener) }()
	t.Cleanup(func() { _ = moved.Close() })
	return "http://" + listener.Addr().String()
}

// TestGRPCClientsWithTLS reach the page's server, too.
func TestGRPCClientsWithTLS(t *testing.T) {
	moved, err := serverOfGRPCClients("", quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	other := httptest.NewTLSServer(nil) // for its certificate
	other.Close()
	moved.TLSConfig = &tls.Config{Certificates: other.TLS.Certificates, MinVersion: tls.VersionTLS13}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = moved.ServeTLS(listener, "", "") }()
	t.Cleanup(func() { _ = moved.Close() })
	certificate := x509.NewCertPool()
	certificate.AddCert(other.Certificate())
	options := append(grpcgo.New().DialOptions(), grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(certificate, "")))
	conn, err := grpc.NewClient(listener.Addr().String(), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, _, err = ofGRPC(interopv1.NewTroubleServiceClient(conn)).find(t.Context(), "f-17")
	isNotExist(t, err)
}
