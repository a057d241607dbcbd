// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import "strings"

// What callers match is a function of the entry alone: of its value's name, its enum's name and its own
// annotation. A neighbour that is added, removed or renamed changes none of it.

// shortName returns the value's name without the enum's, or the whole name where the rest would not do as
// the reason of a google.rpc.ErrorInfo.
func shortName(enum, value string) string {
	if rest, ok := trimPrefix(value, enum); ok && IsReason(rest) {
		return rest
	}
	return value
}

// trimPrefix cuts "ERROR_CODE_" off, given "ErrorCode". Underscores do not count, as in protoc's C#
// generator: there is more than one way to write HTTPError in UPPER_SNAKE_CASE.
func trimPrefix(value, enum string) (rest string, ok bool) {
	enum = strings.ToUpper(strings.ReplaceAll(enum, "_", ""))
	if enum == "" {
		return "", false
	}
	rest = value
	for i := range len(enum) {
		if i > 0 {
			rest = strings.TrimPrefix(rest, "_")
		}
		if rest == "" || rest[0] != enum[i] {
			return "", false
		}
		rest = rest[1:]
	}
	return strings.CutPrefix(rest, "_")
}

// Anchor returns the name of an entry, or of one of its reasons, on every page of its catalogue:
// "ERROR_CODE_NOT_EXIST". The reason is empty for the entry itself.
func Anchor(name, reason string) string {
	if reason == "" {
		return name
	}
	return name + "." + reason
}

// suggestReason returns a reason in the form that AIP-193 asks for, as close to name as can be; empty if
// nothing close is left.
func suggestReason(name string) string {
	name = strings.TrimLeft(strings.ToUpper(name), "_0123456789")
	name = strings.TrimRight(name[:min(len(name), maxReason)], "_")
	if !IsReason(name) {
		return ""
	}
	return name
}
