// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"errors"
	"fmt"
	"slices"

	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// Link returns the descriptors of files, which may be in any order. In each, [Read] finds the options that its file
// imports, also by the `import option` of edition 2024. protodesc.NewFiles and protogen ignore such imports, so that
// catalogues of their descriptors cannot be read. An import that is not among files becomes a placeholder. Nil files are
// skipped. The error joins all files that cannot be linked; the others are still returned.
func Link(files []*descriptorpb.FileDescriptorProto) (*protoregistry.Files, error) {
	l := linker{
		byName: make(map[string]*descriptorpb.FileDescriptorProto),
		begun:  make(map[*descriptorpb.FileDescriptorProto]bool),
		linked: new(protoregistry.Files),
	}
	for _, file := range files {
		if file != nil {
			l.byName[file.GetName()] = file
		}
	}
	for _, file := range files {
		if file != nil {
			l.link(file)
		}
	}
	return l.linked, errors.Join(l.errs...)
}

type linker struct {
	byName map[string]*descriptorpb.FileDescriptorProto
	begun  map[*descriptorpb.FileDescriptorProto]bool
	linked *protoregistry.Files
	errs   []error
}

// link links a file after its imports.
func (l *linker) link(file *descriptorpb.FileDescriptorProto) {
	if l.begun[file] {
		return
	}
	l.begun[file] = true
	for _, name := range slices.Concat(file.GetDependency(), file.GetOptionDependency()) {
		if imported, ok := l.byName[name]; ok {
			l.link(imported)
		}
	}
	descriptor, err := protodesc.FileOptions{AllowUnresolvable: true}.New(file, l.linked)
	if err == nil {
		err = l.linked.RegisterFile(descriptor)
	}
	if err != nil {
		l.errs = append(l.errs, fmt.Errorf("link %s: %w", file.GetName(), err))
	}
}
