// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"strings"
	"testing"
)

const (
	buf  = "go tool -modfile=tools/go.mod buf "
	enum = "proto/shop/v1/errors.proto"
)

// program uses what is generated from the enum that `errpact init` writes.
const program = `package main

import (
	"errors"
	"fmt"
	"log"

	"example.com/shop/gen/shop/v1/shopv1err"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

func main() {
	if _, err := mapping.NewPolicy(mapping.WithCatalogues(errpactv1err.Catalogue, shopv1err.Catalogue)); err != nil {
		log.Fatal(err)
	}
	err := fmt.Errorf("call: %w", shopv1err.NewLimitReached(3))
	fmt.Println(errors.Is(err, shopv1err.LimitReached), mapping.EnvelopeOf(err).Message)
}
`

// TestInitIsGreen goes from an empty folder, without a network, to a program, by the commands that `errpact init`
// prints and nothing else; and a mistake that is made then is found.
func TestInitIsGreen(t *testing.T) {
	u := newUser(t)
	u.run("go install github.com/errpact/errpact/cmd/errpact@latest")
	printed := u.run("GOPROXY=off errpact init")
	_, next, found := strings.Cut(printed, "Run next:\n\n")
	if !found {
		t.Fatalf("errpact init prints no commands:\n%s", printed)
	}
	for line := range strings.Lines(next) {
		u.run(strings.TrimSpace(line))
	}
	if page := u.read("errors.html"); !strings.Contains(page, "The limit of 3 calls a day is reached") {
		t.Errorf("the page has no example of the entry:\n%s", page)
	}
	u.write("main.go", program)
	u.run("go vet ./...")
	if got, want := u.run("go run ."), "true The limit of 3 calls a day is reached\n"; got != want {
		t.Errorf("the program prints %q, want %q", got, want)
	}
	u.run("git init -q && git add . && git commit -q -m first")
	u.run(buf + "breaking --against .git")
	u.run(buf + "build -o - | go tool errpact check -")
	u.run("go mod tidy -diff")
	again := u.run("GOPROXY=off go tool errpact init")
	if strings.Contains(again, "wrote ") || strings.Count(again, "kept ") != 1 || !strings.HasPrefix(again, "kept tools/go.mod, ") {
		t.Errorf("a second init prints\n%s\nwant it to keep everything", again)
	}

	u.replace(enum, "http_status: 429", "http_status: 503")
	u.refuses(buf+"breaking --against .git", "want HTTP status 429 as before, have 503")
	u.replace(enum, "domain: \"shop.example.com\"", "domain: \"\"")
	u.refuses(buf+"lint", "want a domain")
	u.refuses(buf+"build -o - | go tool errpact check -", "ERRPACT_DOMAIN")
	u.refuses(buf+"generate", "want a domain")
}

// refuses fails the test unless a line fails and prints why.
func (u *user) refuses(line, why string) {
	u.t.Helper()
	if out, err := u.try(line); err == nil || !strings.Contains(out, why) {
		u.t.Errorf("%s: %v, prints\n%s\nwant it to fail with %s", line, err, out, why)
	}
}
