// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/balancer/base"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"
	"google.golang.org/grpc/serviceconfig"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/internal/testkit/loopback"
)

var errCanary = errors.New("canary")

// grpcHeaders are those of an answer that begins well.
var grpcHeaders = []string{":status", "200", "content-type", "application/grpc"}

// answered calls a peer that answers with one HEADERS frame.
func answered(t *testing.T, flags byte, fields ...string) error {
	t.Helper()
	return invoke(t, peer(t, func(stream uint32) [][]byte { return [][]byte{headers(flags, stream, fields...)} }), "")
}

// closedConn calls by a connection that this process has closed.
func closedConn(t *testing.T) error {
	t.Helper()
	conn, err := grpc.NewClient(loopback.ClosedAddress(t), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	return conn.Invoke(t.Context(), procedure, new(wrapperspb.StringValue), new(wrapperspb.StringValue))
}

// closedInUse calls by a connection that this process closes when the server has the request.
func closedInUse(t *testing.T) error {
	t.Helper()
	arrived := make(chan struct{})
	address := peer(t, func(uint32) [][]byte { close(arrived); return nil })
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	answer := make(chan error)
	go func() {
		answer <- conn.Invoke(t.Context(), procedure, new(wrapperspb.StringValue), new(wrapperspb.StringValue))
	}()
	<-arrived
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	return <-answer
}

// unresolved calls a name that has no address.
func unresolved(t *testing.T, options ...grpc.DialOption) error {
	t.Helper()
	r := manual.NewBuilderWithScheme("errpact")
	r.InitialState(resolver.State{})
	return invoke(t, "errpact:///x", "", append(options, grpc.WithResolvers(r))...)
}

// configured calls a name that resolves to a configuration of calls.
func configured(t *testing.T, config *serviceconfig.ParseResult) error {
	t.Helper()
	r := manual.NewBuilderWithScheme("errpact")
	r.InitialState(resolver.State{Endpoints: []resolver.Endpoint{{Addresses: []resolver.Address{{Addr: loopback.ClosedAddress(t)}}}}, ServiceConfig: config})
	return invoke(t, "errpact:///x", "", grpc.WithResolvers(r))
}

// balancedByBase has a call balanced by what most balancers of others' are made with.
func balancedByBase() grpc.DialOption {
	const name = "errpact_base"
	balancer.Register(base.NewBalancerBuilder(name, pickers{}, base.Config{}))
	return grpc.WithDefaultServiceConfig(`{"loadBalancingConfig":[{"` + name + `":{}}]}`)
}

type pickers struct{}

func (pickers) Build(base.PickerBuildInfo) balancer.Picker {
	return base.NewErrPicker(balancer.ErrNoSubConnAvailable)
}

// failingCredentials have no token to give.
type failingCredentials struct{}

func (failingCredentials) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return nil, errCanary
}

func (failingCredentials) RequireTransportSecurity() bool { return false }

// secureCredentials do not go out in the clear.
type secureCredentials struct{ failingCredentials }

func (secureCredentials) RequireTransportSecurity() bool { return true }

// failing returns the name of a compressor that fails.
func failing(t *testing.T) string {
	t.Helper()
	encoding.RegisterCompressor(failingCompressor{})
	return failingCompressor{}.Name()
}

// failingCompressor compresses nothing.
type failingCompressor struct{}

func (failingCompressor) Name() string { return "errpact-fails" }

func (failingCompressor) Compress(io.Writer) (io.WriteCloser, error) { return nil, errCanary }

func (failingCompressor) Decompress(io.Reader) (io.Reader, error) { return nil, errCanary }

// serveGRPC starts a server of grpc-go's.
func serveGRPC(t *testing.T, server *grpc.Server) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}
