// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"connectrpc.com/connect"

	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/server"
)

// TestAStreamOutlivesTheTimeOfCalls: its end, which comes later than a connection may be written to
// for a call, arrives all the same, and says what it is.
func TestAStreamOutlivesTheTimeOfCalls(t *testing.T) {
	const callTime = time.Second
	var handler http.Handler
	c := startWith(t, server.Config{StreamTimeout: 2 * callTime}, func(config server.Config) (_ http.Handler, err error) {
		handler, err = server.New(config)
		return handler, err
	})
	folder := c.folder()
	hasty := httptest.NewUnstartedServer(handler)
	hasty.Config = server.NewHTTP(handler)
	hasty.Config.WriteTimeout = callTime
	hasty.Start()
	t.Cleanup(hasty.Close)
	for _, w := range wires {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			c := &capsule{url: hasty.URL, t: t}
			stream, err := c.typedClient(w, "demo-admin").WatchAnalyses(t.Context(),
				connect.NewRequest(&capsulev1.WatchAnalysesRequest{FolderId: folder, Follow: true}))
			must(t, err)
			for stream.Receive() {
			}
			if connect.CodeOf(stream.Err()) != connect.CodeDeadlineExceeded || !connect.IsWireError(stream.Err()) {
				t.Errorf("the stream ends with %+v, want the server's deadline_exceeded", stream.Err())
			}
			_ = stream.Close() // says the same
		})
	}
}
