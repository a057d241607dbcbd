// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"strings"
	"testing"
)

// TestContractPageIsTrueToTheLetter follows docs/contract.md where docs/start.md ends, as the page says.
func TestContractPageIsTrueToTheLetter(t *testing.T) {
	u := newUser(t)
	pages := readPage(t, "docs/start.md") + readPage(t, "docs/contract.md")
	u.follow(strings.ReplaceAll(pages, "127.0.0.1:8080", freeAddress(t)))
	if got, want := strings.Count(u.log.String(), `"undeclared":true`)+strings.Count(u.log.String(), "undeclared=true"), 2; got != want {
		t.Errorf("the server's log has %d lines of undeclared errors, want one with Observe and one with Enforce:\n%s", got, &u.log)
	}
}
