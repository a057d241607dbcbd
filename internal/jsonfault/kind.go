// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package jsonfault

import "github.com/errpact/errpact/mapping"

// A Kind is the reason of a fault's field violation. A catalogue has an entry for each by the condition
// of a fallback, which [Kind.Condition] returns.
type Kind string

// The kinds. Callers read them as the violation's reason, so they never change. That of a missing field is
// protovalidate's for the same.
const (
	Syntax       Kind = "SYNTAX"
	UnknownField Kind = "UNKNOWN_FIELD"
	Required     Kind = "REQUIRED"
	WrongType    Kind = "WRONG_TYPE"
	NotAllowed   Kind = "NOT_ALLOWED"
)

func (k Kind) isKnown() bool {
	return k == Syntax || k == UnknownField || k == Required || k == WrongType || k == NotAllowed
}

// Condition returns the condition of the fallback for the kind. For a kind that does not exist it returns
// [mapping.ConditionUndecodable].
func (k Kind) Condition() mapping.Condition {
	switch k {
	case WrongType:
		return mapping.ConditionWrongType
	case NotAllowed:
		return mapping.ConditionOutOfRange
	}
	return mapping.ConditionUndecodable
}
