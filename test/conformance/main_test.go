// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/test/conformance"
)

// TestMain lets the runner start this program as a server or a client: what is under test then was
// built as the test was, with the race detector where that has it.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	var err error
	name, stack := os.Args[1], conformance.ConnectV1
	if v2, ok := strings.CutPrefix(name, "v2-"); ok {
		name, stack = v2, conformance.ConnectV2
	}
	switch name {
	case "server":
		err = conformance.Serve(ctx, os.Stdin, os.Stdout, stack, conformance.Local, alone)
	case "rest-server":
		err = conformance.Serve(ctx, os.Stdin, os.Stdout, stack, conformance.Local, behindREST)
	case "domain-server":
		err = conformance.Serve(ctx, os.Stdin, os.Stdout, stack, conformance.Domain, alone)
	case "client":
		err = conformance.Call(ctx, os.Stdin, os.Stdout, stack, conformance.Local)
	case "domain-client":
		err = conformance.Call(ctx, os.Stdin, os.Stdout, stack, conformance.Domain)
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func alone(h http.Handler) http.Handler { return h }

func behindREST(h http.Handler) http.Handler { return rest.Handler(h) }
