// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"net/http"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping/catalogue"
)

// A Fault says who has to do something about an error: for alerts, breakers and logs. The empty Fault means
// that there is no error.
type Fault string

// The faults.
const (
	// FaultCaller means the caller: another request would have succeeded, or the caller left.
	FaultCaller Fault = "caller"
	// FaultServer means the service that answered.
	FaultServer Fault = "server"
	// FaultUpstream means another service, which the one that answered has called.
	FaultUpstream Fault = "upstream"
)

// FaultOf returns whose fault an error is. It goes by the outermost [Error] or [Code] in err; the first of
// these that applies decides:
//
//  1. one of the catalogue's upstream roles: FaultUpstream. A reason without a role has its entry's. An entry
//     without a role counts as upstream if each of its reasons does, as those of the built-in EXTERNAL_SERVICE
//     do, unless the error only fell back to that entry;
//  2. the Connect code canceled, and deadline_exceeded where no entry was named: FaultCaller;
//  3. the fault that the catalogue states for the entry. The built-in NOT_REALIZED, which has status 501, is the
//     caller's;
//  4. the HTTP status: FaultCaller for 4XX, else FaultServer.
//
// An error without an Error or a Code in it is FaultServer, as it is UNKNOWN to a caller. A nil err has no
// fault. The fault does not depend on the side: a client reads from an error that it received what the
// server would say.
func FaultOf(err error) Fault {
	if err == nil {
		return ""
	}
	e, _ := From(err)
	return e.fault()
}

func (e *Error) fault() Fault {
	inferred := e.Inferred()
	switch s := e.identity().spec(); {
	case s.upstream, s.upstreamReasons && !inferred:
		return FaultUpstream
	case e.ConnectCode() == connectcode.Canceled, e.ConnectCode() == connectcode.DeadlineExceeded && inferred:
		return FaultCaller
	case s.fault != "":
		return s.fault
	case e.HTTPStatus() < http.StatusInternalServerError:
		return FaultCaller
	}
	return FaultServer
}

// Fault returns whose fault the reported error is: what [FaultOf] returns for Sent. If the caller has gone, it is
// FaultCaller, whatever entry the handler made of that.
func (r Report) Fault() Fault {
	if r.CallerGone {
		return FaultCaller
	}
	return r.Sent.fault()
}

var faults = [...]Fault{
	catalogue.FaultNone: "", catalogue.FaultCaller: FaultCaller, catalogue.FaultServer: FaultServer, catalogue.FaultUpstream: FaultUpstream,
}

// fillFault takes over the catalogue's fault of an entry, or of its reason r, which may be nil.
func (s *spec) fillFault(e *catalogue.Entry, r *catalogue.Reason) {
	s.fault = faults[e.Fault]
	if s.upstream = e.IsUpstream(r); s.upstream && r == nil && e.Role == catalogue.RoleNone {
		s.upstream, s.upstreamReasons = false, true
	}
}
