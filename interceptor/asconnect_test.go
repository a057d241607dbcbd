// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"bytes"
	"context"
	"net/http"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// undated leaves out what differs between two answers that are the same.
func undated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		next.ServeHTTP(w, r)
	})
}

func TestG14WithConnectMessagesTheCallersErrorsAreConnectsToTheByte(t *testing.T) {
	answer := func(context.Context, http.Header) error { return nil }
	limit := connect.WithReadMaxBytes(1000)
	alone := loopback.Serve(t, undated(newMux(answer, limit)))
	with := loopback.Serve(t, undated(newMux(answer, limit, intercepted(t, mapping.WithConnectMessages()))))
	for _, contentType := range []string{"application/connect+proto", "application/grpc+proto", "application/grpc-web+proto"} {
		for _, procedure := range procedures[1:] {
			for _, bad := range badStreams {
				t.Run(contentType+procedure+"/"+bad.name, func(t *testing.T) {
					want := post(t, alone.URL+procedure, contentType, bytes.NewReader(bad.body))
					got := post(t, with.URL+procedure, contentType, bytes.NewReader(bad.body))
					if !bytes.Equal(got, want) {
						t.Errorf("the answer is\n%q\nand without the interceptor\n%q", got, want)
					}
				})
			}
		}
	}
}

func TestG14WithConnectMessagesAnEndHasNoDetails(t *testing.T) {
	for name, end := range callerEnds {
		t.Run(name, func(t *testing.T) {
			server := serveErrors(t, func(ctx context.Context, _ http.Header) error {
				<-ctx.Done()
				return end(ctx)
			}, mapping.WithRules(mapping.SQLRules()...), mapping.WithConnectMessages())
			everyWay(t, func(t *testing.T, procedure string, w way) {
				client := newClient(&http.Client{Transport: newTransport(t, w.http2)}, server.URL, procedure, w)
				err := call(t.Context(), client, procedure, expiring(w))
				wire, ok := err.(*connect.Error)
				if !ok || wire.Code() != connect.CodeDeadlineExceeded || len(wire.Details()) != 0 || hasCanary([]byte(err.Error())) {
					t.Errorf("the caller got %v", err)
				}
			})
		})
	}
}
