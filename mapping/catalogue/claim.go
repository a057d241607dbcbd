// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import "github.com/errpact/errpact/internal/connectcode"

// claims are what only one entry of a catalogue may have, with the name of the one that has it.
type claims struct {
	roles         map[Role]string
	fallbacks     map[Fallback]string
	httpFallbacks map[HTTPFallback]string
}

func newClaims() claims {
	return claims{make(map[Role]string), make(map[Fallback]string), make(map[HTTPFallback]string)}
}

func (c claims) entry(at place, e *Entry) {
	c.role(at, e.Role, e.Name)
	for _, r := range e.Reasons {
		c.role(at.in("reason %q", r.Name), r.Role, e.Name+"/"+r.Name)
	}
	for _, f := range e.Fallbacks {
		if f.ConnectCode == 0 {
			continue // no Connect code, which was reported
		}
		if other, taken := c.fallbacks[f]; taken {
			at.report(RuleFallback, "want fallback_for %s (%s) once, have it in %s too", connectcode.Name(f.ConnectCode), f.When, other)
		}
		c.fallbacks[f] = e.Name
	}
	for _, f := range e.HTTPFallbacks {
		if f.Status == 0 && f.Class == 0 {
			continue // neither, which was reported
		}
		if other, taken := c.httpFallbacks[f]; taken {
			at.report(RuleFallback, "want http_fallback_for %d (%s) once, have it in %s too", f.Status+f.Class, f.When, other)
		}
		c.httpFallbacks[f] = e.Name
	}
}

func (c claims) role(at place, role Role, name string) {
	if role == RoleNone {
		return
	}
	if other, taken := c.roles[role]; taken {
		at.report(RuleRole, "want %s once, have it in %s too", role, other)
	}
	c.roles[role] = name
}
