// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	modulepath "golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// proxy is a module proxy in files. https://go.dev/ref/mod#goproxy-protocol
type proxy struct {
	folder, root, version string
	// upstream is the GOPROXY for modules of others.
	upstream string
}

func newProxy(folder, root, version string) proxy {
	upstream, err := output(".", nil, "go", "env", "GOPROXY")
	upstream = strings.TrimSpace(upstream)
	if err != nil || upstream == "" {
		upstream = "off"
	}
	return proxy{folder, root, version, upstream}
}

// environment has the go command fetch our modules from the proxy, and others from where it does so anyway. A
// cache of modules has to be added, under a name that was never used before: the go command holds a version for
// what it can't change, and remembers by the folder's name, in GOCACHE, which packages it has. What it compiles
// is found again under any name, with -trimpath.
func (p proxy) environment() []string {
	return []string{
		"GOPROXY=file://" + filepath.ToSlash(p.folder) + "," + p.upstream,
		"GONOSUMDB=" + p.root + "," + p.root + "/*",
		"GOPRIVATE=",
		"GOFLAGS=-modcacherw -trimpath",
		"GOWORK=off",
	}
}

// usage says how a shell fetches from the proxy.
func (p proxy) usage() string {
	var b strings.Builder
	b.WriteString("\nTo use this release in another folder, paste:\n\n")
	for _, variable := range p.environment() {
		name, value, _ := strings.Cut(variable, "=")
		fmt.Fprintf(&b, "export %s='%s'\n", name, value)
	}
	fmt.Fprintf(&b, "export GOMODCACHE=\"$(mktemp -d)\" # the next release has this version too\ngo get %s@%s\n", p.root, p.version)
	return b.String()
}

// add puts a module's version into the proxy.
func (p proxy) add(m *module) error {
	escaped, err := modulepath.EscapePath(m.path)
	if err != nil {
		return err
	}
	folder := filepath.Join(p.folder, escaped, "@v")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	content, err := os.ReadFile(filepath.Join(m.folder, "go.mod"))
	if err != nil {
		return err
	}
	for name, text := range map[string]string{
		"list":              p.version + "\n",
		p.version + ".info": fmt.Sprintf("{\"Version\":%q}", p.version),
		p.version + ".mod":  string(content),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	file, err := os.Create(filepath.Join(folder, p.version+".zip"))
	if err != nil {
		return err
	}
	if err := zip.CreateFromDir(file, modulepath.Version{Path: m.path, Version: p.version}, m.folder); err != nil {
		_ = file.Close()
		return fmt.Errorf("pack %s: %w", m.path, err)
	}
	return file.Close()
}
