// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"strings"
	"testing"

	"github.com/errpact/errpact/internal/foreign/httpclient"
)

// TestHTTP2ClientTexts are those of x/net/http2, of which net/http has a copy.
func TestHTTP2ClientTexts(t *testing.T) {
	source := sourceOf(t, "golang.org/x/net")
	for _, text := range httpclient.Texts() {
		words, ok := strings.CutPrefix(text, "http2: ")
		if ok && !strings.Contains(source, `"`+text) && !strings.Contains(source, `"`+words) { // "http2: " is added to httpcommon's
			t.Errorf("no literal of x/net starts with %q", text)
		}
	}
}
