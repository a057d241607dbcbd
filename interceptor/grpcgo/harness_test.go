// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/mapping"
)

// text is the message of every request and response, so that no generated stubs are needed.
type text = wrapperspb.StringValue

const (
	unary        = "/errpact.test.v1.Test/Unary"
	clientStream = "/errpact.test.v1.Test/ClientStream"
	serverStream = "/errpact.test.v1.Test/ServerStream"
	bidiStream   = "/errpact.test.v1.Test/BidiStream"
)

var procedures = []string{unary, clientStream, serverStream, bidiStream}

// An answerer is what all four procedures of a test service do in the end: nil is a success.
type answerer func(context.Context) error

// service has the four procedures. Each reads what a caller usually sends; the streams answer a message
// before they fail.
var service = grpc.ServiceDesc{
	ServiceName: "errpact.test.v1.Test",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{MethodName: "Unary", Handler: func(srv any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
		req := new(text)
		if err := decode(req); err != nil {
			return nil, err
		}
		handle := func(ctx context.Context, _ any) (any, error) {
			if err := srv.(answerer)(ctx); err != nil {
				return nil, err
			}
			return wrapperspb.String("done"), nil
		}
		if intercept == nil {
			return handle(ctx, req)
		}
		return intercept(ctx, req, &grpc.UnaryServerInfo{Server: srv, FullMethod: unary}, handle)
	}}},
	Streams: []grpc.StreamDesc{
		{StreamName: "ClientStream", ClientStreams: true, Handler: func(srv any, stream grpc.ServerStream) error {
			if err := drain(stream, false); err != nil {
				return err
			}
			if err := srv.(answerer)(stream.Context()); err != nil {
				return err
			}
			return stream.SendMsg(wrapperspb.String("done"))
		}},
		{StreamName: "ServerStream", ServerStreams: true, Handler: func(srv any, stream grpc.ServerStream) error {
			if err := stream.RecvMsg(new(text)); err != nil {
				return err
			}
			if err := stream.SendMsg(wrapperspb.String("first")); err != nil {
				return err
			}
			return srv.(answerer)(stream.Context())
		}},
		{StreamName: "BidiStream", ClientStreams: true, ServerStreams: true, Handler: func(srv any, stream grpc.ServerStream) error {
			if err := drain(stream, true); err != nil {
				return err
			}
			return srv.(answerer)(stream.Context())
		}},
	},
}

func drain(stream grpc.ServerStream, echo bool) error {
	for {
		message := new(text)
		switch err := stream.RecvMsg(message); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if echo {
			if err := stream.SendMsg(message); err != nil {
				return err
			}
		}
	}
}

// serve starts the four procedures, and gives the address.
func serve(t testing.TB, answer answerer, options ...grpc.ServerOption) string {
	t.Helper()
	return serveServices(t, func(server *grpc.Server) { server.RegisterService(&service, answer) }, options...)
}

// serveServices starts a server with the given services, and gives the address.
func serveServices(t testing.TB, register func(*grpc.Server), options ...grpc.ServerOption) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(append(options, grpc.WaitForHandlers(true))...)
	register(server)
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(listener) })
	t.Cleanup(func() {
		server.Stop()
		served.Wait()
	})
	return listener.Addr().String()
}

// newPolicy is silent unless the options say otherwise.
func newPolicy(t testing.TB, options ...mapping.Option) *mapping.Policy {
	t.Helper()
	policy, err := mapping.NewPolicy(append([]mapping.Option{mapping.WithReport(nil)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// serveErrors starts the four procedures behind an interceptor with the given policy.
func serveErrors(t testing.TB, answer answerer, options ...mapping.Option) string {
	t.Helper()
	return serve(t, answer, grpcgo.New(grpcgo.WithPolicy(newPolicy(t, options...))).ServerOptions()...)
}

// dial connects. No proxy of the environment's is asked.
func dial(t testing.TB, address string, options ...grpc.DialOption) *grpc.ClientConn {
	t.Helper()
	options = append([]grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithNoProxy()}, options...)
	conn, err := grpc.NewClient(address, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// decoding is a client's side of the interceptor.
func decoding(options ...grpcgo.Option) []grpc.DialOption {
	return grpcgo.New(options...).DialOptions()
}

// call makes one call, as such a procedure is usually called, and gives the error where it surfaces.
func call(ctx context.Context, conn grpc.ClientConnInterface, procedure string, options ...grpc.CallOption) error {
	if procedure == unary {
		return conn.Invoke(ctx, procedure, wrapperspb.String("request"), new(text), options...)
	}
	desc := service.Streams[strings.Index("CSB", procedure[len("/errpact.test.v1.Test/"):][:1])]
	stream, err := conn.NewStream(ctx, &desc, procedure, options...)
	if err != nil {
		return err
	}
	if err := stream.SendMsg(wrapperspb.String("request")); err != nil && err != io.EOF {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	for {
		switch err := stream.RecvMsg(new(text)); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if !desc.ServerStreams {
			return nil
		}
	}
}

// everyProcedure runs a test for each of them.
func everyProcedure(t *testing.T, test func(t *testing.T, procedure string)) {
	t.Helper()
	for _, procedure := range procedures {
		t.Run(procedure[strings.LastIndexByte(procedure, '/')+1:], func(t *testing.T) { test(t, procedure) })
	}
}

// caseOf asks the server for one of its cases; -1 for a success.
func caseOf(ctx context.Context, i int) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "case", strconv.Itoa(i), "x-request-id", "id-of-caller")
}

// cases fail as the request asks.
func cases(fails ...func() error) answerer {
	return func(ctx context.Context) error {
		asked := strings.Join(metadata.ValueFromIncomingContext(ctx, "case"), "")
		if i, err := strconv.Atoi(asked); err == nil && i >= 0 {
			return fails[i]()
		}
		return nil
	}
}

func errorCases(errs ...error) answerer {
	fails := make([]func() error, len(errs))
	for i, err := range errs {
		fails[i] = func() error { return err }
	}
	return cases(fails...)
}

// A wireAnswer is an answer as any gRPC client would get it.
type wireAnswer struct {
	header, trailer http.Header
	body            []byte
}

func (a wireAnswer) bytes() []byte {
	var b bytes.Buffer
	_ = a.header.Write(&b)
	b.Write(a.body)
	_ = a.trailer.Write(&b)
	return b.Bytes()
}

// status is what gRPC says of the call, wherever it stands.
func (a wireAnswer) status(key string) string {
	if value := a.trailer.Get(key); value != "" {
		return value
	}
	return a.header.Get(key)
}

// frame is one message of gRPC.
func frame(message ...byte) []byte { return append([]byte{0, 0, 0, 0, byte(len(message))}, message...) }

// post makes a call by hand.
func post(t testing.TB, address, procedure string, body []byte, header ...string) wireAnswer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+procedure, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/grpc")
	req.Header.Set("Te", "trailers")
	for i := 0; i < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return wireAnswer{res.Header, res.Trailer, read}
}

// canary is planted where it must not come out.
const canary = "CanaryThatNobodyMaySee"

var base64Text = regexp.MustCompile(`[A-Za-z0-9+/_-]{8,}`)

// hasCanary looks into what is percent-encoded and into base64, too.
func hasCanary(raw []byte) bool {
	found := func(s string) bool { return strings.Contains(strings.ToLower(s), strings.ToLower(canary)) }
	if decoded, err := url.PathUnescape(string(raw)); err == nil && found(decoded) || found(string(raw)) {
		return true
	}
	for _, token := range base64Text.FindAllString(string(raw), -1) {
		if decoded, _ := base64.RawStdEncoding.DecodeString(token); found(string(decoded)) {
			return true
		}
	}
	return false
}

// TestCanaryIsFound proves the search itself.
func TestCanaryIsFound(t *testing.T) {
	for _, raw := range []string{"x" + canary, "%43" + canary[1:], "bin: " + base64.RawStdEncoding.EncodeToString([]byte("ab"+canary))} {
		if !hasCanary([]byte(raw)) {
			t.Errorf("hasCanary(%q) = false", raw)
		}
	}
	if hasCanary([]byte("nothing")) {
		t.Errorf("hasCanary(nothing) = true")
	}
}

// Errors of a handler that does not know what it does.
type (
	secretError   struct{ text string }
	panickyError  struct{}
	panickyUnwrap struct{}
	uncomparable  []string
	loop          struct{ next error }
)

func (e *secretError) Error() string { return e.text } // panics on nil
func (panickyError) Error() string   { panic(canary) }
func (panickyUnwrap) Error() string  { return canary }
func (panickyUnwrap) Unwrap() error  { panic(canary) }
func (u uncomparable) Error() string { return u[0] }
func (l *loop) Error() string        { return canary }
func (l *loop) Unwrap() error        { return l.next }
func newLoop() error                 { l := new(loop); l.next = l; return l }
func raise(value any) func() error   { return func() error { panic(value) } }
func give(err error) func() error    { return func() error { return err } }

var errPlain = errors.New(canary)

func wrapped(err error) error { return fmt.Errorf("%s: %w", canary, err) }
