// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"fmt"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/mapping"
)

// checker is a service.
type checker struct {
	healthv1.UnimplementedHealthServer
}

func (checker) Check(_ context.Context, req *healthv1.HealthCheckRequest) (*healthv1.HealthCheckResponse, error) {
	cause := errors.New("SELECT … FROM services: no rows")
	return nil, errpactv1err.NotExist.Errorf("There is no service %q", req.GetService()).
		WithMetadata("service", req.GetService()).Wrap(cause)
}

// A server and a client have the same options. What the client gets is a *mapping.Error, and grpc's own
// error as ever.
func ExampleNew() {
	errpact := grpcgo.New()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	server := grpc.NewServer(errpact.ServerOptions()...)
	healthv1.RegisterHealthServer(server, checker{})
	go func() { _ = server.Serve(listener) }()
	defer server.Stop()

	options := append(errpact.DialOptions(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	conn, err := grpc.NewClient(listener.Addr().String(), options...)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	_, err = healthv1.NewHealthClient(conn).Check(context.Background(), &healthv1.HealthCheckRequest{Service: "shop"})
	if e, ok := mapping.From(err); ok && errors.Is(err, errpactv1err.NotExist) {
		fmt.Println(e.Metadata()["service"])
	}
	fmt.Println(status.Code(err), status.Convert(err).Message())
	// Output:
	// shop
	// NotFound There is no service "shop"
}
