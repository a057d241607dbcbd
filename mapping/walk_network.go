// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"os"
	"reflect"
	"slices"
	"strings"
	"syscall"

	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/internal/foreign/httpclient"
)

// network recognises a node that the operating system, the network, an HTTP client or a context made. It
// returns the place of what is below.
func (v *findings) network(err error, at place) place {
	switch {
	case isNode(err, context.Canceled):
		v.canceled, v.foreign = true, true
		v.fail(CallTimedOut, at)
	case isNode(err, context.DeadlineExceeded):
		v.expired, v.foreign = true, true
		v.fail(CallTimedOut, at)
	case err == proto.Error:
		v.undecodable = true
	case isBrokenNode(err):
		v.networked = true
		v.fail(CallBroken, at)
	case isLateAlert(err):
		v.networked = true
		v.fail(CallBroken, at)
		return at | belowConnecting
	case httpclient.IsUnreachable(err), at.is(belowClient|belowConnection) && isCertificateNode(err):
		v.networked = true
		v.fail(CallUnsent, at)
		return at | belowConnecting
	case httpclient.IsCall(err):
		return at | belowClient
	case isConnectionNode(err):
		at |= belowConnection
		fallthrough
	default:
		if at.is(belowClient) && !(at.is(belowUnreadable) && (err == io.EOF || err == io.ErrUnexpectedEOF)) {
			if failure := CallFailure(httpclient.Judge(err)); failure != 0 {
				v.fail(failure, at)
				return at | belowConnecting // its own cause is why, and no news
			}
		}
		if cut, mayBeCallers := httpclient.IsCutAnswer(err); cut {
			v.codedCanceled = v.codedCanceled || mayBeCallers
			v.fail(CallBroken, at)
		}
		if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
			v.networked, v.overdue = true, v.overdue || isNode(err, os.ErrDeadlineExceeded)
			v.fail(CallTimedOut, at)
		}
		if stated, ok := err.(interface{ SQLState() string }); ok && stated.SQLState() == queryCanceled {
			v.codedCanceled = true
		}
	}
	return at
}

// fail keeps what became of a call. Below the making of a connection, the connection's own end is why it
// could not be made.
func (v *findings) fail(failure CallFailure, at place) {
	if !at.is(belowConnecting) {
		v.failed |= failure.asFailures()
	}
}

// callOf is how the call failed if there is no better word for it.
func callOf(err error, at place) CallFailure {
	if httpclient.IsCall(err) && !at.is(belowBorder) {
		return CallRejected
	}
	return 0
}

// queryCanceled is PostgreSQL's SQLSTATE for a statement whose context has ended: lib/pq hides the
// context's own error behind it. https://www.postgresql.org/docs/current/errcodes-appendix.html
const queryCanceled = "57014"

// isNode is errors.Is for one node: net's errors of an ended context are not the context's own.
func isNode(err, target error) bool {
	if err == target {
		return true
	}
	is, ok := err.(interface{ Is(error) bool })
	return ok && is.Is(target)
}

// isBrokenNode reports whether a connection that was there has been cut.
func isBrokenNode(err error) bool {
	return err == syscall.ECONNRESET || err == syscall.EPIPE || err == syscall.ECONNABORTED
}

// isConnectionNode finds an error of a connection, and of PostgreSQL's driver pgx for one that it could not make.
func isConnectionNode(err error) bool {
	if _, ok := err.(*net.OpError); ok {
		return true
	}
	t := reflect.TypeOf(err)
	if t.Kind() != reflect.Pointer {
		return false
	}
	switch t.Elem().PkgPath() {
	case "github.com/jackc/pgx/v5/pgconn", "github.com/jackc/pgconn":
		return strings.EqualFold(t.Elem().Name(), "ConnectError") // older versions do not export it
	}
	return false
}

// isCertificateNode reports whether a certificate was not accepted. Crypto/tls wraps its own errors in a
// [tls.CertificateVerificationError]. One that stands alone comes from a function of a client's tls.Config, or from the
// handler itself, which verifies a certificate that its caller sent. The place tells the two apart.
func isCertificateNode(err error) bool {
	switch err.(type) {
	case x509.UnknownAuthorityError, x509.HostnameError, x509.CertificateInvalidError, x509.SystemRootsError:
		return true
	}
	return false
}

// lateAlerts are the alerts of TLS that end a connection which was in use, too: then the request may have
// gone out. https://www.rfc-editor.org/rfc/rfc8446#section-6
var lateAlerts = []uint64{0 /* close_notify */, 10 /* unexpected_message */, 20 /* bad_record_mac */, 22 /* record_overflow */, 80 /* internal_error */, 90 /* user_canceled */}

// isLateAlert finds one of them. Crypto/tls does not export the type that its connections have.
func isLateAlert(err error) bool {
	if e, ok := err.(*net.OpError); ok && httpclient.IsAlert(e) {
		err = e.Err
	} else if _, ok := err.(tls.AlertError); !ok {
		return false
	}
	alert := reflect.ValueOf(err)
	return alert.Kind() == reflect.Uint8 && slices.Contains(lateAlerts, alert.Uint())
}
