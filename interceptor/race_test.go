// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

func TestG11FiftyGoroutinesShareErrors(t *testing.T) {
	shared := errpactv1err.NotExist.WithMetadata("shared", "yes").WithField("f", "d").
		WithDetail(&errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{Subject: "s"}}})
	local := connect.NewError(connect.CodeAborted, errors.New("shared"))
	local.AddDetail(anyDetail(t, &errdetails.ResourceInfo{ResourceName: "r"}))
	var later mapping.Code // read for the first time by all of them
	server := serveErrors(t, func(_ context.Context, header http.Header) error {
		switch header.Get(caseHeader) {
		case "0":
			return shared.WithMetadata("own", header.Get("Own"))
		case "1":
			return local
		case "2":
			return later
		}
		return errpactv1err.ContainerUnpackingFailed.WithReason("OF_ITS_OWN")
	})
	clients := map[string]*connect.Client[text, text]{}
	for _, w := range ways {
		clients[w.name] = newClient(&http.Client{Transport: newTransport(t, w.http2)}, server.URL, serverStream, w, decoding())
	}
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			own := fmt.Sprint(i)
			for j := range 8 {
				header := caseOf(j % 4)
				header.Set("Own", own)
				err := call(t.Context(), clients[ways[(i+j)%len(ways)].name], serverStream, header)
				found, ok := mapping.From(err)
				if !ok || err == nil {
					t.Errorf("got %v", err)
					continue
				}
				if j%4 == 0 {
					if diff := cmp.Diff(map[string]string{"shared": "yes", "own": own}, found.Metadata()); diff != "" {
						t.Errorf("another's metadata (-want +got):\n%s", diff)
					}
				}
				if want := 1; j%4 < 2 && len(found.Details()) != want {
					t.Errorf("%d details, want %d: %v", len(found.Details()), want, found.Details())
				}
			}
		})
	}
	group.Wait()
	if len(local.Details()) != 1 || len(local.Meta()) != 0 {
		t.Errorf("the shared error has %d details, %d headers", len(local.Details()), len(local.Meta()))
	}
}

// TestG11AReceiverThatOutlivesItsHandler is no race: a handler may leave one behind.
func TestG11AReceiverThatOutlivesItsHandler(t *testing.T) {
	var left sync.WaitGroup
	mux := http.NewServeMux()
	mux.Handle(bidiStream, connect.NewBidiStreamHandler(bidiStream, func(_ context.Context, stream *connect.BidiStream[text, text]) error {
		left.Go(func() {
			for {
				if _, err := stream.Receive(); err != nil {
					return
				}
			}
		})
		return errpactv1err.AuthForbidden
	}, intercepted(t)))
	server := loopback.Serve(t, mux)
	client := newClient(&http.Client{Transport: newTransport(t, true)}, server.URL, bidiStream, ways[2], decoding())
	for range 50 {
		if err := call(t.Context(), client, bidiStream, nil); !errors.Is(err, errpactv1err.AuthForbidden) {
			t.Errorf("got %v", err)
		}
	}
	left.Wait()
}
