// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"errors"
	"net"
)

// NetCodes has the code that [NetRules] maps the network's errors to. A zero field makes no rule: its
// errors are left to the next rule, and then to the policy. So the built-in ERROR_CODE_UNKNOWN, which
// is the zero Code, cannot be chosen here; use [MapIs] or [MapFunc] for that. Later versions may add
// fields.
type NetCodes struct {
	// Unreachable is for a connection that could not be made, as it is known by every policy: dial, DNS, TLS.
	Unreachable Code
	// Broken is for a connection that was cut, or that this process closed: what went out on it may have
	// been done or not.
	Broken Code
}

// NetRules returns the rules for connections to other services that were not made, closed or cut. Without
// them, every policy answers all of these but net.ErrClosed with its own upstream entries. Without an
// argument, the codes are the built-in ERROR_CODE_EXTERNAL_SERVICE/UNREACHABLE and /BROKEN. With an argument,
// only the fields that it sets make rules. Only the first argument is used.
func NetRules(codes ...NetCodes) []Rule {
	c := firstOr(codes, func() NetCodes {
		external := builtin.Code(11)
		return NetCodes{Unreachable: external.WithReason("UNREACHABLE"), Broken: external.WithReason("BROKEN")}
	})
	return []Rule{
		mapTo(c.Broken, isClosed).ifSet(),
		mapTo(c.Broken, failedAs(CallBroken)).ifSet(),
		mapTo(c.Unreachable, failedAs(CallUnsent)).ifSet(),
	}
}

func isClosed(err error) bool { return errors.Is(err, net.ErrClosed) }

// failedAs returns a function that reports whether an error is of a call that failed so.
func failedAs(failure CallFailure) func(error) bool {
	return func(err error) bool {
		v, ok := walk(err, nil)
		return ok && v.failed != 0 && v.failed.furthest() == failure
	}
}
