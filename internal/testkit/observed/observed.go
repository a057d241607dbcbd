// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package observed holds the errors that the example answers while tests run to what its methods declare, and to what
// errpactlint finds in its code.
package observed

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// Run runs the tests of a package, and returns the exit code. Every server of the example that runs meanwhile, in this
// process or in one that tests start, records its errors. The code is 1 if a method answered an error that it does not
// declare, or one that a file does not list. errpactlint writes that file, a line for each method and error:
//
//	/capsule.v1.FolderService/GetFolder ERROR_CODE_NOT_EXIST
//
// Methods of services that are not in the file may answer anything, and every method may answer what needs no declaring,
// see mapping.WithDeclared.
func Run(m interface{ Run() int }, list string) int {
	code, err := run(m, list)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func run(m interface{ Run() int }, list string) (code int, err error) {
	listed, err := os.ReadFile(list)
	if err != nil {
		return 0, fmt.Errorf("read what methods return: %w", err)
	}
	dir, err := os.MkdirTemp("", "observed")
	if err != nil {
		return 0, fmt.Errorf("record errors: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "errors")
	if err := os.Setenv("CAPSULE_ERRORS", file); err != nil {
		return 0, fmt.Errorf("record errors: %w", err)
	}
	if code = m.Run(); code != 0 {
		return code, nil
	}
	recorded, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("read recorded errors: %w", err)
	}
	return 0, compare(string(recorded), string(listed), list)
}

// compare returns an error that has every record which should not be.
func compare(recorded, listed, list string) error {
	all := strings.Split(strings.TrimSpace(listed), "\n")
	var wrong []error
	for _, line := range slices.Compact(slices.Sorted(strings.Lines(recorded))) {
		words := strings.Fields(line)
		procedure, name := words[0], words[1]
		entry, _, _ := strings.Cut(name, "/")
		service, _, _ := strings.Cut(procedure[1:], "/")
		switch {
		case len(words) > 2:
			wrong = append(wrong, fmt.Errorf("%s answered %s, which it does not declare", procedure, name))
		case !slices.ContainsFunc(all, func(l string) bool { return strings.HasPrefix(l, "/"+service+"/") }),
			slices.Contains(all, procedure+" "+name), slices.Contains(all, procedure+" "+entry), isBaseline(name):
		default:
			wrong = append(wrong, fmt.Errorf("%s answered %s, which errpactlint does not find: it is not in %s", procedure, name, list))
		}
	}
	return errors.Join(wrong...)
}

// isBaseline reports whether no method needs to declare an error: its entry or reason has a role, or its Connect code
// is one of errors that stand around handlers.
func isBaseline(name string) bool {
	entryName, reason, _ := strings.Cut(name, "/")
	value := errpactv1.ErrorCode(0).Descriptor().Values().ByName(protoreflect.Name(entryName))
	if value == nil {
		return false
	}
	switch errpactv1err.Catalogue.Code(int32(value.Number())).WithReason(reason).ConnectCode() {
	case 7, 8, 16: // permission_denied, resource_exhausted, unauthenticated
		return true
	}
	entry, ok := proto.GetExtension(value.Options(), errpactv1.E_Entry).(*errpactv1.Entry)
	return ok && (entry.GetRole() != 0 || slices.ContainsFunc(entry.GetReasons(), func(r *errpactv1.Reason) bool {
		return r.GetName() == reason && r.GetRole() != 0
	}))
}
