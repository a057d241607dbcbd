// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/api/httpbody"

	"github.com/errpact/errpact/examples/capsule/analyzer"
	"github.com/errpact/errpact/examples/capsule/container"
	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/examples/capsule/internal/pgtest"
	"github.com/errpact/errpact/examples/capsule/server"
	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/observed"
)

// TestMain holds all tests to what the methods declare. Nothing is logged: the faults that tests make are meant.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(observed.Run(m, "../returns.txt"))
}

// capsule is a running server with a database of its own.
type capsule struct {
	url string
	// db is the database's file, or on pg, if there is one, its URL.
	db string
	pg *pgtest.Server
	// analyzer is a real server of the other service.
	analyzer *analyzerServer
	t        *testing.T
	// recorder, if there is one, hears all that clients are answered.
	recorder *recorder
}

// start runs a server. Its database waits 50 ms for a lock.
func start(t *testing.T, config server.Config) *capsule {
	t.Helper()
	return startWith(t, config, server.New)
}

func startWith(t *testing.T, config server.Config, newHandler func(server.Config) (http.Handler, error)) *capsule {
	t.Helper()
	c := &capsule{db: filepath.Join(t.TempDir(), "capsule.db"), t: t}
	c.serve(config, newHandler)
	return c
}

// startOn runs a server on a database of its own on pg.
func startOn(t *testing.T, pg *pgtest.Server, config server.Config) *capsule {
	t.Helper()
	c := &capsule{db: pg.Database(), pg: pg, t: t}
	c.serve(config, server.New)
	return c
}

func (c *capsule) serve(config server.Config, newHandler func(server.Config) (http.Handler, error)) {
	t := c.t
	t.Helper()
	c.analyzer = startAnalyzer(t)
	db, err := store.Open(t.Context(), c.db, 50*time.Millisecond)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	config.Store = db
	config.Analyzer = analyzer.NewClient(c.analyzer.url)
	handler, err := newHandler(config)
	must(t, err)
	c.url, _ = listenAndServe(t, handler)
}

// listenAndServe serves until stop is called, or the test ends.
func listenAndServe(t *testing.T, handler http.Handler) (url string, stop func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s := server.NewHTTP(handler)
	done := make(chan error, 1)
	go func() { done <- s.Serve(listener) }()
	stop = sync.OnceFunc(func() {
		must(t, s.Close())
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return "http://" + listener.Addr().String(), stop
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// httpClient speaks HTTP/1.1, or HTTP/2 without TLS.
func httpClient(t *testing.T, http2 bool) *http.Client {
	transport := &http.Transport{Protocols: new(http.Protocols), DisableCompression: true}
	transport.Protocols.SetHTTP1(!http2)
	transport.Protocols.SetUnencryptedHTTP2(http2)
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// wire is a way to call an RPC.
type wire struct {
	name    string
	http2   bool
	options []connect.ClientOption
}

var wires = []wire{
	{"connect", false, nil},
	{"connect json", false, []connect.ClientOption{connect.WithProtoJSON()}},
	{"connect get", false, []connect.ClientOption{connect.WithHTTPGet()}},
	{"connect over h2", true, nil},
	{"grpc", true, []connect.ClientOption{connect.WithGRPC()}},
	{"grpc json", true, []connect.ClientOption{connect.WithGRPC(), connect.WithProtoJSON()}},
	{"grpc-web", false, []connect.ClientOption{connect.WithGRPCWeb()}},
}

// client is a client with a token and no interceptor, which shows what is on the wire.
func (c *capsule) client(w wire, token string) capsulev1connect.FolderServiceClient {
	options := append([]connect.ClientOption{connect.WithInterceptors(bearer(token))}, w.options...)
	httpClient := httpClient(c.t, w.http2)
	if c.recorder != nil {
		c.recorder.RoundTripper = httpClient.Transport
		httpClient.Transport = c.recorder
	}
	return capsulev1connect.NewFolderServiceClient(httpClient, c.url, options...)
}

// typedClient is a client with errpact's interceptor.
func (c *capsule) typedClient(w wire, token string) capsulev1connect.FolderServiceClient {
	w.options = append([]connect.ClientOption{connect.WithInterceptors(interceptor.New())}, w.options...)
	return c.client(w, token)
}

// bearer sends an access token, if there is one.
type bearer string

func (b bearer) set(header http.Header) {
	if b != "" {
		header.Set("Authorization", "Bearer "+string(b))
	}
}

func (b bearer) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		b.set(req.Header())
		return next(ctx, req)
	}
}

func (b bearer) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		conn := next(ctx, spec)
		b.set(conn.RequestHeader())
		return conn
	}
}

func (bearer) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

// request makes a REST request.
func (c *capsule) request(method, path, token, body string) *http.Request {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(body))
	must(c.t, err)
	if token != "" {
		req.Header.Set("X-Forensic-Access-Token", token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

// rest sends a REST request, and returns the answer with its body read.
func (c *capsule) rest(req *http.Request) (*http.Response, []byte) {
	c.t.Helper()
	resp, err := httpClient(c.t, false).Do(req)
	must(c.t, err)
	body, err := io.ReadAll(resp.Body)
	must(c.t, err, resp.Body.Close())
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, body
}

// sessionToken gets a session token.
func (c *capsule) sessionToken() string {
	c.t.Helper()
	resp, err := c.client(wires[0], "demo-admin").IssueSessionToken(c.t.Context(),
		connect.NewRequest(&capsulev1.IssueSessionTokenRequest{}))
	must(c.t, err)
	return resp.Msg.GetSessionToken()
}

// container packs a container with a session token.
func (c *capsule) container(sessionToken string, fault container.Fault) []byte {
	c.t.Helper()
	var packed bytes.Buffer
	must(c.t, container.Pack(&packed, container.Container{
		Payload:      []byte(`{"case": "17"}`),
		Media:        []container.File{{Name: "media/front.jpg", Data: []byte("front")}},
		SessionToken: sessionToken,
	}, []byte(container.DemoKey), fault))
	return packed.Bytes()
}

func createRequest(data []byte) *connect.Request[capsulev1.CreateFolderRequest] {
	return connect.NewRequest(&capsulev1.CreateFolderRequest{
		Container: &httpbody.HttpBody{ContentType: "application/octet-stream", Data: data},
	})
}

// folder creates a folder, and returns its id.
func (c *capsule) folder() string {
	c.t.Helper()
	resp, err := c.client(wires[0], "demo-admin").CreateFolder(c.t.Context(),
		createRequest(c.container(c.sessionToken(), container.NoFault)))
	must(c.t, err)
	return resp.Msg.GetFolder().GetFolderId()
}

// exec changes the database behind the server's back.
func (c *capsule) exec(query string, args ...any) {
	c.t.Helper()
	if c.pg != nil {
		pgtest.Exec(c.t, c.db, query, args...)
		return
	}
	db, err := sql.Open("sqlite", c.db)
	must(c.t, err)
	_, err = db.ExecContext(c.t.Context(), query, args...)
	must(c.t, err, db.Close())
}

// lock takes what one needs to write, as another process might, until the test ends.
func (c *capsule) lock() {
	c.t.Helper()
	if c.pg != nil {
		pgtest.Hold(c.t, c.db, "LOCK TABLE session_tokens")
		return
	}
	db, err := sql.Open("sqlite", c.db)
	must(c.t, err)
	conn, err := db.Conn(c.t.Context())
	must(c.t, err)
	_, err = conn.ExecContext(c.t.Context(), "BEGIN IMMEDIATE")
	must(c.t, err)
	c.t.Cleanup(func() { must(c.t, conn.Close(), db.Close()) })
}
