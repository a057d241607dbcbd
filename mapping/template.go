// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import "strings"

// fillTemplate puts the metadata of an error into a message with {placeholders}. It is not ok where a
// value is missing. A value is put in as it is: what looks like a placeholder in it stays as it is.
func fillTemplate(template string, values []pair) (message string, ok bool) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			return cleanMessage(b.String()), true
		}
		name, after, _ := strings.Cut(rest, "}")
		value, ok := valueOf(values, name)
		if !ok {
			return "", false
		}
		b.WriteString(value)
		template = after
	}
}

func valueOf(values []pair, key string) (string, bool) {
	for _, v := range values {
		if v.key == key {
			return v.value, true
		}
	}
	return "", false
}
