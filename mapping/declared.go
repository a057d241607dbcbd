// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/contract"
	"github.com/errpact/errpact/mapping/catalogue"
)

// A DeclaredMode says what happens to an error that its method does not declare.
type DeclaredMode uint8

// The modes.
const (
	// Observe reports the error, with [Report.Undeclared], and sends it as it is.
	Observe DeclaredMode = iota + 1
	// Enforce reports it, too, and sends the entry for errors that nobody mapped in its place.
	Enforce
)

// WithDeclared holds handlers to what their methods declare: in (errpact.v1.rest).errors, in their service's
// (errpact.v1.service).errors, and in the catalogues of their package. The default, and any other mode than Observe
// and Enforce, checks nothing. Use Observe in production first: Enforce changes what callers get.
//
// A method is checked if it declares anything, errors_none included, and its generated code is linked into the
// program. These need no declaring: the entries with a role; validation, and what the caller's own stream or end gives;
// entries of the Connect codes unauthenticated, permission_denied and resource_exhausted, which what is around
// handlers makes; another service's errors that are relayed; and Connect codes without an entry.
func WithDeclared(mode DeclaredMode) Option {
	return option(func(p *Policy) {
		if p.declared = 0; mode == Observe || mode == Enforce {
			p.declared = mode
		}
	})
}

// hold checks a handler's answer against what its method declares.
func (p *Policy) hold(call *Call, a *Answer) {
	if p.declared == 0 || call.Method != "" || p.isBaseline(a) {
		return
	}
	declaration, _ := contract.Of(call.Procedure)
	code := a.sent.identity()
	if !declaration.Closed || declaration.Has(code.Catalogue().Name(), code.Number(), code.Reason()) {
		return
	}
	if p.declared == Enforce {
		enforced := p.failed(a.err, catalogue.RoleUnmapped)
		enforced.callerGone, enforced.origin = a.callerGone, a.origin
		*a = enforced
	}
	a.undeclared = true
}

// isBaseline reports whether an answer is one that no method needs to declare.
func (p *Policy) isBaseline(a *Answer) bool {
	if a.origin != OriginEntry || a.callerGone || a.repeats || a.sent.Inferred() {
		return true
	}
	code := a.sent.identity()
	switch code.ConnectCode() {
	case connectcode.Unauthenticated, connectcode.PermissionDenied, connectcode.ResourceExhausted:
		return true
	}
	return code.spec().upstream || code == p.role(catalogue.RoleUnmapped).code
}
