// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"reflect"
	"syscall"

	"google.golang.org/protobuf/proto"
)

// maxNodes bounds how much of an error's tree is looked at. What is deeper, or a tree that contains
// itself, is taken for an error that nobody mapped.
const maxNodes = 4096

// view is what one walk through an error's tree found, outermost first.
type view struct {
	// own is the outermost error of a catalogue that this process made, above any border.
	own *Error
	// relayed is the outermost one that was received and may be passed on.
	relayed *Error
	// local is the outermost coded error of the transport, made by this process; caller is one that
	// the caller's own stream gave.
	local, caller *Origin
	// border is the outermost error that came off a wire.
	border *Origin

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

	classify func(error) (Origin, bool)
	nodes    int
}

// look walks the tree. It reports false where there is more of it than is looked at.
func look(err error, classify func(error) (Origin, bool)) (*view, bool) {
	v := &view{classify: classify}
	v.visit(err, false)
	return v, v.nodes <= maxNodes
}

// visit looks at one node and what is below it. Below a border nothing is ours; what is below is
// looked at only for what cut the connection.
func (v *view) visit(err error, below bool) {
	if v.nodes++; v.nodes > maxNodes || isNilNode(err) {
		return
	}
	switch e := err.(type) {
	case *Error:
		below = v.visitError(e, below)
	case Code:
		if !below && v.own == nil {
			v.own = e.bare()
		}
	default:
		below = v.visitOther(err, below)
	}
	for _, kid := range unwrap(err) {
		v.visit(kid, below)
	}
}

func (v *view) visitError(e *Error, below bool) bool {
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
		v.border = &Origin{Source: SourceRemote, ConnectCode: e.ConnectCode()}
	}
	return true
}

func (v *view) visitOther(err error, below bool) bool {
	v.network(err)
	if v.classify == nil {
		return below
	}
	o, ok := v.classify(err)
	if !ok {
		return below
	}
	v.coded(o.ConnectCode)
	if o.Source == SourceRemote {
		v.foreign = true
	}
	if below {
		return true
	}
	switch o.Source {
	case SourceRemote:
		if v.border == nil {
			v.border = &o
		}
		return true
	case SourceCaller:
		if v.caller == nil {
			v.caller = &o
		}
	case SourceLocal:
		if v.local == nil {
			v.local = &o
		}
	}
	return below
}

func (v *view) coded(connectCode uint32) {
	v.codedCanceled = v.codedCanceled || connectCode == codeCanceled
	v.codedExpired = v.codedExpired || connectCode == codeDeadlineExceeded
}

// network recognises a node that the operating system, the network or a context made.
func (v *view) network(err error) {
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
	}
}

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

// isUnreachableNode reports whether a connection could not be made: dial, DNS, TLS.
func isUnreachableNode(err error) bool {
	switch e := err.(type) {
	case *net.OpError:
		return e.Op == "dial"
	case *net.DNSError, tls.RecordHeaderError, tls.AlertError, *tls.CertificateVerificationError, *tls.ECHRejectionError,
		x509.UnknownAuthorityError, x509.HostnameError, x509.CertificateInvalidError, x509.SystemRootsError:
		return true
	}
	return false
}

// unwrap gives what is directly below a node.
func unwrap(err error) []error {
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		if below := e.Unwrap(); below != nil {
			return []error{below}
		}
	case interface{ Unwrap() []error }:
		return e.Unwrap()
	}
	return nil
}

// isNilNode finds nil and typed-nil pointers, on which most methods panic. Our own survive it.
func isNilNode(err error) bool {
	switch err.(type) {
	case nil:
		return true
	case *Error, Code:
		return false
	}
	v := reflect.ValueOf(err)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

// domestic is the tree without what rules must not see: borders, what is below them, and context
// errors. It is nil where nothing is left, and err itself where nothing was taken away.
func (v *view) domestic(err error) error {
	if !v.foreign {
		return err
	}
	return v.prune(err)
}

func (v *view) prune(err error) error {
	if isNilNode(err) || err == context.Canceled || err == context.DeadlineExceeded {
		return nil
	}
	if e, ok := err.(*Error); ok && e.Remote() {
		return nil
	}
	if v.classify != nil {
		if o, ok := v.classify(err); ok && o.Source == SourceRemote {
			return nil
		}
	}
	pruned := &prunedError{err: err}
	for _, kid := range unwrap(err) {
		if kid = v.prune(kid); kid != nil {
			pruned.kids = append(pruned.kids, kid)
		}
	}
	return pruned
}

// prunedError stands for an error, with less below it.
type prunedError struct {
	err  error
	kids []error
}

func (p *prunedError) Error() string   { return p.err.Error() }
func (p *prunedError) Unwrap() []error { return p.kids }

// Is says what errors.Is would say of the node alone.
func (p *prunedError) Is(target error) bool {
	if t := reflect.TypeOf(target); t != nil && t.Comparable() && p.err == target {
		return true
	}
	is, ok := p.err.(interface{ Is(error) bool })
	return ok && is.Is(target)
}

// As says what errors.As would say of the node alone.
func (p *prunedError) As(target any) bool {
	to := reflect.ValueOf(target).Elem()
	if reflect.TypeOf(p.err).AssignableTo(to.Type()) {
		to.Set(reflect.ValueOf(p.err))
		return true
	}
	as, ok := p.err.(interface{ As(any) bool })
	return ok && as.As(target)
}
