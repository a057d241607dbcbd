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
type proxy struct{ folder, version string }

// environment has the go command fetch our modules from the proxy, and others from where it does so
// anyway. The cache of modules is new and its name never used before, so that nothing of an older try
// is taken: the go command holds a version for what it can't change, and remembers by the folder's
// name, in GOCACHE, which packages it has.
func (p proxy) environment(out string) ([]string, error) {
	upstream, err := output(".", nil, "go", "env", "GOPROXY")
	if err != nil || strings.TrimSpace(upstream) == "" {
		upstream = "off"
	}
	modcache, err := os.MkdirTemp(out, "modcache")
	if err != nil {
		return nil, err
	}
	return []string{
		"GOPROXY=file://" + filepath.ToSlash(p.folder) + "," + strings.TrimSpace(upstream),
		"GONOSUMDB=github.com/errpact/errpact,github.com/errpact/errpact/*", "GOPRIVATE=",
		"GOMODCACHE=" + modcache, "GOFLAGS=-modcacherw", "GOWORK=off",
	}, nil
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
