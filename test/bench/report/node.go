// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// runNode returns the rows of the TypeScript package in Node. It returns nothing where Node is missing, or the modules
// that `make es` and `make web` install.
func runNode(o options) ([]byte, error) {
	asked, err := regexp.MatchString(o.bench, "Node")
	if err != nil || !asked || !hasNode() {
		return nil, err
	}
	return run(filepath.Join("..", "..", "es"), "node", filepath.Join("bench", "decode.mjs"))
}

func hasNode() bool {
	_, missing := exec.LookPath("node")
	_, err := os.Stat(filepath.Join("..", "..", "es", "node_modules", "esbuild"))
	return missing == nil && err == nil
}
