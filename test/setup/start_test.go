// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"net"
	"strings"
	"testing"
)

// TestStartPageIsTrueToTheLetter follows docs/start.md in an empty folder. The server listens on an address that is free.
func TestStartPageIsTrueToTheLetter(t *testing.T) {
	u := newUser(t)
	u.follow(strings.ReplaceAll(readPage(t, "docs/start.md"), "127.0.0.1:8080", freeAddress(t)))
	if !strings.Contains(u.log.String(), "password authentication failed") {
		t.Errorf("the server's log is\n%s\nwant the error that the client did not see", &u.log)
	}
	if got, want := u.run("bin/client"), strings.Repeat("the service gave no usable answer\n", 4); got != want {
		t.Errorf("without a server, the client prints\n%s\nwant\n%s", got, want)
	}
}

// TestProgramOfRESTPageIsTrueToTheLetter follows the part of docs/rest.md about net/http in an empty folder, up to the
// end of the first commands.
func TestProgramOfRESTPageIsTrueToTheLetter(t *testing.T) {
	_, part, found := strings.Cut(readPage(t, "docs/rest.md"), "## Around net/http\n")
	part, _, ends := strings.Cut(part, "$ kill $!\n```\n")
	if !found || !ends {
		t.Fatal("the page has no commands about net/http that end with kill")
	}
	u := newUser(t)
	u.follow(strings.ReplaceAll(part, "127.0.0.1:8080", freeAddress(t)) + "$ kill $!\n```\n")
	if !strings.Contains(u.log.String(), "password authentication failed") {
		t.Errorf("the server's log is\n%s\nwant the error that the caller did not see", &u.log)
	}
}

// freeAddress returns an address where nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return listener.Addr().String()
}
