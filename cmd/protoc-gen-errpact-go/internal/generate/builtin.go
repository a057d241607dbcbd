// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"regexp"

	"google.golang.org/protobuf/compiler/protogen"

	"github.com/errpact/errpact/mapping/catalogue"
	"github.com/errpact/errpact/proto"
)

// The built-in catalogue, which methods name without an import, so that the request may not have it.
const (
	builtinName   = "errpact.v1.ErrorCode"
	builtinImport = protogen.GoImportPath("github.com/errpact/errpact/gen/errpact/v1/errpactv1err")
	builtinFile   = "errpact/v1/error_code.proto"
)

// builtinNames matches the entries of the built-in catalogue in its source, and their reasons.
var builtinNames = regexp.MustCompile(`(?m)^\s+(ERROR_CODE_(\w+)) = \d|^\s+name: "([A-Z]\w+)"`)

// builtinOf returns the built-in catalogue for a request that does not have it: the names alone. They are read from its
// source, since there may be no generated code yet.
func builtinOf() (*catalogue.Catalogue, error) {
	source, err := proto.Files.ReadFile(builtinFile)
	if err != nil {
		return nil, err
	}
	builtin := &catalogue.Catalogue{Name: builtinName, Package: "errpact.v1"}
	var last *catalogue.Entry
	for _, match := range builtinNames.FindAllSubmatch(source, -1) {
		if reason := string(match[3]); reason != "" {
			last.Reasons = append(last.Reasons, &catalogue.Reason{Name: reason})
			continue
		}
		last = &catalogue.Entry{Name: string(match[1]), ShortName: string(match[2])}
		builtin.Entries = append(builtin.Entries, last)
	}
	return builtin, nil
}
