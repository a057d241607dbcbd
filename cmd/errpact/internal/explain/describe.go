// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"slices"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/catalogue"
)

// plain says that nothing was read out of the envelope's details.
func (x *Explanation) plain() bool {
	return x.Reason == "" && x.Metadata == nil && x.Violations == nil && x.RetryDelay == ""
}

// describe adds the catalogue's texts for the entry and its reason.
func (x *Explainer) describe(out *Explanation) {
	c := x.catalogues[out.Catalogue]
	if c == nil {
		return
	}
	for _, e := range c.Entries {
		if e.Number != out.Number {
			continue
		}
		out.Known = true
		out.Description, out.Resolution, out.HelpURL = e.Description, e.Resolution, e.HelpURL
		for _, r := range e.Reasons {
			if r.Name == out.Reason {
				describeReason(out, r)
			}
		}
	}
}

// others returns the entries of other catalogues with the same number.
func (x *Explainer) others(out Explanation) (names []string) {
	for name, entries := range x.entries {
		for _, named := range entries {
			if named.entry.Number == out.Number && named.catalogue.Name != out.Catalogue {
				names = append(names, named.catalogue.Name+" "+name)
			}
		}
	}
	slices.Sort(names)
	return names
}

func describeReason(out *Explanation, r *catalogue.Reason) {
	if r.Description != "" {
		out.Description = r.Description
	}
	out.Resolution = r.Resolution
}

// shown are the details that an Explanation has fields for.
var shown = map[string]bool{
	"errpact.v1.ErrorDetail": true, "google.rpc.ErrorInfo": true, "google.rpc.BadRequest": true,
	"google.rpc.RetryInfo": true, "google.rpc.RequestInfo": true,
}

// maxDetails bounds how many details are shown.
const maxDetails = 64

// details decodes what no field shows, where the type is one of google.rpc or in the files.
func (x *Explainer) details(all mapping.DetailList) []Detail {
	if all == nil {
		return nil
	}
	var out []Detail
	for i := range min(all.Len(), maxDetails) {
		name := all.Type(i)
		if name == "" || shown[name] {
			continue
		}
		value := all.Value(i)
		out = append(out, Detail{Type: name, Value: x.render(name, value), Bytes: len(value)})
	}
	return out
}

// render is nil for what cannot be decoded.
func (x *Explainer) render(name string, value []byte) []byte {
	message := x.message(protoreflect.FullName(name))
	if message == nil || proto.Unmarshal(value, message) != nil {
		return nil
	}
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(message)
	if err != nil {
		return nil
	}
	return text
}

// message is an empty one of that type; nil where none is known.
func (x *Explainer) message(name protoreflect.FullName) proto.Message {
	if known, err := protoregistry.GlobalTypes.FindMessageByName(name); err == nil {
		return known.New().Interface()
	}
	d, err := x.types.FindDescriptorByName(name)
	if err != nil {
		return nil
	}
	if message, ok := d.(protoreflect.MessageDescriptor); ok {
		return dynamicpb.NewMessage(message)
	}
	return nil
}
