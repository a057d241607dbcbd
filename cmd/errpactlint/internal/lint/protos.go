// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// protos finds the .proto files of a module, where they are at hand.
type protos struct {
	roots []string
	texts map[string]string
	found map[string]string // files by their paths in descriptors
}

// newProtos looks from the package's folder up to that of its go.mod.
func newProtos(pass *analysis.Pass) *protos {
	p := &protos{texts: map[string]string{}, found: map[string]string{}}
	if len(pass.Files) == 0 {
		return p
	}
	dir := filepath.Dir(pass.Fset.Position(pass.Files[0].FileStart).Filename)
	for dir != "" {
		for _, sub := range []string{"", "proto", "protos", "api"} {
			p.roots = append(p.roots, filepath.Join(dir, sub))
		}
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	return p
}

// text returns the source of a file by its path in a descriptor; "" if it is not at hand.
func (p *protos) text(path string) string {
	if text, ok := p.texts[path]; ok {
		return text
	}
	for _, root := range p.roots {
		file := filepath.Join(root, filepath.FromSlash(path))
		if source, err := os.ReadFile(file); err == nil {
			p.texts[path], p.found[path] = string(source), file
			return p.texts[path]
		}
	}
	p.texts[path] = ""
	return ""
}

// file returns the file of a path in a descriptor; "" if it is not at hand.
func (p *protos) file(path string) string {
	p.text(path)
	return p.found[path]
}

// line returns the place of a method, "shop.proto:23"; "" if the file is not at hand.
func (p *protos) line(path, service, method string) string {
	text := p.text(path)
	start := regexp.MustCompile(`(?m)^\s*service\s+` + service + `\b`).FindStringIndex(text)
	if start == nil {
		return ""
	}
	rpc := regexp.MustCompile(`(?m)^\s*rpc\s+` + method + `\b`).FindStringIndex(text[start[1]:])
	if rpc == nil {
		return ""
	}
	before := text[:start[1]+rpc[1]]
	return fmt.Sprintf("%s:%d", filepath.Base(path), strings.Count(before, "\n")+1)
}
