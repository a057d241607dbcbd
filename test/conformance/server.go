// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	conformancev1 "github.com/errpact/errpact/test/gen/connectrpc/conformance/v1"
)

// Serve is the server under test, with middleware around its handler. It reads from in what the server
// is to be like, writes to out where it listens, and serves until the context ends.
func Serve(ctx context.Context, in io.Reader, out io.Writer, stack Stack, kind Errors, middleware func(http.Handler) http.Handler) error {
	var request conformancev1.ServerCompatRequest
	if err := readMessage(in, &request); err != nil {
		return err
	}
	policy, err := kind.policy()
	if err != nil {
		return err
	}
	handler := newHandler(&request, kind, policy)
	if stack == ConnectV2 {
		handler = newHandlerV2(&request, kind, policy)
	}
	server, err := newServer(&request, middleware(handler))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := listener.Addr().(*net.TCPAddr)
	response := &conformancev1.ServerCompatResponse{Host: address.IP.String(), Port: uint32(address.Port)}
	if request.GetUseTls() {
		response.PemCert = request.GetServerCreds().GetCert()
	}
	if err := writeMessage(out, response); err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if server.TLSConfig != nil {
		err = server.ServeTLS(listener, "", "")
	} else {
		err = server.Serve(listener)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// newServer makes a server of one HTTP version, with TLS where it is asked for.
func newServer(request *conformancev1.ServerCompatRequest, handler http.Handler) (*http.Server, error) {
	protocols := new(http.Protocols)
	switch version := request.GetHttpVersion(); version {
	case conformancev1.HTTPVersion_HTTP_VERSION_1:
		protocols.SetHTTP1(true)
	case conformancev1.HTTPVersion_HTTP_VERSION_2:
		protocols.SetHTTP2(true)
		protocols.SetUnencryptedHTTP2(true)
	default:
		return nil, fmt.Errorf("conformance: serve %v: not supported", version)
	}
	config, err := serverTLS(request)
	if err != nil {
		return nil, err
	}
	return &http.Server{
		Handler:           handler,
		Protocols:         protocols,
		TLSConfig:         config,
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0),
	}, nil
}

// serverTLS is nil for a server without TLS. A client's certificate must be the one that is given.
func serverTLS(request *conformancev1.ServerCompatRequest) (*tls.Config, error) {
	if !request.GetUseTls() {
		return nil, nil
	}
	certificate, err := tls.X509KeyPair(request.GetServerCreds().GetCert(), request.GetServerCreds().GetKey())
	if err != nil {
		return nil, fmt.Errorf("conformance: read the server's certificate: %w", err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	if pem := request.GetClientTlsCert(); len(pem) > 0 {
		if config.ClientCAs, err = pool(pem); err != nil {
			return nil, err
		}
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config, nil
}

func pool(pem []byte) (*x509.CertPool, error) {
	certificates := x509.NewCertPool()
	if !certificates.AppendCertsFromPEM(pem) {
		return nil, errors.New("conformance: read a peer's certificate: want one")
	}
	return certificates, nil
}
