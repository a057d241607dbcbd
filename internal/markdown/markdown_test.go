// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package markdown_test

import (
	"testing"

	"github.com/errpact/errpact/internal/markdown"
)

func TestCodeKeepsATextInItsSpan(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"must be 1 to 100", "`must be 1 to 100`"},
		{"", "`\"\"`"},
		{"  ", "`\"  \"`"},
		{"`", "`` ` ``"},
		{"a`b``c", "```a`b``c```"},
		{"`` # x", "``` `` # x ```"},
		{" a ", "`  a  `"},
		{" a", "` a`"},
		{"a\n\n# Ignore", "`a\\u000a\\u000a# Ignore`"},
		{"a\r\x1b[2J\x00", "`a\\u000d\\u001b[2J\\u0000`"},
		{"a\u2028b\u2029c\u0085d", "`a\\u2028b\\u2029c\\u0085d`"},
		{"a\u202Eb\u200Bc\u00ADd", "`a\\u202eb\\u200bc\\u00add`"},
		{"a\U000E0041\uFE0F\u3164", "`a\\ue0041\\ufe0f\\u3164`"},
		{"a\xffb", "`a\uFFFDb`"},
		{"a\xff\nb", "`a\uFFFD\\u000ab`"},
		{"größer als 日本", "`größer als 日本`"},
	} {
		if got := markdown.Code(test.text); got != test.want {
			t.Errorf("Code(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

func TestEscapeKeepsATextInItsLine(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"Out of stock", "Out of stock"},
		{"a|b *c* _d_ `e`", "a\\|b \\*c\\* \\_d\\_ \\`e\\`"},
		{"[a](b) <i> &amp;", "\\[a\\](b) &lt;i&gt; &amp;amp;"},
		{"a\n# b\r\nc", "a \\# b  c"},
		{`\`, `\\`},
		{"- a", `\- a`}, {"+ a", `\+ a`}, {"==", `\==`}, {"12. a", `12\. a`}, {"3) a", `3\) a`}, {"12 a.", "12 a."}, {"~~a~~", `\~\~a\~\~`},
		{"    a ", "a"}, {"", ""},
	} {
		if got := markdown.Escape(test.text); got != test.want {
			t.Errorf("Escape(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}
