// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// manifest is the package.json of a packed package. https://docs.npmjs.com/cli/configuring-npm/package-json
type manifest struct {
	Name, Version, License            string
	Private                           bool
	Dependencies                      map[string]string
	Bin                               map[string]string
	Exports                           map[string]any
	Main, Types, TypesVersions, Files any
}

// readManifest reads the package.json in a folder.
func readManifest(folder string) (*manifest, error) {
	content, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		return nil, err
	}
	return parseManifest(content)
}

func parseManifest(content []byte) (*manifest, error) {
	var m manifest
	if err := json.Unmarshal(content, &m); err != nil {
		return nil, fmt.Errorf("read package.json: %w", err)
	}
	return &m, nil
}

// checkTarball checks what users get: a package of this name and version, with the project's license and everything
// that its package.json names.
func checkTarball(file, name, version string) error {
	files, err := readTarball(file)
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	m, err := parseManifest(files["package/package.json"])
	if err != nil {
		return err
	}
	var wrong []error
	want := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Errorf("%s: "+format, append([]any{file}, args...)...))
		}
	}
	want(m.Name == name, "want the name %q, have %q", name, m.Name)
	want(m.Version == strings.TrimPrefix(version, "v"), "want the version of %s, have %q", version, m.Version)
	want(m.License == "Apache-2.0", "want the license Apache-2.0, have %q", m.License)
	want(strings.Contains(string(files["package/LICENSE"]), "Apache License"), "want the text of the license in LICENSE")
	want(len(files["package/README.md"]) > 0, "want a README.md")
	want(!m.Private, "want it not to be private: npm does not publish what is")
	for _, dependency := range slices.Sorted(maps.Keys(m.Dependencies)) {
		have := m.Dependencies[dependency]
		want(strings.HasPrefix(have, "^"), "want %s in a range such as ^1.2.3, have %q", dependency, have)
	}
	for _, named := range m.named() {
		ok := slices.ContainsFunc(slices.Collect(maps.Keys(files)), func(have string) bool {
			return have == path.Join("package", named) || strings.HasPrefix(have, path.Join("package", named)+"/")
		})
		want(ok, "want %q, which package.json names", named)
	}
	return errors.Join(wrong...)
}

// named returns all files and folders that the manifest names.
func (m *manifest) named() []string {
	var found []string
	var visit func(any)
	visit = func(v any) {
		switch v := v.(type) {
		case string:
			found = append(found, v)
		case []any:
			for _, each := range v {
				visit(each)
			}
		case map[string]any:
			for _, each := range v {
				visit(each)
			}
		}
	}
	visit(m.Exports)
	for _, v := range []any{m.Main, m.Types, m.TypesVersions, m.Files} {
		visit(v)
	}
	for _, command := range m.Bin {
		visit(command)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// use imports and requires all that the package exports, and asks each of its commands for its version, in a project
// that has the package installed.
func (m *manifest) use(project, version string) error {
	load := []string{"-e", "for (const name of process.argv.slice(1)) { require(name); import(name); }", "--"}
	for name := range m.Exports {
		if path.Ext(name) != ".json" {
			load = append(load, path.Join(m.Name, name))
		}
	}
	if _, err := output(project, nil, "node", load...); err != nil {
		return err
	}
	for name := range m.Bin {
		printed, err := output(project, nil, "npm", "exec", "--offline", "--", name, "--version")
		if err != nil {
			return err
		}
		if !strings.Contains(printed, version) {
			return fmt.Errorf("%s --version printed %q, want %s in it", name, printed, version)
		}
	}
	return nil
}

// readTarball returns the files of a tarball by name.
func readTarball(file string) (map[string][]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for tarball := tar.NewReader(unzipped); ; {
		header, err := tarball.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if files[header.Name], err = io.ReadAll(tarball); err != nil {
			return nil, err
		}
	}
}
