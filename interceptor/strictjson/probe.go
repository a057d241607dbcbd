// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"cmp"
	"encoding/json"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/errpact/errpact/internal/fieldpath"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/jsonfault"
)

// The limits of the search for a fault. Beyond them, a fault is reported without its place.
const (
	maxProbed     = 64 << 10
	maxProbeDepth = 16
	// maxProbeWork bounds the bytes that the search decodes, since it decodes a part again with each part
	// around it. A hostile body costs a few times what decoding it costs.
	maxProbeWork = 6 * maxProbed
	// probeCost is the least that decoding a part costs, in bytes.
	probeCost = 64
)

// newFault returns the fault for an error of protojson, and where in data it is. Protojson reports
// positions and the names of Go types only. So each part of the body is decoded by itself, until the
// smallest part that does not decode is found.
func newFault(data []byte, md protoreflect.MessageDescriptor, options protojson.UnmarshalOptions, err error) *jsonfault.Fault {
	if !json.Valid(data) {
		return jsonfault.New(jsonfault.Syntax, "", jsonfault.WantJSON)
	}
	f := faultOf("", err, nil)
	if len(data) <= maxProbed {
		options.AllowPartial = true // a part lacks what the others have
		p := &probe{options: options, left: maxProbeWork, at: md}
		if together := faultTogether(data, md, err); together != nil {
			f = together
		} else if found := p.message("", md, data, 0); found != nil {
			f = found
			if isSpecial(p.at) {
				f = cmp.Or(faultAt(data, md, err, found.Path), found)
			}
			unknowns{p, md, f}.addAll(data)
		} else if isSpecial(md) {
			f = cmp.Or(faultAt(data, md, err, ""), f)
		} else if path := missing(md, data, options); path != "" {
			f = jsonfault.New(jsonfault.Required, path, jsonfault.WantValue)
		}
	}
	f.ProtoPath = fieldpath.Proto(md, f.Path)
	return f
}

// A probe decodes parts of a body. It serves one search.
type probe struct {
	options protojson.UnmarshalOptions
	// left is the work that may still be done. The search ends without a result at less than zero.
	left int
	// at is the message in which the search ended.
	at protoreflect.MessageDescriptor
}

// spend counts the work on a part. It returns false if the search is over its bound.
func (p *probe) spend(part []byte) bool {
	p.left -= len(part) + probeCost
	return p.left >= 0
}

// try decodes a message that has this member alone.
func (p *probe) try(md protoreflect.MessageDescriptor, key string, value []byte) error {
	if !p.spend(value) {
		return nil
	}
	return p.options.Unmarshal(objectOf(key, value), dynamicpb.NewMessage(md))
}

// message finds the fault in an object that is a message. It returns nil if it does not find the place.
func (p *probe) message(path string, md protoreflect.MessageDescriptor, object []byte, depth int) *jsonfault.Fault {
	if depth > maxProbeDepth || isSpecial(md) {
		return nil
	}
	for _, m := range p.membersOf(object) {
		at := fieldpath.Join(path, m.key)
		fd := fieldpath.Find(md, m.key)
		err := p.try(md, m.key, m.value)
		switch {
		case err == nil:
		case fd == nil && !strings.HasPrefix(m.key, "["):
			return jsonfault.New(jsonfault.UnknownField, at, jsonfault.WantField)
		case fd == nil:
			return faultOf(at, err, nil)
		default:
			return p.field(at, md, fd, m, err, depth)
		}
	}
	return nil
}

// field finds the fault in the value of a field that does not decode.
func (p *probe) field(path string, md protoreflect.MessageDescriptor, fd protoreflect.FieldDescriptor, m member, err error, depth int) *jsonfault.Fault {
	switch {
	case fd.IsMap():
		for _, entry := range p.membersOf(m.value) {
			if err := p.try(md, m.key, objectOf(entry.key, entry.value)); err != nil {
				at := fieldpath.Key(path, entry.key)
				if n, _ := foreign.FieldNamed(err.Error()); n.What == foreign.BadKey {
					return p.element(at, fd.MapKey(), nil, err, depth)
				}
				return p.element(at, fd.MapValue(), entry.value, err, depth)
			}
		}
	case fd.IsList():
		if i, value, err := p.badElement(md, m.key, p.elementsOf(m.value)); err != nil {
			return p.element(fieldpath.Index(path, i), fd, value, err, depth)
		}
	default:
		return p.element(path, fd, m.value, err, depth)
	}
	if p.left < 0 {
		return faultOf(path, err, nil)
	}
	return faultOf(path, err, fd)
}

// badElement finds the first element that does not decode, by halves. It returns a nil error if it finds
// none.
func (p *probe) badElement(md protoreflect.MessageDescriptor, key string, elements []json.RawMessage) (int, []byte, error) {
	if len(elements) == 0 {
		return 0, nil, nil
	}
	low, high := 0, len(elements)
	for high-low > 1 {
		middle := (low + high) / 2
		if p.try(md, key, arrayOf(elements[low:middle])) != nil {
			high = middle
		} else {
			low = middle
		}
	}
	return low, elements[low], p.try(md, key, arrayOf(elements[low:high]))
}

// element finds the fault in one value.
func (p *probe) element(path string, fd protoreflect.FieldDescriptor, value []byte, err error, depth int) *jsonfault.Fault {
	scalar, _ := fieldpath.Unwrapped(fd)
	if scalar.Message() != nil {
		p.at = fd.Message()
		if f := p.message(path, p.at, value, depth+1); f != nil {
			return f
		}
		return faultOf(path, err, nil)
	}
	f := faultOf(path, err, fd)
	f.Wanted = jsonfault.Wanted(f.Kind, scalar.Kind().String())
	return f
}

// isSpecial reports whether a message may have a form of its own in JSON, such as a time. Those that describe
// protos have the form of all others.
func isSpecial(md protoreflect.MessageDescriptor) bool {
	return md.ParentFile().Package() == "google.protobuf" && md.ParentFile().Path() != "google/protobuf/descriptor.proto"
}
