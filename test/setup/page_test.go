// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package setup

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// step is a fenced block of the page: a file, or a command with what it prints.
type step struct{ file, content, command, output string }

// named is the end of the line before a file's block.
var named = regexp.MustCompile("`([\\w./-]+)`:$")

// steps are those of a page, in order. A block that is neither a file nor commands would be tested by nobody.
func steps(t *testing.T, page string) []step {
	t.Helper()
	var all []step
	parts := strings.Split("\n"+page, "\n```")
	for i := 1; i+1 < len(parts); i += 2 {
		before := strings.TrimSpace(parts[i-1])
		language, content, _ := strings.Cut(parts[i], "\n")
		name := named.FindStringSubmatch(before)
		switch {
		case language == "console":
			all = append(all, commands(content)...)
		case name != nil:
			all = append(all, step{file: name[1], content: content + "\n"})
		default:
			t.Errorf("want a block of %s to follow its file's name and a colon, have %q before it", language, before)
		}
	}
	return all
}

func commands(content string) []step {
	var all []step
	for line := range strings.SplitSeq(content, "\n") {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			all = append(all, step{command: command})
			continue
		}
		all[len(all)-1].output += line + "\n"
	}
	return all
}

// readPage returns a page of the repository.
func readPage(t *testing.T, name string) string {
	t.Helper()
	page, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// follow writes every file of a page and runs every command, in the page's order. It compares what a command prints
// where the page shows it. A command that fails must print what the page shows.
func (u *user) follow(page string) {
	u.t.Helper()
	for _, s := range steps(u.t, page) {
		switch {
		case s.file != "":
			u.write(s.file, s.content)
		case strings.HasSuffix(s.command, " &"):
			u.start(strings.TrimSuffix(s.command, " &"))
		case s.command == "kill $!":
			u.stop()
		default:
			got, err := u.try(s.command)
			got, want := strings.TrimSuffix(got, "\n"), strings.TrimSuffix(s.output, "\n")
			if got != want && (err != nil || want != "") {
				u.t.Fatalf("%s: %v, prints\n%s\nwant\n%s", s.command, err, got, s.output)
			}
		}
	}
}

// TestCataloguePageIsTrueToTheLetter follows docs/catalogue.md in an empty folder.
func TestCataloguePageIsTrueToTheLetter(t *testing.T) {
	u := newUser(t)
	u.follow(readPage(t, "docs/catalogue.md"))
	for name, parts := range map[string][]string{
		"errors.html":  {`id="SHOP_ERROR_OUT_OF_STOCK.LAST_ONE"`, `id="ERROR_CODE_DATABASE"`, "only 3 of A-7 left"},
		"openapi.json": {`"SHOP_ERROR_OUT_OF_STOCK"`, `"ERROR_CODE_NOT_EXIST"`, "only 3 of A-7 left"},
	} {
		text := u.read(name)
		for _, part := range parts {
			if !strings.Contains(text, part) {
				t.Errorf("%s lacks %s", name, part)
			}
		}
	}
	if strings.Contains(u.read("openapi.json"), "ERROR_CODE_DATABASE") {
		t.Error("openapi.json has a built-in entry that no method declares")
	}
	if got := u.run("ls gen"); got != "acme\n" {
		t.Errorf("gen has\n%s\nwant what is made of the user's protos alone", got)
	}
}
