// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package migration_test is the code of the page on migration, and proves what the page says about it.
package migration_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// canary is planted where it must not come out.
const canary = "CanaryThatNobodyMaySee"

// find is what the service does.
func find(name, language string) (text string, err error) {
	if name == "f-17" {
		return "", errors.New(canary)
	}
	return name + " in " + language, nil
}

// language is the caller's.
func language(ctx context.Context) string {
	received, _ := metadata.FromIncomingContext(ctx)
	if values := received.Get("accept-language"); len(values) > 0 {
		return values[0]
	}
	return ""
}

func quiet(t *testing.T, options ...mapping.Option) *mapping.Policy {
	t.Helper()
	policy, err := mapping.NewPolicy(append(options, mapping.WithReport(nil))...)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// serveHTTP speaks HTTP/1.1 and HTTP/2 on one port.
func serveHTTP(t *testing.T, handler http.Handler) (url string) {
	t.Helper()
	return loopback.Serve(t, handler).URL
}

func serveGRPC(t *testing.T, server *grpc.Server) (address string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}
