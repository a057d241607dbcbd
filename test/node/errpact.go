// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package node

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Bundle adds @errpact/errors to an installed folder, from this checkout's sources, and the script of the page. Tests
// run in a folder beside this one.
func Bundle(t *testing.T, folder string) {
	t.Helper()
	errors, err := filepath.Abs(filepath.Join("..", "..", "es", "packages", "errors", "src", "index.ts"))
	if err != nil {
		t.Fatal(err)
	}
	run(t, folder, fmt.Appendf(nil, "export * from %q", filepath.ToSlash(errors)), exec.CommandContext(t.Context(),
		"node", "node_modules/esbuild/bin/esbuild", "--bundle", "--format=esm", "--outfile=errors.mjs"))
	run(t, folder, nil, exec.CommandContext(t.Context(),
		"node", "node_modules/esbuild/bin/esbuild", "--bundle", "--outfile=page.js", "page.mjs"))
}

// RunErrpact makes calls as [Run] does, and reads errors by @errpact/errors. The folder must be bundled.
func RunErrpact(t *testing.T, folder string, calls []Call) []Result {
	t.Helper()
	return makeCalls(t, folder, calls, exec.CommandContext(t.Context(), "node", "client.mjs", "errpact"))
}

// RunBrowser makes calls by connect-web and reads errors by @errpact/errors, in a page that Chromium has of another origin than the servers'.
func RunBrowser(t *testing.T, folder, chromium string, calls []Call) []Result {
	t.Helper()
	program := exec.CommandContext(t.Context(), "node", "browser.mjs")
	program.Env = append(os.Environ(), "CHROMIUM="+chromium)
	return makeCalls(t, folder, calls, program)
}

// Chromium returns the path of the browser, or "". CI has it: there the test fails without.
func Chromium(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	return path
}
