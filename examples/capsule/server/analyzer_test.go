// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/errpact/errpact/examples/capsule/analyzer"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/examples/capsule/server"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// analyzerServer is a running analyzer, which can be killed, and made to get things wrong.
type analyzerServer struct {
	url     string
	kill    func()
	handler atomic.Value
}

func startAnalyzer(t *testing.T) *analyzerServer {
	t.Helper()
	a := &analyzerServer{}
	a.setFault(analyzer.NoFault)
	a.url, a.kill = listenAndServe(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.handler.Load().(http.Handler).ServeHTTP(w, r)
	}))
	return a
}

func (a *analyzerServer) setFault(fault analyzer.Fault) {
	// One type for all: an atomic.Value takes no other.
	a.handler.Store(http.HandlerFunc(analyzer.New(fault).ServeHTTP))
}

// TestAFailedAnalysisIsNotStored, and the end of the caller's patience is the caller's own.
func TestAFailedAnalysisIsNotStored(t *testing.T) {
	onStreamWires(t, server.Config{AnalyzerTimeout: time.Minute}, func(t *testing.T, c *capsule, client capsulev1connect.FolderServiceClient) {
		folder := analyzerWith(analyzer.Fail)(c)
		if err := analyse("QUALITY")(t.Context(), client, folder); !errors.Is(err, errpactv1err.ExternalServiceRejected) {
			t.Errorf("StartAnalysis = %v, want REJECTED", err)
		}
		c.analyzer.setFault(analyzer.Sleep)
		defer c.analyzer.setFault(analyzer.NoFault)
		req := c.request("POST", "/api/folders/"+folder+"/analyses", "demo-admin", `{"type": "QUALITY"}`)
		req.Header.Set("X-Server-Timeout", "0.02")
		if resp, body := c.rest(req); resp.StatusCode != 504 || string(body) != `{"error_code":0,"error_message":"Gateway Timeout","details":null}` {
			t.Errorf("the caller's own timeout = %d %s, want a 504 that is not the analyzer's", resp.StatusCode, body)
		}
		if got := c.analyses(folder); got != 0 {
			t.Errorf("the folder has %d analyses, want 0", got)
		}
	})
}

// TestAnAnalyzerThatIsKilledInMidCall may have done the work or not, and that is not its caller's fault.
func TestAnAnalyzerThatIsKilledInMidCall(t *testing.T) {
	c := start(t, server.Config{AnalyzerTimeout: time.Minute})
	folder, called, answered := c.folder(), make(chan struct{}), make(chan error, 1)
	c.analyzer.handler.Store(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(called)
		<-r.Context().Done()
	}))
	client := c.typedClient(wires[0], "demo-admin")
	go func() { answered <- analyse("QUALITY")(t.Context(), client, folder) }()
	<-called
	c.analyzer.kill()
	if err := <-answered; !errors.Is(err, errpactv1err.ExternalServiceBroken) {
		t.Errorf("StartAnalysis = %v, want BROKEN", err)
	}
	if got := c.analyses(folder); got != 0 {
		t.Errorf("the folder has %d analyses, want 0", got)
	}
}
