// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
	"github.com/errpact/errpact/test/trouble"
)

// bareServers are the service on each stack without errpact, as of a team that does not have it: it
// fails with the stack's own errors, which name no entry.
func bareServers(t *testing.T) []server {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: bareAnswer(func(code uint32) error {
		return connect.NewError(connect.Code(code), errors.New(bareMessage))
	})}))
	muxV2, ofV2 := http.NewServeMux(), connectv2.NewServer()
	interopv1connectv2.RegisterTroubleServiceHandler(ofV2, trouble.ConnectV2{Answer: bareAnswer(func(code uint32) error {
		return connectv2.NewError(connectv2.Code(code), bareMessage)
	})})
	connecthttp.Mount(muxV2, ofV2)
	ofGRPC := grpc.NewServer()
	interopv1.RegisterTroubleServiceServer(ofGRPC, trouble.GRPC{Answer: bareAnswer(func(code uint32) error {
		return status.Error(codes.Code(code), bareMessage)
	})})
	return []server{
		{stack: v1, address: serveHTTP(t, mux)}, {stack: v2, address: serveHTTP(t, muxV2)},
		{stack: grpcGo, address: listenGRPC(t, ofGRPC)}, {stack: inProcess, here: ofV2},
	}
}

const bareMessage = "wörds of a service that has no catalogue"

// bareAnswer fails with the code that the name says.
func bareAnswer(fail func(code uint32) error) trouble.Answer {
	return func(_ context.Context, name string) error {
		var code uint32
		if _, err := fmt.Sscanf(name, bareName, &code); err != nil {
			return err
		}
		return fail(code)
	}
}

const bareName = "code %d alone"

// bareFailures have each Connect code.
func bareFailures(t *testing.T) (all []failure) {
	t.Helper()
	every := entries(t)
	for code := uint32(1); code <= 16; code++ {
		e := standIn(t, every, code)
		f := failure{
			problem: problem{name: fmt.Sprintf(bareName, code)},
			hidden:  inRole(t, every, e.partAsUpstream()).want(t, cargo{}, true),
		}
		f.relayed = e.want(t, cargo{message: bareMessage}, false)
		switch code {
		case 1, 4, 16: // these may be about A's own call, and its own credential
			f.relayed = f.hidden
		}
		all = append(all, f)
	}
	return all
}

// standIn is the entry that an error which names none is taken for, with the error's own code.
func standIn(t *testing.T, all []entry, code uint32) entry {
	t.Helper()
	for _, e := range all {
		if e.enum == "" && slices.Contains(e.standsInFor, code) {
			if e.connectCode != code {
				e.connectCode, e.status = code, connectStatuses[code]
			}
			return e
		}
	}
	t.Fatalf("no entry stands in for code %d", code)
	return entry{}
}

// connectStatuses are HTTP's, by the Connect codes that have no entry of their own.
// https://connectrpc.com/docs/protocol#error-codes
var connectStatuses = map[uint32]int32{
	1: 499, 4: 504, 6: 409, 8: 429, 9: 400, 10: 409, 11: 400, 13: 500, 14: 503, 15: 500,
}
