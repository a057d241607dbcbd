// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint"
	"github.com/errpact/errpact/cmd/errpactlint/internal/protoedit"
)

// declare adds what handlers return to the lists of their methods, or prints the difference. As go vet -diff, it exits
// with 1 if there is one.
func declare(a arguments) (int, error) {
	all, err := findings(append([]string{"-declarations"}, a.vet...))
	if err != nil {
		return 2, err
	}
	files, err := byFile(all)
	if err != nil {
		return 2, err
	}
	here, err := os.Getwd()
	if err != nil {
		return 2, fmt.Errorf("find this folder: %w", err)
	}
	code := 0
	var problems []error
	for _, file := range slices.Sorted(maps.Keys(files)) {
		source, err := os.ReadFile(file)
		if err != nil {
			return 2, fmt.Errorf("read protos: %w", err)
		}
		changed, err := protoedit.Add(string(source), files[file])
		problems = append(problems, err)
		name := relative(here, file)
		switch {
		case changed == string(source):
		case a.diff:
			fmt.Print(diff(name, string(source), changed))
			code = 1
		default:
			if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
				return 2, fmt.Errorf("write protos: %w", err)
			}
			fmt.Println(name)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return 2, err
	}
	return code, nil
}

// relative returns a file's path from a folder, as go vet prints it, or else its whole path.
func relative(from, file string) string {
	if path, err := filepath.Rel(from, file); err == nil && filepath.IsLocal(path) {
		return path
	}
	return file
}

// byFile joins what all handlers of a method return.
func byFile(all []vetted) (map[string][]protoedit.Method, error) {
	files := map[string][]protoedit.Method{}
	for _, f := range all {
		var u lint.Undeclared
		if err := json.Unmarshal([]byte(f.Message), &u); err != nil {
			return nil, fmt.Errorf("read what handlers return: %w", err)
		}
		if u.File == "" || len(u.Errors) == 0 {
			continue
		}
		methods := files[u.File]
		i := slices.IndexFunc(methods, func(m protoedit.Method) bool { return m.Service == u.Service && m.Name == u.Method })
		if i < 0 {
			i = len(methods)
			methods = append(methods, protoedit.Method{Service: u.Service, Name: u.Method})
		}
		methods[i].Errors = append(methods[i].Errors, u.Errors...)
		slices.Sort(methods[i].Errors)
		methods[i].Errors = withoutReasons(slices.Compact(methods[i].Errors))
		files[u.File] = methods
	}
	return files, nil
}

// withoutReasons leaves out the reasons of entries that are in the list.
func withoutReasons(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		entry, _, isReason := strings.Cut(name, "/")
		return isReason && slices.Contains(names, entry)
	})
}

// diff is a unified diff without context, of the lines from the first that differs to the last, in one hunk for each
// run of new lines.
func diff(name, before, after string) string {
	a, b := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	var out strings.Builder
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", name, name)
	for i, j := 0, 0; i < len(a) || j < len(b); {
		if i < len(a) && j < len(b) && a[i] == b[j] {
			i, j = i+1, j+1
			continue
		}
		di, dj := resume(a[i:], b[j:])
		fmt.Fprintf(&out, "@@ -%d,%d +%d,%d @@\n", i+1, di, j+1, dj)
		for _, line := range a[i : i+di] {
			out.WriteString("-" + line)
		}
		for _, line := range b[j : j+dj] {
			out.WriteString("+" + line)
		}
		i, j = i+di, j+dj
	}
	return out.String()
}

// resume returns how many lines of both are left out until three agree again, or all.
func resume(a, b []string) (int, int) {
	const agree = 3
	for total := 1; total <= len(a)+len(b); total++ {
		for di := 0; di <= min(total, len(a)); di++ {
			dj := total - di
			if dj > len(b) {
				continue
			}
			n := min(agree, len(a)-di, len(b)-dj)
			if slices.Equal(a[di:di+n], b[dj:dj+n]) && (n == agree || di+n == len(a) && dj+n == len(b)) {
				return di, dj
			}
		}
	}
	return len(a), len(b)
}
