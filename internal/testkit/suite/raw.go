// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/errpact/errpact/internal/testkit/forge"
	"github.com/errpact/errpact/internal/testkit/opaque"
)

// A rawAnswer is an answer as it travels.
type rawAnswer struct {
	header, trailer http.Header
	body            []byte
}

func (a rawAnswer) bytes() []byte {
	var b bytes.Buffer
	_ = a.header.Write(&b)
	b.Write(a.body)
	_ = a.trailer.Write(&b)
	return b.Bytes()
}

// status returns gRPC's own status of the call, wherever it stands.
func (a rawAnswer) status(key string) string {
	if value := a.trailer.Get(key); value != "" {
		return value
	}
	return a.header.Get(key)
}

// contentType returns the type of a request.
func (w Way) contentType(procedure string) string {
	codec := "proto"
	if w.JSON {
		codec = "json"
	}
	switch {
	case w.Protocol == GRPC:
		return "application/grpc+" + codec
	case w.Protocol == GRPCWeb:
		return "application/grpc-web+" + codec
	case procedure == Unary:
		return "application/" + codec
	}
	return "application/connect+" + codec
}

// request returns the body of a request with one message.
func (w Way) request(procedure string) []byte {
	message := []byte("\n\x07request")
	if w.JSON {
		message = []byte(`"request"`)
	}
	if w.Protocol == Connect && procedure == Unary {
		return message
	}
	return forge.Frame(0, message)
}

// transports speak one version of HTTP and inflate nothing.
var transports = map[bool]*http.Transport{false: newTransport(false), true: newTransport(true)}

func newTransport(http2 bool) *http.Transport {
	transport := &http.Transport{Protocols: new(http.Protocols), DisableCompression: true}
	transport.Protocols.SetHTTP1(!http2)
	transport.Protocols.SetUnencryptedHTTP2(http2)
	return transport
}

// newRequest returns a request that no client of ours may have written.
func (w Way) newRequest(t testing.TB, server Server, procedure string, header http.Header, body io.Reader) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+procedure, body)
	if err != nil {
		t.Fatal(err)
	}
	for key, values := range header {
		req.Header[http.CanonicalHeaderKey(key)] = values
	}
	req.Header.Set("Content-Type", w.contentType(procedure))
	req.Header.Set("Te", "trailers")
	return req
}

// post makes a call by hand.
func (w Way) post(t testing.TB, server Server, procedure string, header http.Header, body []byte) rawAnswer {
	t.Helper()
	res, err := transports[w.HTTP2].RoundTrip(w.newRequest(t, server, procedure, header, bytes.NewReader(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return rawAnswer{res.Header, res.Trailer, read}
}

// checkSilent makes a call by hand, and looks for the canary in all bytes of its answer.
func (w Way) checkSilent(t *testing.T, server Server, procedure string, header http.Header) {
	t.Helper()
	if w.Protocol == "" {
		return
	}
	if raw := w.post(t, server, procedure, header, w.request(procedure)).bytes(); len(raw) == 0 || opaque.Found(raw) {
		t.Errorf("the canary is in the answer:\n%q", raw)
	}
}
