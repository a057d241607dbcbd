// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"slices"
	"time"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping/catalogue"
)

// upstream says which part a failure of another service plays. What failed on the way to it is
// judged before what it is coded as.
func (v *findings) upstream() (catalogue.Role, bool) {
	switch {
	case v.unreachable, v.broken:
		return catalogue.RoleUpstreamUnreachable, true
	case v.canceled, v.expired, v.timedOut:
		return catalogue.RoleUpstreamTimedOut, true
	case v.border == nil:
		return 0, false
	}
	switch v.border.ConnectCode {
	case connectcode.Unavailable, connectcode.ResourceExhausted:
		return catalogue.RoleUpstreamUnreachable, true
	case connectcode.Canceled, connectcode.DeadlineExceeded:
		return catalogue.RoleUpstreamTimedOut, true
	}
	return catalogue.RoleUpstreamRejected, true
}

// mayPass says whether a relayed error is one that the peer answered; not about this process's own
// credential, by its entry or by its Connect code; and not about the end of this process's call,
// which is neither our caller's deadline nor its cancellation.
func (e *Error) mayPass() bool {
	answered, own := e.ConnectCode(), e.code.ConnectCode()
	switch {
	case e.inferred && !e.wire:
		return false
	case answered == connectcode.Unauthenticated || own == connectcode.Unauthenticated:
		return false
	case answered == connectcode.Canceled || answered == connectcode.DeadlineExceeded:
		return answered == own
	}
	return true
}

// maxRelayedDelay bounds the retry delay that another service can impose on our callers.
const maxRelayedDelay = time.Hour

// passed is what goes on of a relayed error, rebuilt.
func (e *Error) passed() *Error {
	delay, _ := e.RetryDelay()
	return &Error{
		code:        e.code,
		message:     e.message,
		metadata:    slices.DeleteFunc(slices.Clone(e.pairs()), func(p pair) bool { return !isMetadataKey(p.key) }),
		parts:       &parts{fields: e.Fields(), payload: e.has().payload, retry: retryDelay{min(delay, maxRelayedDelay), true}},
		connectCode: uint8(e.ConnectCode()),
		httpStatus:  uint16(e.HTTPStatus()),
		inferred:    e.inferred,
		cause:       e,
	}
}
