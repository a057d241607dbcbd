// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package drivers_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// TestPGXRefusesACertificate by a function of its own, so that crypto/tls does not wrap the error. It is known by pgx's.
func TestPGXRefusesACertificate(t *testing.T) {
	database := httptest.NewTLSServer(http.NotFoundHandler()) // of which only the certificate counts
	t.Cleanup(database.Close)
	address := loopback.Accept(t, func(conn net.Conn) {
		_, _ = io.CopyN(io.Discard, conn, 8) // the request for TLS
		_, _ = io.WriteString(conn, "S")
		_ = tls.Server(conn, &tls.Config{Certificates: database.TLS.Certificates}).HandshakeContext(t.Context())
	})
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, otherRoot(t), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := pgconn.Connect(t.Context(), "postgres://user@"+address+"/db?sslmode=verify-ca&sslrootcert="+roots)
	if _, wrapped := errors.AsType[*tls.CertificateVerificationError](err); err == nil || wrapped {
		t.Fatalf("Connect = %v, want an error of crypto/x509", err)
	}
	answer := (*mapping.Policy)(nil).Translate(&mapping.Call{Context: t.Context()}, err)
	if got := answer.Error(); !errors.Is(got, errpactv1err.ExternalServiceUnreachable) {
		t.Errorf("%v became %v/%s", err, got, got.Reason())
	}
}

// otherRoot is the certificate of an authority that has signed nothing.
func otherRoot(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	root := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, root, root, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
