// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/errpact/errpact/tools/modules"
)

// module is one that users fetch.
type module struct {
	path, folder string
	// commands are import paths.
	commands []string
}

// copyTree copies what git knows and what it would, so that nothing that lies about in a checkout is
// released.
func copyTree(checkout, out, tree string) error {
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	listed, err := output(checkout, nil, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(listed, "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(checkout, name))
		if os.IsNotExist(err) {
			continue // removed, and not yet committed
		}
		if err != nil {
			return err
		}
		to := filepath.Join(tree, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(to, content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// published finds the modules that users fetch, the root first.
func published(tree string) ([]*module, error) {
	all, err := modules.All(tree)
	var found []*module
	for _, m := range all {
		if modules.IsPublished(m.Folder) {
			found = append(found, &module{path: m.Path, folder: filepath.Join(tree, m.Folder)})
		}
	}
	return found, err
}

// pin writes the root's version where the replace directive stood.
func (m *module) pin(root, version string, env []string) error {
	if m.path != root {
		for _, args := range [][]string{
			{"mod", "edit", "-dropreplace", root, "-require", root + "@" + version},
			{"mod", "tidy"},
		} {
			if _, err := output(m.folder, env, "go", args...); err != nil {
				return fmt.Errorf("pin %s: %w", m.path, err)
			}
		}
	}
	content, err := os.ReadFile(filepath.Join(m.folder, "go.mod"))
	if err != nil {
		return err
	}
	parsed, err := modfile.Parse("go.mod", content, nil)
	if err != nil {
		return err
	}
	if len(parsed.Replace) > 0 {
		return fmt.Errorf("pin %s: want no replace directive in a module that users install, have %d", m.path, len(parsed.Replace))
	}
	listed, err := output(m.folder, env, "go", "list", "-f", `{{if eq .Name "main"}}{{.ImportPath}}{{end}}`, "./...")
	m.commands = slices.DeleteFunc(strings.Fields(listed), func(name string) bool { return strings.Contains(name, "/internal/") })
	return err
}

// install fetches, builds and asks every command of the module, as a user does, in a folder of its own.
func (m *module) install(scratch, version string, env []string) error {
	bin := filepath.Join(scratch, "bin")
	for _, command := range m.commands {
		if _, err := output(scratch, append(env, "GOBIN="+bin), "go", "install", command+"@"+version); err != nil {
			return fmt.Errorf("install %s: %w", command, err)
		}
		info, err := output(scratch, env, "go", "version", "-m", filepath.Join(bin, path.Base(command)))
		if err != nil {
			return err
		}
		if want := fmt.Sprintf("\tmod\t%s\t%s\t", m.path, version); !strings.Contains(info, want) {
			return fmt.Errorf("install %s: want it to be of %s %s, have\n%s", command, m.path, version, info)
		}
		fmt.Printf("go install %s@%s\n", command, version)
	}
	return nil
}

// output runs a program, and gives what it printed.
func output(folder string, env []string, name string, args ...string) (string, error) {
	command := exec.Command(name, args...)
	command.Dir = folder
	if env != nil {
		command.Env = append(os.Environ(), env...)
	}
	var stdout, stderr strings.Builder
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, stdout.String(), stderr.String())
	}
	return stdout.String(), nil
}
