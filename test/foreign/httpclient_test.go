// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/net/http2"

	"github.com/errpact/errpact/internal/foreign/httpclient"
)

// TestHTTP2ClientTexts are those of x/net/http2, of which net/http has a copy.
func TestHTTP2ClientTexts(t *testing.T) {
	source := sourceOf(t, "golang.org/x/net")
	for _, text := range httpclient.Texts() {
		if strings.HasPrefix(text, "http2: ") && !strings.Contains(source, `"`+strings.TrimSpace(text)) {
			t.Errorf("no literal of x/net starts with %q", text)
		}
	}
	client := &http.Client{Transport: &http2.Transport{
		AllowHTTP: true,
		DialTLSContext: func(ctx context.Context, network, address string, _ *tls.Config) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}}
	for name, test := range map[string]struct {
		answer func(stream uint32) [][]byte
		want   httpclient.Outcome
	}{
		"REFUSED_STREAM": {func(stream uint32) [][]byte { return [][]byte{reset(stream, 7)} }, httpclient.Unsent},
		"INTERNAL_ERROR": {func(stream uint32) [][]byte { return [][]byte{reset(stream, 2)} }, httpclient.Broken},
		"GOAWAY below":   {func(uint32) [][]byte { return [][]byte{goAway(0, ""), nil} }, httpclient.Unsent},
		"GOAWAY above":   {func(stream uint32) [][]byte { return [][]byte{goAway(stream, ""), nil} }, httpclient.Broken},
		"closed":         {func(uint32) [][]byte { return [][]byte{nil} }, httpclient.Broken},
	} {
		_, err := client.Post("http://"+peer(t, test.answer), "text/plain", struct{ *strings.Reader }{strings.NewReader("x")})
		if errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) {
			continue // which of the two the client meets first is chance
		}
		if got := httpclient.Find(errors.Unwrap(err)); got != test.want {
			t.Errorf("%s: Find(%v) = %d, want %d", name, err, got, test.want)
		}
	}
}
