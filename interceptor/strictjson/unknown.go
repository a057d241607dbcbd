// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/fieldpath"
	"github.com/errpact/errpact/internal/jsonfault"
)

// An unknowns adds to a fault the other fields of its body that do not exist, so that a caller can correct all of
// them at once. It compares names only, and decodes nothing. The search's bound holds for it, too.
type unknowns struct {
	*probe
	root  protoreflect.MessageDescriptor
	fault *jsonfault.Fault
}

func (u unknowns) addAll(data []byte) {
	if u.fault.Kind == jsonfault.UnknownField && u.fault.Path != "" {
		u.message("", u.root, data, 0)
	}
}

// message looks for them in an object that is a message. It returns false if no more can be added.
func (u unknowns) message(path string, md protoreflect.MessageDescriptor, object []byte, depth int) bool {
	if md == nil || depth > maxProbeDepth || isSpecial(md) {
		return true
	}
	for _, m := range u.membersOf(object) {
		at, fd := fieldpath.Join(path, m.key), fieldpath.Find(md, m.key)
		switch {
		case fd != nil:
			if !u.field(at, fd, m.value, depth+1) {
				return false
			}
		case !strings.HasPrefix(m.key, "["):
			if !u.fault.Add(jsonfault.Place{Path: at, ProtoPath: fieldpath.Proto(u.root, at)}) {
				return false
			}
		}
	}
	return u.left >= 0
}

func (u unknowns) field(at string, fd protoreflect.FieldDescriptor, value []byte, depth int) bool {
	below := fieldpath.Below(fd)
	switch {
	case below == nil:
	case fd.IsMap():
		for _, entry := range u.membersOf(value) {
			if !u.message(fieldpath.Key(at, entry.key), below, entry.value, depth) {
				return false
			}
		}
	case fd.IsList():
		for i, element := range u.elementsOf(value) {
			if !u.message(fieldpath.Index(at, i), below, element, depth) {
				return false
			}
		}
	default:
		return u.message(at, below, value, depth)
	}
	return true
}
