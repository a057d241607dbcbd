// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import "net"

// NetCodes has the code that [NetRules] maps the network's errors to. A zero field makes no rule: its
// errors are left to the next rule, and then to the policy. So the built-in ERROR_CODE_UNKNOWN, which
// is the zero Code, cannot be chosen here; use [MapIs] or [MapFunc] for that. Later versions may add
// fields.
type NetCodes struct {
	// Unreachable is for a connection that was cut, or that this process closed.
	Unreachable Code
}

// NetRules returns the rules for connections to other services that were closed or cut. Every policy
// handles dial, DNS and TLS errors and timeouts without them. Without an argument, the code is the
// built-in ERROR_CODE_EXTERNAL_SERVICE/UNREACHABLE. With an argument, only the fields that it sets
// make rules. Only the first argument is used.
func NetRules(codes ...NetCodes) []Rule {
	c := firstOr(codes, func() NetCodes { return NetCodes{Unreachable: builtin.Code(11).WithReason("UNREACHABLE")} })
	return []Rule{
		MapIs(net.ErrClosed, c.Unreachable).ifSet(),
		mapTo(c.Unreachable, isBroken).ifSet(),
	}
}
