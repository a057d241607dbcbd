// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package source reads catalogues of errors from descriptor sets.
package source

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping/catalogue"
)

// maxSize bounds a descriptor set. Google's own, with all of its APIs, has some 20 MB.
const maxSize = 256 << 20

// Builtin is the name of the built-in catalogue, where a file's name may stand.
const Builtin = "builtin"

// Files are linked files of protos, in the order of their set.
type Files []protoreflect.FileDescriptor

// Read reads a FileDescriptorSet, which a buf image is too: from a file, from stdin for "-", and the
// one of the built-in catalogue for [Builtin].
func Read(name string, stdin io.Reader) (Files, error) {
	if name == Builtin {
		return Files{errpactv1.File_errpact_v1_options_proto, errpactv1.File_errpact_v1_error_code_proto}, nil
	}
	raw, err := readAll(name, stdin)
	if err != nil {
		return nil, err
	}
	set := new(descriptorpb.FileDescriptorSet)
	// Without a resolver the annotations stay as they were written, whatever release they are of.
	if err := (proto.UnmarshalOptions{Resolver: new(protoregistry.Types)}).Unmarshal(raw, set); err != nil {
		return nil, fmt.Errorf("read %s: want a FileDescriptorSet or a buf image in binary form: %w", name, err)
	}
	if len(set.GetFile()) == 0 {
		return nil, fmt.Errorf("read %s: want a FileDescriptorSet or a buf image, have one without files", name)
	}
	files, err := link(set)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return files, nil
}

func readAll(name string, stdin io.Reader) ([]byte, error) {
	in := stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	raw, err := io.ReadAll(io.LimitReader(in, maxSize+1))
	if err == nil && len(raw) > maxSize {
		err = fmt.Errorf("want at most %d bytes", maxSize)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return raw, nil
}

// imported is a file that an image has only because another file imports it.
type imported struct{ protoreflect.FileDescriptor }

// isImport reports whether buf marks a file as an import. A FileDescriptorSet of protoc has no such mark.
// https://github.com/bufbuild/buf/blob/main/proto/buf/alpha/image/v1/image.proto
func isImport(file *descriptorpb.FileDescriptorProto) bool {
	const bufExtension, isImport protowire.Number = 8042, 1
	var found bool
	for _, extension := range values(file.ProtoReflect().GetUnknown(), bufExtension, protowire.BytesType) {
		content, _ := protowire.ConsumeBytes(extension)
		for _, value := range values(content, isImport, protowire.VarintType) {
			n, _ := protowire.ConsumeVarint(value)
			found = n != 0
		}
	}
	return found
}

// values returns the encoded values of a field of a message, up to where the message is broken.
func values(message []byte, number protowire.Number, kind protowire.Type) (all [][]byte) {
	for len(message) > 0 {
		has, is, n := protowire.ConsumeField(message)
		if n < 0 {
			return all
		}
		if has == number && is == kind {
			_, _, tag := protowire.ConsumeTag(message)
			all = append(all, message[tag:n])
		}
		message = message[n:]
	}
	return all
}

// link makes descriptors of a set, in its order. What is missing becomes a placeholder: only a catalogue without its
// options has to be complained of.
func link(set *descriptorpb.FileDescriptorSet) (Files, error) {
	linked, err := catalogue.Link(set.GetFile())
	if err != nil {
		return nil, err
	}
	files := make(Files, len(set.GetFile()))
	for i, f := range set.GetFile() {
		if files[i], err = linked.FindFileByPath(f.GetName()); err != nil {
			return nil, err
		}
		if isImport(f) {
			files[i] = imported{files[i]}
		}
	}
	return files, nil
}

// WithBuiltin returns the files and, if they do not have it, the one of the built-in catalogue: methods may name
// its errors without an import.
func (f Files) WithBuiltin() Files {
	builtin := errpactv1.File_errpact_v1_error_code_proto
	if slices.ContainsFunc(f, func(file protoreflect.FileDescriptor) bool { return file.Path() == builtin.Path() }) {
		return f
	}
	return append(slices.Clip(f), builtin)
}

// Services returns the services of the files, in order. Those of imports are left out, since they are another API's.
func (f Files) Services() []protoreflect.ServiceDescriptor {
	var services []protoreflect.ServiceDescriptor
	for _, file := range f {
		if _, ok := file.(imported); ok {
			continue
		}
		for i := range file.Services().Len() {
			services = append(services, file.Services().Get(i))
		}
	}
	return services
}

// Methods returns the methods of all services, in order.
func (f Files) Methods() []protoreflect.MethodDescriptor {
	var methods []protoreflect.MethodDescriptor
	for _, service := range f.Services() {
		for i := range service.Methods().Len() {
			methods = append(methods, service.Methods().Get(i))
		}
	}
	return methods
}

// Enums returns the annotated enums of the files, that of the built-in catalogue last.
func (f Files) Enums() []protoreflect.EnumDescriptor {
	enums := catalogue.Enums(f)
	slices.SortStableFunc(enums, func(a, b protoreflect.EnumDescriptor) int {
		switch builtin := isBuiltin(a); {
		case builtin == isBuiltin(b):
			return 0
		case builtin:
			return 1
		}
		return -1
	})
	return enums
}

func isBuiltin(enum protoreflect.EnumDescriptor) bool {
	return enum.FullName() == errpactv1.ErrorCode(0).Descriptor().FullName()
}

// Catalogues are the annotated enums of the files, each with its catalogue. The built-in one, which
// comes along as an import wherever an entry names it, is left out where there are others.
func (f Files) Catalogues() ([]protoreflect.EnumDescriptor, []*catalogue.Catalogue, error) {
	enums := catalogue.Enums(f)
	if len(enums) > 1 {
		enums = slices.DeleteFunc(enums, isBuiltin)
	}
	var catalogues []*catalogue.Catalogue
	var errs []error
	for _, enum := range enums {
		c, err := catalogue.Read(enum)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		catalogues = append(catalogues, c)
	}
	if len(enums) == 0 {
		errs = append(errs, errors.New("want an enum with option errpact.v1.catalogue, have none"))
	}
	return enums, catalogues, errors.Join(errs...)
}
