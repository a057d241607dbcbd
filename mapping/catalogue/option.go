// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// As errpact/v1/options.proto has them. The number serves only where that file is missing.
const (
	optionsFile     = "errpact/v1/options.proto"
	optionsPackage  = "errpact.v1"
	catalogueName   = "errpact.v1.catalogue"
	entryName       = "errpact.v1.entry"
	serviceName     = "errpact.v1.service"
	builtinName     = "errpact.v1.ErrorCode"
	extensionNumber = 58535
)

var errMissingImport = errors.New("want " + optionsFile + " with the descriptor (a descriptor set needs its imports)")

// annotations are the declarations of the options. They are taken from the imports of the enum's
// own file, and not from generated code, of which there may be none yet.
type annotations struct {
	catalogue, entry, rest, service protoreflect.ExtensionDescriptor
}

func annotationsOf(enum protoreflect.EnumDescriptor) (annotations, error) {
	name := enum.FullName()
	found, missing := search(enum.ParentFile())
	switch {
	case found.catalogue != nil && found.entry != nil:
		if !isMessage(found.catalogue, optionsPackage+".Catalogue") || !isMessage(found.entry, optionsPackage+".Entry") {
			return found, fmt.Errorf("%s: want errpact's own %s, have another file of its name", name, optionsFile)
		}
		return found, nil
	case missing:
		return found, fmt.Errorf("%s: %w", name, errMissingImport)
	default:
		return found, fmt.Errorf("%s: want option %s, have no import of %s", name, catalogueName, optionsFile)
	}
}

func isMessage(option protoreflect.ExtensionDescriptor, name protoreflect.FullName) bool {
	return option.Message() != nil && option.Message().FullName() == name && !option.IsList()
}

// search goes through a file and all that it imports, nearest first: further ones may be many, and
// are not even parsed before they are asked. It says whether the file of the options is known to be
// missing.
func search(file protoreflect.FileDescriptor) (found annotations, missing bool) {
	seen := make(map[string]bool)
	for queue := []protoreflect.FileDescriptor{file}; len(queue) > 0; queue = queue[1:] {
		file := queue[0]
		switch {
		case file == nil || seen[file.Path()]:
			continue
		case file.IsPlaceholder():
			missing = missing || file.Path() == optionsFile
			continue
		case file.Package() == optionsPackage:
			option := file.Extensions().ByName
			found = annotations{option("catalogue"), option("entry"), option("rest"), option("service")}
			if found.catalogue != nil && found.entry != nil {
				return found, false
			}
		}
		seen[file.Path()] = true
		queue = append(queue, importsOf(file)...)
	}
	return annotations{}, missing
}

func importsOf(file protoreflect.FileDescriptor) []protoreflect.FileDescriptor {
	lists := []protoreflect.FileImports{file.Imports()}
	// Edition 2024's `import option` is not part of the interface.
	if file, ok := file.(interface {
		OptionImports() protoreflect.FileImports
	}); ok {
		lists = append(lists, file.OptionImports())
	}
	var files []protoreflect.FileDescriptor
	for _, list := range lists {
		for i := range list.Len() {
			files = append(files, list.Get(i).FileDescriptor)
		}
	}
	return files
}

// decode is an option's value, and whether there is one. The value is empty, with a nil Message,
// where it cannot be read; that is reported.
func decode(at place, options protoreflect.ProtoMessage, option protoreflect.ExtensionDescriptor) (message, bool) {
	raw, found, err := optionBytes(options, option.Number())
	if err != nil {
		at.report(RuleAnnotated, "read option %s: %w", option.FullName(), err)
		return message{}, true
	}
	if !found {
		return message{}, false
	}
	m := dynamicpb.NewMessage(option.Message())
	if err := proto.Unmarshal(raw, m); err != nil {
		at.report(RuleAnnotated, "read option %s: %w", option.FullName(), err)
		return message{}, true
	}
	return message{m}, true
}

// optionBytes is the encoded value of a message-typed option. It is taken from the wire, which is
// the same whether the options know the extension by a generated type, by a dynamic one or not at
// all. A field that comes several times is merged by being concatenated.
// https://protobuf.dev/programming-guides/encoding/#last-one-wins
func optionBytes(options protoreflect.ProtoMessage, number protoreflect.FieldNumber) (raw []byte, found bool, err error) {
	if options == nil || !options.ProtoReflect().IsValid() {
		return nil, false, nil
	}
	rest, err := proto.MarshalOptions{AllowPartial: true}.Marshal(options)
	if err != nil {
		return nil, false, err
	}
	for len(rest) > 0 {
		num, wireType, n := protowire.ConsumeField(rest)
		if n < 0 {
			return nil, false, protowire.ParseError(n)
		}
		if num == number {
			_, _, tag := protowire.ConsumeTag(rest)
			value, size := protowire.ConsumeBytes(rest[tag:])
			if wireType != protowire.BytesType || size < 0 {
				return nil, false, errors.New("want a message")
			}
			raw, found = append(raw, value...), true
		}
		rest = rest[n:]
	}
	return raw, found, nil
}

// message reads fields by name. A field that the enum's copy of options.proto does not have, or
// has with another type, reads as unset: that copy may be of another release.
type message struct{ protoreflect.Message }

func (m message) field(name protoreflect.Name, kind protoreflect.Kind, cardinality protoreflect.Cardinality) (protoreflect.Value, bool) {
	if m.Message == nil {
		return protoreflect.Value{}, false
	}
	f := m.Descriptor().Fields().ByName(name)
	if f == nil || f.Kind() != kind || f.Cardinality() != cardinality || !m.Has(f) {
		return protoreflect.Value{}, false
	}
	return m.Get(f), true
}

func (m message) flag(name protoreflect.Name) bool {
	v, ok := m.field(name, protoreflect.BoolKind, protoreflect.Optional)
	return ok && v.Bool()
}

func (m message) text(name protoreflect.Name) string {
	v, ok := m.field(name, protoreflect.StringKind, protoreflect.Optional)
	if !ok {
		return ""
	}
	return v.String()
}

func (m message) number(name protoreflect.Name) (int, bool) {
	v, ok := m.field(name, protoreflect.Int32Kind, protoreflect.Optional)
	if !ok {
		return 0, false
	}
	return int(v.Int()), true
}

func (m message) enum(name protoreflect.Name) protoreflect.EnumNumber {
	v, ok := m.field(name, protoreflect.EnumKind, protoreflect.Optional)
	if !ok {
		return 0
	}
	return v.Enum()
}

func (m message) message(name protoreflect.Name) (message, bool) {
	v, ok := m.field(name, protoreflect.MessageKind, protoreflect.Optional)
	if !ok {
		return message{}, false
	}
	return message{v.Message()}, true
}

func (m message) list(name protoreflect.Name) []message {
	v, ok := m.field(name, protoreflect.MessageKind, protoreflect.Repeated)
	if !ok {
		return nil
	}
	list, ok := v.Interface().(protoreflect.List)
	if !ok {
		return nil
	}
	messages := make([]message, list.Len())
	for i := range messages {
		messages[i] = message{list.Get(i).Message()}
	}
	return messages
}

func (m message) strings(name protoreflect.Name) []string {
	v, ok := m.field(name, protoreflect.StringKind, protoreflect.Repeated)
	if !ok {
		return nil
	}
	list, ok := v.Interface().(protoreflect.List)
	if !ok {
		return nil
	}
	texts := make([]string, list.Len())
	for i := range texts {
		texts[i] = list.Get(i).String()
	}
	return texts
}

func (m message) texts(name protoreflect.Name) map[string]string {
	v, ok := m.field(name, protoreflect.MessageKind, protoreflect.Repeated)
	if !ok {
		return nil
	}
	entries, ok := v.Interface().(protoreflect.Map)
	if !ok {
		return nil
	}
	texts := make(map[string]string, entries.Len())
	entries.Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
		texts[key.String()] = value.String()
		return true
	})
	return texts
}
