// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retries_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/mapping"
)

// serveGRPC starts a server of grpc-go with errpact that answers all calls with an error, and returns when they came.
func serveGRPC(t *testing.T, err error) (address string, arrivals func() []time.Time) {
	t.Helper()
	var mu sync.Mutex
	var came []time.Time
	server := grpc.NewServer(grpcgo.New(grpcgo.WithPolicy(newPolicy(t))).ServerOptions()...)
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "acme.retries.v1.RetriesService", HandlerType: (*any)(nil), Methods: []grpc.MethodDesc{{
			MethodName: "Work",
			Handler: func(service any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
				request := new(text)
				if invalid := decode(request); invalid != nil {
					return nil, invalid
				}
				return intercept(ctx, request, &grpc.UnaryServerInfo{Server: service, FullMethod: procedureWork}, func(context.Context, any) (any, error) {
					mu.Lock()
					defer mu.Unlock()
					came = append(came, time.Now())
					return nil, err
				})
			},
		}},
	}, new(any))
	listener, listening := net.Listen("tcp", "127.0.0.1:0")
	if listening != nil {
		t.Fatal(listening)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return listener.Addr().String(), func() []time.Time {
		mu.Lock()
		defer mu.Unlock()
		return came
	}
}

// stock is the service config on the page.
const stock = `{"methodConfig": [{
  "name": [{"service": "acme.retries.v1.RetriesService"}],
  "retryPolicy": {
    "maxAttempts": 4,
    "initialBackoff": "0.1s",
    "maxBackoff": "10s",
    "backoffMultiplier": 2,
    "retryableStatusCodes": ["UNAVAILABLE", "RESOURCE_EXHAUSTED"]
  }
}]}`

// TestStockClientKeepsToThePushback has a client with nothing of errpact's.
func TestStockClientKeepsToThePushback(t *testing.T) {
	for _, test := range []struct {
		name string
		err  *mapping.Error
		code codes.Code
		want int
		wait time.Duration
	}{
		{"never", hopeless(), codes.Unavailable, 1, 0},
		{"never, whatever the delay", hopeless().WithRetryDelay(time.Millisecond), codes.Unavailable, 1, 0},
		{"a delay", down().WithRetryDelay(150 * time.Millisecond), codes.Unavailable, 4, 150 * time.Millisecond},
		{"always, with a delay", refused().WithRetryDelay(150 * time.Millisecond), codes.ResourceExhausted, 4, 150 * time.Millisecond},
		{"more than a minute", down().WithRetryDelay(time.Hour), codes.Unavailable, 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			address, arrivals := serveGRPC(t, test.err)
			err := newGRPC(t, address, grpc.WithDefaultServiceConfig(stock))(t.Context(), procedureWork, "")
			came := arrivals()
			if status.Code(err) != test.code || len(came) != test.want {
				t.Fatalf("%v after %d tries, want %v after %d", err, len(came), test.code, test.want)
			}
			for i := 1; i < len(came); i++ {
				if wait := came[i].Sub(came[i-1]); wait < test.wait {
					t.Errorf("the client waited %v before try %d, want at least %v", wait, i+1, test.wait)
				}
			}
		})
	}
}

// TestStockClientNeverRepeatsACallToConnect shows why a client of a Connect server needs retries of its own.
func TestStockClientNeverRepeatsACallToConnect(t *testing.T) {
	s := &service{answer: func(string, int, func()) error { return down() }}
	err := newGRPC(t, s.serve(t), grpc.WithDefaultServiceConfig(stock))(t.Context(), procedureWork, "")
	if status.Code(err) != codes.Unavailable || s.total() != 1 {
		t.Errorf("%v after %d tries, want unavailable after 1", err, s.total())
	}
}
