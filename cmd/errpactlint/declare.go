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
	files, missing, err := byFile(all, a.protos)
	if err != nil {
		return 2, err
	}
	here, err := os.Getwd()
	if err != nil {
		return 2, fmt.Errorf("find this folder: %w", err)
	}
	code := 0
	problems := []error{missing}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		source, err := os.ReadFile(file)
		if err != nil {
			return 2, fmt.Errorf("read protos: %w", err)
		}
		changed, err := protoedit.Add(string(source), files[file])
		name := relative(here, file)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
		}
		switch {
		case changed == string(source):
		case a.diff:
			fmt.Print(protoedit.Diff(filepath.ToSlash(name), string(source), changed))
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

// byFile joins what all handlers of a method return, by the file of the method. The error missing joins one for each
// file that should be in this repository and is not found.
func byFile(all []vetted, folders []string) (files map[string][]protoedit.Method, missing, err error) {
	files = map[string][]protoedit.Method{}
	protos := map[string]*lint.Protos{}
	type protoFile struct {
		path, pkg string
		foreign   bool
	}
	reported := map[protoFile]bool{}
	for _, f := range all {
		var u lint.Undeclared
		if err := json.Unmarshal([]byte(f.Message), &u); err != nil {
			return nil, nil, fmt.Errorf("read what handlers return: %w", err)
		}
		if len(u.Errors) == 0 {
			continue
		}
		if protos[u.Dir] == nil {
			protos[u.Dir] = lint.NewProtos(u.Dir, folders...)
		}
		if file := protos[u.Dir].File(u.Path, u.Package); file != "" {
			files[file] = add(files[file], u)
			continue
		}
		of := protoFile{u.Path, u.Package, u.Foreign}
		if reported[of] {
			continue
		}
		reported[of] = true
		if u.Foreign { // nobody can declare the errors of grpc.health.v1
			fmt.Fprintf(os.Stderr, "errpactlint: leave out %s.%s: its %s is of another Go module, and not in this repository: to declare its errors, %s\n", u.Service, u.Method, u.Path, howToFind)
			continue
		}
		missing = errors.Join(missing, fmt.Errorf("want %s to declare the errors of %s.%s, have no such file of package %s in this repository: %s", u.Path, u.Service, u.Method, u.Package, howToFind))
	}
	return files, missing, nil
}

const howToFind = "write -protos and the folder that the path starts from"

// add adds what one handler returns.
func add(methods []protoedit.Method, u lint.Undeclared) []protoedit.Method {
	i := slices.IndexFunc(methods, func(m protoedit.Method) bool { return m.Service == u.Service && m.Name == u.Method })
	if i < 0 {
		i = len(methods)
		methods = append(methods, protoedit.Method{Service: u.Service, Name: u.Method})
	}
	methods[i].Errors = append(methods[i].Errors, u.Errors...)
	slices.Sort(methods[i].Errors)
	methods[i].Errors = withoutReasons(slices.Compact(methods[i].Errors))
	return methods
}

// withoutReasons leaves out the reasons of entries that are in the list.
func withoutReasons(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		entry, _, isReason := strings.Cut(name, "/")
		return isReason && slices.Contains(names, entry)
	})
}
