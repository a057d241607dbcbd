// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retries_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/interceptor/retry"
	"github.com/errpact/errpact/interceptor/retry/retrygrpc"
	"github.com/errpact/errpact/interceptor/retry/retryv2"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// A caller makes one call of a procedure with an id.
type caller func(ctx context.Context, procedure, id string) error

// soon makes all waits but the server's short.
var soon = retry.WithBackoff(time.Microsecond, time.Microsecond)

// outside has the interceptors that wrap errpact's, for one client of each stack.
type outside struct {
	v1   []connect.Interceptor
	v2   []connectv2.ClientInterceptor
	grpc []grpc.UnaryClientInterceptor
}

// retries makes calls again, with a budget for all calls of a client.
func retries() outside {
	return outside{
		[]connect.Interceptor{retry.NewInterceptor(soon)},
		[]connectv2.ClientInterceptor{retryv2.NewClientInterceptor(soon)},
		[]grpc.UnaryClientInterceptor{retrygrpc.UnaryClientInterceptor(soon)},
	}
}

// callers returns the clients of each stack, with retries and errpact.
func callers(t *testing.T, address string) map[string]caller {
	t.Helper()
	return callersWith(t, address, retries)
}

func callersWith(t *testing.T, address string, outside func() outside) map[string]caller {
	t.Helper()
	policy := newPolicy(t)
	return map[string]caller{
		"connect v1":       newV1(t, address, policy, outside().v1),
		"connect v1, gRPC": newV1(t, address, policy, outside().v1, connect.WithGRPC()),
		"connect v2":       newV2(t, address, policy, outside().v2),
		"connect v2, gRPC": newV2(t, address, policy, outside().v2, connecthttp.WithGRPC()),
		"grpc-go": newGRPC(t, address, append([]grpc.DialOption{grpc.WithChainUnaryInterceptor(outside().grpc...)},
			grpcgo.New(grpcgo.WithPolicy(policy)).DialOptions()...)...),
	}
}

func newV1(t *testing.T, address string, policy *mapping.Policy, outside []connect.Interceptor, options ...connect.ClientOption) caller {
	t.Helper()
	h2 := &http.Client{Transport: loopback.NewTransport(t, true)}
	options = append(options, connect.WithInterceptors(append(outside, interceptor.New(interceptor.WithPolicy(policy)))...))
	client := map[string]*connect.Client[text, text]{
		procedureWork: connect.NewClient[text, text](h2, "http://"+address+procedureWork, options...),
		procedureRead: connect.NewClient[text, text](h2, "http://"+address+procedureRead, append(options, connect.WithIdempotency(connect.IdempotencyNoSideEffects))...),
	}
	return func(ctx context.Context, procedure, id string) error {
		request := connect.NewRequest(new(text))
		request.Header().Set(headerID, id)
		_, err := client[procedure].CallUnary(ctx, request)
		return err
	}
}

func newV2(t *testing.T, address string, policy *mapping.Policy, outside []connectv2.ClientInterceptor, options ...connecthttp.Option) caller {
	t.Helper()
	h2 := &http.Client{Transport: loopback.NewTransport(t, true)}
	client := connectv2.NewClient(connecthttp.NewTransport(h2, "http://"+address, options...), append(outside, errpactv2.NewClientInterceptor(errpactv2.WithPolicy(policy)))...)
	return func(ctx context.Context, procedure, id string) error {
		spec := connectv2.Spec{Procedure: procedure}
		if procedure == procedureRead {
			spec.IdempotencyLevel = connectv2.IdempotencyNoSideEffects
		}
		ctx, info := connectv2.NewClientContext(ctx)
		info.RequestHeader().Set(headerID, id)
		return client.CallUnary(ctx, spec, new(text), new(text))
	}
}

// newGRPC returns a client of grpc-go with nothing but the options.
func newGRPC(t *testing.T, address string, options ...grpc.DialOption) caller {
	t.Helper()
	conn, err := grpc.NewClient(address, append(options, grpc.WithTransportCredentials(insecure.NewCredentials()))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return func(ctx context.Context, procedure, id string) error {
		return conn.Invoke(metadata.AppendToOutgoingContext(ctx, headerID, id), procedure, new(text), new(text))
	}
}
