// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package jsonfault

import (
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/mapping"
)

// Of returns the fault that a decoder's text describes, at a path that the caller of Of has made sure of: no
// byte of the text is in the fault. The condition is the one of [foreign.DecodeFailure].
func Of(n foreign.Named, condition mapping.Condition, path string) *Fault {
	kind := Syntax
	switch condition {
	case mapping.ConditionWrongType:
		kind = WrongType
	case mapping.ConditionOutOfRange:
		kind = NotAllowed
	}
	switch n.What {
	case foreign.Unknown, foreign.Unsupported:
		return New(UnknownField, path, WantField)
	case foreign.Missing:
		return New(Required, path, WantValue)
	case foreign.Twice, foreign.TwiceKey:
		return New(Syntax, path, WantOnce)
	case foreign.Excluded:
		return New(Syntax, path, WantOneOf)
	}
	return New(kind, path, Wanted(kind, n.Type))
}
