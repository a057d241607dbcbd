// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// TestG3ABodyThatBreaksIsTheUpstreams while the request is alive. After its end, a reset of code CANCEL is how the server
// confirms it.
func TestG3ABodyThatBreaksIsTheUpstreams(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	headers := loopback.Frame(1, 4, 1, []byte{0x88}) // status 200
	for name, test := range map[string]struct {
		answer []byte
		// ends says that it is the end of a request that has ended.
		ends bool
	}{
		"INTERNAL_ERROR": {loopback.Reset(2), false},
		"REFUSED_STREAM": {loopback.Reset(7), false},
		"CANCEL":         {loopback.Reset(8), true},
		"GOAWAY":         {loopback.GoAway(1, 2), false},
	} {
		client := &http.Client{Transport: loopback.NewTransport(t, true)}
		res, err := client.Get("http://" + loopback.Frames(t, headers, test.answer, nil))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
		err = fmt.Errorf("read the answer: %w", err)
		answer := (*mapping.Policy)(nil).Translate(&mapping.Call{Context: t.Context()}, err)
		if got := answer.Error(); !errors.Is(got, errpactv1err.ExternalServiceBroken) {
			t.Errorf("%s: %v became %v/%s", name, err, got, got.Reason())
		}
		answer = (*mapping.Policy)(nil).Translate(&mapping.Call{Context: ended}, err)
		if ends := answer.Error().ConnectCode() == 1; ends != test.ends {
			t.Errorf("%s, of a request that has ended: %v became %v", name, err, answer.Error())
		}
	}
}

// TestG3ACallersResetIsTheCallersEnd: the body of its request gives the error that the body of an answer gives.
func TestG3ACallersResetIsTheCallersEnd(t *testing.T) {
	answers := make(chan *mapping.Error, 1)
	server := loopback.Serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		answer := (*mapping.Policy)(nil).Translate(&mapping.Call{Context: r.Context()}, err)
		answers <- answer.Error()
	}))
	body, writer := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, body)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_, _ = writer.Write([]byte("x"))
		cancel()
	}()
	if res, err := (&http.Client{Transport: loopback.NewTransport(t, true)}).Do(req); err == nil {
		_ = res.Body.Close()
		t.Error("the call succeeded")
	}
	if got := <-answers; got.ConnectCode() != 1 {
		t.Errorf("the caller's reset became %v/%s", got, got.Reason())
	}
}
