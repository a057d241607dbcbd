// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

func TestSQLRules(t *testing.T) {
	p := newPolicy(t, mapping.WithRules(mapping.SQLRules()...))
	database, unavailable := errpactv1err.Database, errpactv1err.DatabaseTemporarilyUnavailable
	checkRules(t, p, map[error]mapping.Code{
		sql.ErrNoRows: errpactv1err.NotExist, sql.ErrConnDone: unavailable, sql.ErrTxDone: database, driver.ErrBadConn: unavailable,
		stateError("08006"): database, stateError("40001"): unavailable, stateError("40P01"): unavailable, stateError("53300"): unavailable,
		stateError("57P01"): database, stateError("57014"): database, stateError("23505"): database, stateError(""): database,
		context.Canceled: errpactv1err.ExternalServiceTimedOut, context.DeadlineExceeded: errpactv1err.ExternalServiceTimedOut,
		errMine: {},
	})
}

func TestFSRules(t *testing.T) {
	p := newPolicy(t, mapping.WithRules(mapping.FSRules()...))
	dir := t.TempDir()
	_, missing := os.Open(filepath.Join(dir, "missing"))
	_, readable := os.ReadFile(dir)
	_, socket := net.Dial("unix", filepath.Join(dir, "socket"))
	program := exec.Command(filepath.Join(dir, "program")).Run()
	denied := &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}
	checkRules(t, p, map[error]mapping.Code{
		missing: errpactv1err.NotExist, os.Rename(filepath.Join(dir, "a"), filepath.Join(dir, "b")): errpactv1err.NotExist,
		socket: errpactv1err.ExternalServiceUnreachable, program: {}, readable: {}, denied: {}, fs.ErrNotExist: {}, fs.ErrPermission: {},
		errMine: {},
	})
}

func TestNetRulesAndWhatEveryPolicyKnowsOfTheNetwork(t *testing.T) {
	unreachable, broken, timedOut := errpactv1err.ExternalServiceUnreachable, errpactv1err.ExternalServiceBroken, errpactv1err.ExternalServiceTimedOut
	known := map[error]mapping.Code{
		&net.OpError{Op: "dial", Err: errMine}: unreachable, &net.OpError{Op: "proxyconnect", Err: errMine}: unreachable,
		&net.OpError{Op: "remote error", Err: tls.AlertError(42)}: unreachable, &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}: broken,
		&net.DNSError{Err: "no such host"}: unreachable, tls.RecordHeaderError{}: unreachable, http.ErrSchemeMismatch: unreachable,
		&tls.CertificateVerificationError{Err: errMine}: unreachable, &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}: unreachable,
		&url.Error{Op: "Get", Err: x509.UnknownAuthorityError{}}: unreachable, &url.Error{Op: "Get", Err: x509.HostnameError{Certificate: new(x509.Certificate)}}: unreachable,
		// A client's own function for its server's certificate. Connect takes the *url.Error off.
		connect.NewError(connect.CodeUnavailable, x509.UnknownAuthorityError{}):                                                                           unreachable,
		connectv2.NewError(connectv2.CodeUnavailable, "x509").WithCause(fmt.Errorf("spiffe: %w", x509.HostnameError{Certificate: new(x509.Certificate)})): unreachable,
		&net.OpError{Op: "write", Err: x509.UnknownAuthorityError{}}:                                                                                      unreachable,
		// The handler's own Certificate.Verify, of what a caller uploaded.
		x509.UnknownAuthorityError{}: {}, x509.HostnameError{Certificate: new(x509.Certificate)}: {}, x509.CertificateInvalidError{}: {}, x509.SystemRootsError{}: {},
		syscall.EPIPE: broken, syscall.ECONNABORTED: broken,
		&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}: timedOut, os.ErrDeadlineExceeded: timedOut,
		connect.NewError(connect.CodeCanceled, syscall.ECONNRESET): broken,
		errMine: {},
	}
	checkRules(t, nil, known)
	known[net.ErrClosed] = broken
	checkRules(t, newPolicy(t, mapping.WithRules(mapping.NetRules()...)), known)
	checkRules(t, nil, map[error]mapping.Code{net.ErrClosed: {}})
}

// TestACertificateThatAHandlerRefusesIsItsCallers, unless the code is the one that Connect gives a failed connection.
func TestACertificateThatAHandlerRefusesIsItsCallers(t *testing.T) {
	for code := connect.CodeCanceled; code <= connect.CodeUnauthenticated; code++ {
		for _, err := range []error{
			connect.NewError(code, x509.UnknownAuthorityError{}),
			connectv2.NewError(connectv2.Code(code), "expired").WithCause(x509.CertificateInvalidError{}),
		} {
			upstreams := errors.Is(translate(nil, err), errpactv1err.ExternalServiceUnreachable)
			if want := code == connect.CodeUnavailable; upstreams != want {
				t.Errorf("%v is an upstream's: %t, want %t", err, upstreams, want)
			}
		}
	}
}

// TestStandardRulesUseTheCodesOfAnotherCatalogue and leave alone what has no code in it.
func TestStandardRulesUseTheCodesOfAnotherCatalogue(t *testing.T) {
	own := primary(t)
	missing, unavailable, database := own.Code(2), own.Code(3), own.Code(4)
	_, file := os.Open(filepath.Join(t.TempDir(), "missing"))
	pipe := os.NewSyscallError("write", syscall.EPIPE)
	dial := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNRESET}
	unmapped, unreachable, broken := own.Code(1), own.Code(2), own.Code(4) // by their roles
	for name, test := range map[string]struct {
		rules []mapping.Rule
		wants map[error]mapping.Code
	}{
		"SQL": {mapping.SQLRules(mapping.SQLCodes{NotFound: missing, Unavailable: unavailable, Database: database}), map[error]mapping.Code{
			sql.ErrNoRows: missing, sql.ErrTxDone: database, stateError("23505"): database, stateError("53100"): database,
			sql.ErrConnDone: unavailable, driver.ErrBadConn: unavailable, stateError("08001"): unavailable, stateError("40P01"): unavailable,
		}},
		"SQL, NotFound": {mapping.SQLRules(mapping.SQLCodes{NotFound: missing}), map[error]mapping.Code{
			sql.ErrNoRows: missing, sql.ErrTxDone: unmapped, sql.ErrConnDone: unmapped, driver.ErrBadConn: unmapped,
			stateError("23505"): unmapped, stateError("08001"): unmapped,
		}},
		"SQL, Database": {mapping.SQLRules(mapping.SQLCodes{Database: database}), map[error]mapping.Code{
			sql.ErrNoRows: unmapped, sql.ErrTxDone: database, sql.ErrConnDone: unmapped, driver.ErrBadConn: unmapped,
			stateError("23505"): database, stateError("08001"): unmapped,
		}},
		"SQL, Unavailable": {mapping.SQLRules(mapping.SQLCodes{Unavailable: unavailable}), map[error]mapping.Code{
			sql.ErrNoRows: unmapped, sql.ErrTxDone: unmapped, sql.ErrConnDone: unavailable, driver.ErrBadConn: unavailable,
			stateError("23505"): unmapped, stateError("08001"): unavailable,
		}},
		"SQL, nothing": {mapping.SQLRules(mapping.SQLCodes{}), map[error]mapping.Code{
			sql.ErrNoRows: unmapped, sql.ErrTxDone: unmapped, sql.ErrConnDone: unmapped, stateError("23505"): unmapped, stateError("08001"): unmapped,
		}},
		"SQL, the first of two": {mapping.SQLRules(mapping.SQLCodes{NotFound: missing}, mapping.SQLCodes{NotFound: database, Database: database}), map[error]mapping.Code{
			sql.ErrNoRows: missing, sql.ErrTxDone: unmapped,
		}},
		"SQL, and the next rule": {append(mapping.SQLRules(mapping.SQLCodes{NotFound: missing}), mapping.MapIs(sql.ErrTxDone, database)), map[error]mapping.Code{
			sql.ErrNoRows: missing, sql.ErrTxDone: database,
		}},
		"FS":                   {mapping.FSRules(mapping.FSCodes{NotFound: missing}), map[error]mapping.Code{file: missing, fs.ErrNotExist: unmapped}},
		"FS, nothing":          {mapping.FSRules(mapping.FSCodes{}), map[error]mapping.Code{file: unmapped}},
		"FS, the first of two": {mapping.FSRules(mapping.FSCodes{NotFound: missing}, mapping.FSCodes{NotFound: database}), map[error]mapping.Code{file: missing}},
		"Net": {mapping.NetRules(mapping.NetCodes{Unreachable: unavailable, Broken: database}), map[error]mapping.Code{
			net.ErrClosed: database, pipe: database, dial: unavailable, errors.Join(dial, pipe): database, refused: unavailable,
		}},
		"Net, Unreachable": {mapping.NetRules(mapping.NetCodes{Unreachable: unavailable}), map[error]mapping.Code{net.ErrClosed: unmapped, pipe: broken, dial: unavailable}},
		"Net, Broken":      {mapping.NetRules(mapping.NetCodes{Broken: database}), map[error]mapping.Code{net.ErrClosed: database, pipe: database, dial: unreachable}},
		"Net, nothing":     {mapping.NetRules(mapping.NetCodes{}), map[error]mapping.Code{net.ErrClosed: unmapped, pipe: broken, dial: unreachable}},
		"Net, the first of two": {mapping.NetRules(mapping.NetCodes{Broken: unavailable}, mapping.NetCodes{Broken: database}), map[error]mapping.Code{
			net.ErrClosed: unavailable, pipe: unavailable,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			checkRules(t, newPolicy(t, mapping.WithCatalogues(own), mapping.WithRules(test.rules...)), test.wants)
		})
	}
}

// checkRules also looks at the errors below others. The zero Code is what nobody mapped.
func checkRules(t *testing.T, p *mapping.Policy, wants map[error]mapping.Code) {
	t.Helper()
	for err, want := range wants {
		for _, err := range []error{err, fmt.Errorf("a: %w", err), errors.Join(errors.New("b"), err)} {
			got := translate(p, err)
			if !errors.Is(got, want) || got.Message() != want.Message() {
				t.Errorf("%#v became %v, want %v", err, got, want)
			}
		}
	}
}
