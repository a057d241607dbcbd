// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

var lineNumber = regexp.MustCompile(`(\.(go|proto)):\d+`)

// BaselineLine returns a finding as a baseline has it: with its package, and without numbers of lines, which change
// with every edit.
func BaselineLine(pkg, message string) string {
	pkg, _, _ = strings.Cut(pkg, " ")
	return pkg + "\t" + lineNumber.ReplaceAllString(message, "$1")
}

func readBaseline(name string) (map[string]bool, error) {
	if name == "" {
		return nil, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read baseline: %w", err)
	}
	known := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		known[strings.TrimRight(line, "\r\n")] = true // git may check out the lines of Windows
	}
	return known, nil
}
