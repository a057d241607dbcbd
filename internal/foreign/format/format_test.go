// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package format_test

import (
	"testing"

	"github.com/errpact/errpact/internal/foreign/format"
)

func TestFits(t *testing.T) {
	for _, test := range []struct {
		format, text string
		want         bool
	}{
		{"no verb", "no verb", true},
		{"no verb", "no verb at all", false},
		{"no verb", "no", false},
		{"read: %w", "read: EOF", true},
		{"read: %w", "read: ", true},
		{"read: %w", "reads: EOF", false},
		{"size %d", "size 5", true},
		{"size %d", "size -1", true},
		{"size %d", "size -", false},
		{"size %d", "size 5 MB", false},
		{"size %d", "size five", false},
		{"scheme %q", `scheme "ftp"`, true},
		{"scheme %q", "scheme ftp", false},
		{"scheme %q", `scheme "ftp`, false},
		{"%q; want %q", `"a\"b"; want ""`, true},
		{"no %s trailer: %w", "no Grpc-Status trailer: EOF", true},
		{"no %s trailer: %w", "no Grpc-Status header: EOF", false},
		{"is %+v", "is &{}", true},
		{"assign %#v into %T", `assign []interface {}{"a"} into int`, true},
		{"a %v while waiting", "a wait while waiting while waiting", true},
		{"from %v is HTTP/%d: no", "from a is HTTP/x is HTTP/1: no", true},
	} {
		if got := format.Fits(test.format, test.text); got != test.want {
			t.Errorf("Fits(%q, %q) = %t", test.format, test.text, got)
		}
	}
}
