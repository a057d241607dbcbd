// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/errpact/errpact/internal/connectcode"
)

// FaultOf returns whose fault the entry is, or its reason r, which may be nil. It is never FaultNone. The first of
// these that applies decides:
//
//  1. an upstream role: FaultUpstream. A reason without a role has its entry's, and an entry without a role
//     counts if each of its reasons has one;
//  2. the Connect code canceled: FaultCaller;
//  3. the fault that the entry states;
//  4. the HTTP status: FaultCaller for 4XX, else FaultServer.
//
// A nil Entry is one that states nothing: FaultServer.
func (e *Entry) FaultOf(r *Reason) Fault {
	if e == nil {
		return FaultServer
	}
	code, status := e.ConnectCode, e.HTTPStatus
	if r != nil {
		code, status = r.ConnectCode, r.HTTPStatus
	}
	switch {
	case e.IsUpstream(r):
		return FaultUpstream
	case code == connectcode.Canceled:
		return FaultCaller
	case e.Fault != FaultNone:
		return e.Fault
	case status/100 == http.StatusBadRequest/100:
		return FaultCaller
	}
	return FaultServer
}

// IsUpstream reports whether the entry, or its reason r, which may be nil, has an upstream role. A reason without a
// role has its entry's. An entry without a role has one if each of its reasons does.
func (e *Entry) IsUpstream(r *Reason) bool {
	switch {
	case e == nil:
		return false
	case r != nil:
		return isUpstream(cmp.Or(r.Role, e.Role))
	case e.Role != RoleNone:
		return isUpstream(e.Role)
	}
	return len(e.Reasons) > 0 && !slices.ContainsFunc(e.Reasons, func(r *Reason) bool { return !isUpstream(r.Role) })
}

func isUpstream(r Role) bool { return r > RoleUnmapped }
