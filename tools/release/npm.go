// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// npmPackages are the folders of the npm packages in a checkout.
const npmPackages = "es/packages/*"

// npmVersion is the line of a package.json that a release writes. In a checkout it is 0.0.0.
var npmVersion = regexp.MustCompile(`(?m)^  "version": ".*",$`)

// npmPackage is one that users install.
type npmPackage struct {
	name, folder string
}

// publishedNPM finds the npm packages that users install.
func publishedNPM(tree string) ([]npmPackage, error) {
	folders, err := filepath.Glob(filepath.Join(tree, npmPackages))
	if err != nil {
		return nil, err
	}
	var found []npmPackage
	for _, folder := range folders {
		m, err := readManifest(folder)
		if err != nil {
			return nil, err
		}
		found = append(found, npmPackage{m.Name, folder})
	}
	return found, nil
}

// pin writes the version into package.json: npm has no v before it.
func (p npmPackage) pin(version string) error {
	const name = "package.json"
	folder, err := os.OpenRoot(p.folder)
	if err != nil {
		return err
	}
	defer folder.Close()
	content, err := folder.ReadFile(name)
	if err != nil {
		return err
	}
	if lines := npmVersion.FindAll(content, -1); len(lines) != 1 {
		return fmt.Errorf("pin %s: want one line with a version in package.json, have %d", p.name, len(lines))
	}
	line := fmt.Sprintf("  %q: %q,", "version", strings.TrimPrefix(version, "v"))
	return folder.WriteFile(name, npmVersion.ReplaceAll(content, []byte(line)), 0o600)
}

// tarball is the name that npm gives to a packed package.
func (p npmPackage) tarball(version string) string {
	name := strings.ReplaceAll(strings.TrimPrefix(p.name, "@"), "/", "-")
	return name + "-" + strings.TrimPrefix(version, "v") + ".tgz"
}

// npmIsMissing returns what a machine without Node and npm leaves out. CI leaves nothing out.
func npmIsMissing() (string, error) {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err == nil {
			continue
		}
		if os.Getenv("CI") != "" {
			return "", fmt.Errorf("pack the npm packages: want %s in PATH", program)
		}
		return fmt.Sprintf("The npm packages were not packed, since %s is not in PATH: install Node 20 or newer, and run make release again.\n", program), nil
	}
	return "", nil
}

// packNPM builds and packs the npm packages of the tree, checks the tarballs, and installs them in an empty project.
// `make es` has tested and linted them.
func packNPM(scratch, tree, out, version string, packages []npmPackage) error {
	if err := os.MkdirAll(out, 0o700); err != nil {
		return err
	}
	// npm installs into a copy: a tree is to be tagged as it is.
	copied := filepath.Join(scratch, "npm")
	if err := os.CopyFS(copied, os.DirFS(tree)); err != nil {
		return err
	}
	pack := []string{"pack", "--pack-destination", out}
	for _, p := range packages {
		pack = append(pack, "--workspace", p.name)
	}
	for _, args := range [][]string{
		// What is optional are programs for one kind of machine, which only tests need.
		{"ci", "--ignore-scripts", "--prefer-offline", "--omit=optional"},
		{"run", "build:packages"},
		pack,
	} {
		if _, err := output(filepath.Join(copied, "es"), nil, "npm", args...); err != nil {
			return err
		}
	}
	var wrong []error
	for _, p := range packages {
		file := filepath.Join(out, p.tarball(version))
		if err := checkTarball(file, p.name, version); err != nil {
			wrong = append(wrong, err)
			continue
		}
		fmt.Printf("npm pack %s\n", file)
	}
	if err := errors.Join(wrong...); err != nil {
		return err
	}
	return installNPM(filepath.Join(scratch, "project"), out, version, packages)
}

// installNPM installs the tarballs as a user does, imports what can be imported, and asks each command for its version.
func installNPM(project, out, version string, packages []npmPackage) error {
	if err := os.MkdirAll(project, 0o700); err != nil {
		return err
	}
	install := []string{"install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"}
	for _, p := range packages {
		install = append(install, filepath.Join(out, p.tarball(version)))
	}
	if err := os.WriteFile(filepath.Join(project, "package.json"), []byte("{\"private\": true}\n"), 0o600); err != nil {
		return err
	}
	if _, err := output(project, nil, "npm", install...); err != nil {
		return err
	}
	for _, p := range packages {
		m, err := readManifest(filepath.Join(project, "node_modules", p.name))
		if err != nil {
			return err
		}
		if err := m.use(project, version); err != nil {
			return fmt.Errorf("use %s: %w", p.name, err)
		}
	}
	return nil
}
