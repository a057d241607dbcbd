// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

const (
	getThing = "/acme.v1.Things/Get"
	canary   = "CANARY-of-upstream"
)

// A plainCall is a call by clients of Connect that know nothing of errpact.
type plainCall struct {
	base   string
	client *http.Client
	// json has the clients use encoding/json.
	json bool
}

// v1 and v2 return the errors of Connect v1 and v2, with errpact's interceptor in the client or without.
func (c plainCall) v1(t *testing.T, options ...connect.ClientOption) error {
	t.Helper()
	if c.json {
		options = append(options, connect.WithCodec(jsonCodec{}))
	}
	_, err := connect.NewClient[text, text](c.client, c.base+getThing, options...).CallUnary(t.Context(), connect.NewRequest(new(text)))
	return err
}

func (c plainCall) v2(t *testing.T, interceptors ...connectv2.ClientInterceptor) error {
	t.Helper()
	var options []connecthttp.Option
	if c.json {
		options = append(options, connecthttp.WithCodecs(jsonCodecV2{}), connecthttp.WithSendCodec("json"))
	}
	client := connectv2.NewClient(connecthttp.NewTransport(c.client, c.base, options...), interceptors...)
	return client.CallUnary(t.Context(), connectv2.Spec{Procedure: getThing, StreamType: connectv2.StreamTypeUnary}, new(text), new(text))
}

// jsonCodec refuses what it does not know, as encoding/json words that.
type jsonCodec struct{}

func (jsonCodec) Name() string                { return "json" }
func (jsonCodec) Marshal(any) ([]byte, error) { return []byte("{}"), nil }
func (jsonCodec) Unmarshal(data []byte, _ any) error {
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.DisallowUnknownFields()
	return decoder.Decode(&struct{}{})
}

type jsonCodecV2 struct{ jsonCodec }

func (jsonCodecV2) MarshalWrite(_ context.Context, w io.Writer, _ any) error {
	_, err := io.WriteString(w, "{}")
	return err
}

func (c jsonCodecV2) UnmarshalRead(_ context.Context, r io.Reader, message any) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return c.Unmarshal(data, message)
}

// says starts a server that reads a request and answers with a text, byte for byte.
func says(t *testing.T, answer string) plainCall {
	t.Helper()
	address := loopback.Accept(t, func(conn net.Conn) {
		if request, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			_, _ = io.Copy(io.Discard, request.Body)
		}
		_, _ = io.WriteString(conn, answer)
	})
	return plainCall{base: "http://" + address, client: clientOf(t, &http.Transport{DisableKeepAlives: true})}
}

func clientOf(t *testing.T, by *http.Transport) *http.Client {
	t.Helper()
	t.Cleanup(by.CloseIdleConnections)
	return &http.Client{Transport: by}
}

// answers is says, for a status line and an empty body.
func answers(t *testing.T, status string) plainCall {
	t.Helper()
	return says(t, "HTTP/1.1 "+status+"\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n")
}

// verifying calls a server whose certificate a function of the client's own does not accept.
func verifying(t *testing.T, verify func(*x509.Certificate) error) plainCall {
	t.Helper()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	config := &tls.Config{InsecureSkipVerify: true, VerifyConnection: func(s tls.ConnectionState) error {
		return verify(s.PeerCertificates[0])
	}}
	return plainCall{base: server.URL, client: clientOf(t, &http.Transport{TLSClientConfig: config})}
}

// untrusted is verifying, where crypto/tls verifies.
func untrusted(t *testing.T) plainCall {
	t.Helper()
	call := verifying(t, nil)
	call.client = clientOf(t, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: x509.NewCertPool()}})
	return call
}

// TestG2APlainClientsErrorIsTheUpstreams, whatever the upstream, or its address, has in its text. errpact's own
// interceptor in the client makes the same of it.
func TestG2APlainClientsErrorIsTheUpstreams(t *testing.T) {
	unreachable, broken := errpactv1err.ExternalServiceUnreachable, errpactv1err.ExternalServiceBroken
	timedOut, rejected := errpactv1err.ExternalServiceTimedOut, errpactv1err.ExternalServiceRejected
	few := says(t, "HTTP/1.1 200 OK\r\nA: "+strings.Repeat(canary, 1000)+"\r\n\r\n")
	few.client = clientOf(t, &http.Transport{DisableKeepAlives: true, MaxResponseHeaderBytes: 10})
	circle := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path, http.StatusPermanentRedirect)
	}))
	t.Cleanup(circle.Close)
	unknownField := fmt.Sprintf(`{%q: 1}`, canary)
	inJSON := says(t, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(unknownField), unknownField))
	inJSON.json = true
	policy, err := mapping.NewPolicy(mapping.WithConnectMessages(), mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		call plainCall
		want mapping.Code
	}{
		"no HTTP":             {says(t, canary+"\r\n"), rejected},
		"no status":           {says(t, "HTTP/1.1 "+canary+" odd\r\n\r\n"), rejected},
		"no header":           {says(t, "HTTP/1.1 200 OK\r\n"+canary+"\r\n\r\n"), rejected},
		"no length":           {says(t, "HTTP/1.1 200 OK\r\nContent-Length: "+canary+"\r\n\r\n"), rejected},
		"an odd encoding":     {says(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: "+canary+"\r\n\r\n"), rejected},
		"large headers":       {few, rejected},
		"a circle":            {plainCall{base: circle.URL, client: circle.Client()}, rejected},
		"an odd location":     {says(t, "HTTP/1.1 308 Permanent Redirect\r\nLocation: http://["+canary+"\r\nContent-Length: 0\r\n\r\n"), rejected},
		"an unknown scheme":   {plainCall{base: "ftp://" + canary, client: http.DefaultClient}, rejected},
		"an odd URL":          {plainCall{base: "http://user:" + canary + "@ho st", client: http.DefaultClient}, rejected},
		"a URL of no scheme":  {plainCall{base: canary, client: http.DefaultClient}, rejected},
		"closed":              {says(t, ""), broken},
		"cut":                 {says(t, "HTTP/1.1 200 OK\r\nContent-Type: application/proto\r\nContent-Length: 99\r\n\r\n"+canary), broken},
		"an unknown field":    {inJSON, rejected},
		"403 with a reason":   {answers(t, "403 Host "+canary+".corp not in allowlist"), rejected},
		"401 with another":    {answers(t, "401 Authorization Required"), rejected},
		"404 with another":    {answers(t, "404 No such app "+canary), rejected},
		"400 with another":    {answers(t, "400 The plain HTTP request was sent to "+canary), rejected},
		"502 with another":    {answers(t, "502 Proxy Error"), broken},
		"503 with another":    {answers(t, "503 Backend fetch failed"), unreachable},
		"504 with another":    {answers(t, "504 GATEWAY_TIMEOUT"), timedOut},
		"429 with another":    {answers(t, "429 "+canary), unreachable},
		"not trusted":         {untrusted(t), unreachable},
		"an unknown issuer":   {verifying(t, func(c *x509.Certificate) error { return verified(c, x509.VerifyOptions{Roots: x509.NewCertPool()}) }), unreachable},
		"another host":        {verifying(t, func(c *x509.Certificate) error { return c.VerifyHostname(canary) }), unreachable},
		"another host, in %w": {verifying(t, func(c *x509.Certificate) error { return fmt.Errorf("spiffe: %w", c.VerifyHostname(canary)) }), unreachable},
		"several hosts":       {verifying(t, func(c *x509.Certificate) error { return errors.Join(c.VerifyHostname(canary), errors.New(canary)) }), unreachable},
	} {
		for version, err := range map[string]error{"v1": test.call.v1(t), "v2": test.call.v2(t)} {
			answer := policy.Translate(&mapping.Call{Context: t.Context(), Classify: transport.ClassifyConnect}, err)
			got := answer.Error()
			if !errors.Is(got, test.want) || strings.Contains(fmt.Sprint(got, got.Fields(), got.Metadata(), got.Details()), canary) {
				t.Errorf("%s, %s: %v became %v/%s, want %v/%s", name, version, err, got, got.Reason(), test.want, test.want.Reason())
			}
		}
		ours := map[string]error{
			"v1": test.call.v1(t, connect.WithInterceptors(interceptor.New())),
			"v2": test.call.v2(t, errpactv2.NewClientInterceptor()),
		}
		for version, err := range ours {
			answer := policy.Translate(&mapping.Call{Context: t.Context(), Classify: transport.ClassifyConnect}, err)
			if got := answer.Error(); !errors.Is(got, test.want) {
				t.Errorf("%s, %s with our interceptor: %v became %v/%s, want %v/%s", name, version, err, got, got.Reason(), test.want, test.want.Reason())
			}
		}
	}
}

func verified(c *x509.Certificate, by x509.VerifyOptions) error {
	_, err := c.Verify(by)
	return err
}
