// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestShutdownLetsRequestsFinish: a request whose body is still coming when the server is told to
// end is answered all the same.
func TestShutdownLetsRequestsFinish(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		protocols := new(http.Protocols)
		protocols.SetHTTP1(!http2)
		protocols.SetUnencryptedHTTP2(http2)
		t.Run(protocols.String(), func(t *testing.T) {
			testShutdown(t, &http.Transport{Protocols: protocols, ExpectContinueTimeout: time.Minute})
		})
	}
}

func testShutdown(t *testing.T, transport *http.Transport) {
	s := startServing(t)
	body, bodyWriter := io.Pipe()
	reading := make(chan struct{})
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		Got100Continue: func() { close(reading) }, // the handler reads the body
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/api/folders", body)
	must(t, err)
	req.Header.Set("Expect", "100-continue")
	req.Header.Set("Authorization", "Bearer demo-admin")
	type answer struct {
		resp *http.Response
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		resp, err := (&http.Client{Transport: transport}).Do(req)
		answers <- answer{resp, err}
	}()
	<-reading
	must(t, s.cmd.Process.Signal(syscall.SIGTERM))
	for { // until it listens no more
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			break
		}
		must(t, conn.Close())
	}
	_, err = io.WriteString(bodyWriter, "hello")
	must(t, err, bodyWriter.Close())
	got := <-answers
	must(t, got.err)
	text, err := io.ReadAll(got.resp.Body)
	must(t, err, got.resp.Body.Close())
	if got.resp.StatusCode != http.StatusBadRequest || !strings.Contains(string(text), `"error_code":14`) {
		t.Errorf("the request under way was answered %d %s, want the envelope of 14", got.resp.StatusCode, text)
	}
	if exit := s.wait(t); exit != 0 {
		t.Errorf("exit code = %d, want 0: %s", exit, s.stderr)
	}
}
