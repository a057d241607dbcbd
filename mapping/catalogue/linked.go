// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"cmp"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// Linked returns the catalogues whose generated code is linked into the program, in the order of their files' paths.
// It leaves out those with mistakes. It reads all of them at each call.
func Linked() []*Catalogue {
	var files []protoreflect.FileDescriptor
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		files = append(files, file)
		return true
	})
	slices.SortFunc(files, func(a, b protoreflect.FileDescriptor) int { return cmp.Compare(a.Path(), b.Path()) })
	var catalogues []*Catalogue
	for _, enum := range Enums(files) {
		if c, err := Read(enum); err == nil {
			catalogues = append(catalogues, c)
		}
	}
	return catalogues
}
