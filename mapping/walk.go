// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"reflect"
	"slices"
	"syscall"

	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/internal/connectcode"
)

// maxNodes bounds how much of an error's tree is looked at. What is deeper, or a tree that contains
// itself, is taken for an error that nobody mapped.
const maxNodes = 4096

// findings is what one walk through an error's tree found, outermost first.
type findings struct {
	// own is the outermost error of a catalogue that this process made, above any border.
	own *Error
	// relayed is the outermost one that was received and may be passed on.
	relayed *Error
	// local is the outermost coded error of the transport, made by this process; caller is one that
	// the caller's own stream gave.
	local, caller *Classification
	// border is the outermost error that came off a wire; backend is one whose answer is ours.
	border, backend *Classification

	// canceled and expired: a context's own errors are in the tree, or in a code.
	canceled, expired           bool
	codedCanceled, codedExpired bool
	// timedOut: a network operation ran out of time. broken: a connection was cut. unreachable: it
	// was never made.
	timedOut, broken, unreachable bool
	// undecodable: protobuf's own text is in the tree.
	undecodable bool
	// foreign says that rules must not see all of the tree.
	foreign bool

	classify func(error) (Classification, bool)
	nodes    int
}

// walk looks through the tree, until it finds an own error, which decides all. It reports false where there is
// more of the tree than is looked at.
func walk(err error, classify func(error) (Classification, bool)) (v findings, ok bool) {
	v.classify = classify
	v.visit(err, false)
	return v, v.own != nil || v.nodes <= maxNodes
}

// decoded is an error of a client's transport that stands for the remote Error below it, and is a border
// as that one is. Where a transport needs its own type for what a client returns, it has this method.
type decoded interface{ Decoded() *Error }

// visit looks at one node and what is below it. Below a border nothing is ours; what is below is
// looked at only for what cut the connection.
func (v *findings) visit(err error, below bool) {
	err = v.skipWraps(err)
	if v.nodes++; v.own != nil || v.nodes > maxNodes {
		return
	}
	if isNilNode(err) {
		v.foreign = true // a rule's errors.Is would call its methods
		return
	}
	switch e := err.(type) {
	case *Error:
		below = v.visitError(e, below)
	case *public:
		below = v.visitError((*Error)(e), below)
	case *publicText:
		if !e.passed {
			below = v.visitError(e.sent, below)
		}
	case Code:
		if !below && v.own == nil {
			v.own = e.bare()
		}
	case decoded:
		v.foreign = true
	default:
		below = v.visitOther(err, below)
	}
	kids, kid := unwrap(err)
	if kid != nil {
		v.visit(kid, below)
	}
	for _, kid := range kids {
		v.visit(kid, below)
	}
}

// skipWraps passes over what fmt.Errorf makes with one %w, of which a long chain consists, and which has
// nothing to say that a transport does not claim.
func (v *findings) skipWraps(err error) error {
	for reflect.TypeOf(err) == wrapType && v.nodes <= maxNodes {
		if v.classify != nil {
			if _, ok := v.classify(err); ok {
				return err
			}
		}
		v.nodes++
		err = errors.Unwrap(err)
	}
	return err
}

var wrapType = reflect.TypeOf(fmt.Errorf("%w", context.Canceled))

func (v *findings) visitError(e *Error, below bool) bool {
	if !e.remote {
		if !below && v.own == nil {
			v.own = e
		}
		return below
	}
	v.foreign = true
	v.coded(e.ConnectCode())
	if below {
		return true
	}
	if e.relay && v.relayed == nil {
		v.relayed = e
	}
	if v.border == nil {
		v.border = &Classification{Source: SourceRemote, ConnectCode: e.ConnectCode()}
		if e.inferred && !e.wire && e.ConnectCode() == connectcode.ResourceExhausted {
			// The peer is not overloaded: it sent more than the client reads, and would again.
			v.border.ConnectCode = connectcode.Internal
		}
	}
	return true
}

func (v *findings) visitOther(err error, below bool) bool {
	v.network(err)
	if v.classify == nil {
		return below
	}
	o, ok := v.classify(err)
	if !ok {
		return below
	}
	v.coded(o.ConnectCode)
	if o.Source.isBorder() {
		v.foreign = true
	}
	if below {
		return true
	}
	switch o.Source {
	case SourceRemote:
		keep(&v.border, o)
	case SourceBackend:
		keep(&v.backend, o)
	case SourceCaller:
		keep(&v.caller, o)
	case SourceLocal:
		if isNil(o.Details) {
			o.Details = nil
		}
		keep(&v.local, o)
	}
	return o.Source.isBorder()
}

// keep is for the first: it is the outermost.
func keep(kept **Classification, o Classification) {
	if *kept == nil {
		first := o // only that one needs the heap
		*kept = &first
	}
}

func (v *findings) coded(connectCode ConnectCode) {
	v.codedCanceled = v.codedCanceled || connectCode == connectcode.Canceled
	v.codedExpired = v.codedExpired || connectCode == connectcode.DeadlineExceeded
}

// network recognises a node that the operating system, the network or a context made.
func (v *findings) network(err error) {
	switch {
	case isNode(err, context.Canceled):
		v.canceled, v.foreign = true, true
	case isNode(err, context.DeadlineExceeded):
		v.expired, v.foreign = true, true
	case err == os.ErrDeadlineExceeded:
		v.timedOut = true
	case err == proto.Error:
		v.undecodable = true
	case isBrokenNode(err):
		v.broken = true
	case isUnreachableNode(err):
		v.unreachable = true
	default:
		if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
			v.timedOut = true
		}
		if stated, ok := err.(interface{ SQLState() string }); ok && stated.SQLState() == queryCanceled {
			v.codedCanceled = true
		}
	}
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

// isBroken reports whether a connection that was there has been cut.
func isBroken(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNABORTED)
}

func isBrokenNode(err error) bool {
	return err == syscall.ECONNRESET || err == syscall.EPIPE || err == syscall.ECONNABORTED
}

// connecting are the operations of net.OpError by which a connection comes about: dialling, also
// through a proxy, and TLS, whose alerts crypto/tls calls errors of one side.
var connecting = []string{"dial", "proxyconnect", "socks connect", "remote error", "local error"}

// isUnreachableNode reports whether a connection could not be made: dial, DNS, TLS.
func isUnreachableNode(err error) bool {
	switch e := err.(type) {
	case *net.OpError:
		return slices.Contains(connecting, e.Op)
	case *net.DNSError, tls.RecordHeaderError, tls.AlertError, *tls.CertificateVerificationError, *tls.ECHRejectionError,
		x509.UnknownAuthorityError, x509.HostnameError, x509.CertificateInvalidError, x509.SystemRootsError:
		return true
	}
	return err == http.ErrSchemeMismatch
}

// unwrap gives what is directly below a node: several errors, or one, or neither.
func unwrap(err error) (kids []error, kid error) {
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return nil, e.Unwrap()
	case interface{ Unwrap() []error }:
		return e.Unwrap(), nil
	}
	return nil, nil
}

// isNilNode finds nil and typed-nil pointers, on which most methods panic. Our own survive it.
func isNilNode(err error) bool {
	switch err.(type) {
	case *Error, *public, Code:
		return false
	}
	return isNil(err)
}

// isNil finds nil, and a nil pointer inside an interface.
func isNil(value any) bool {
	v := reflect.ValueOf(value)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}
