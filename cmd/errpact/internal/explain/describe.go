// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/guidance"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/catalogue"
)

// plain says that nothing was read out of the envelope's details.
func (x *Explanation) plain() bool {
	return x.Reason == "" && x.Metadata == nil && x.Violations == nil && x.RetryDelay == ""
}

// describe adds the catalogue's texts for the entry and its reason.
func (x *Explainer) describe(out *Explanation, f found) {
	out.Also = f.also
	known := x.numbered(out.Catalogue, out.Number)
	if f.http != nil && f.http.Envelope != nil { // an envelope names no catalogue
		others := slices.DeleteFunc(x.numbered("", out.Number), func(k knownEntry) bool { return k.catalogue.Name == out.Catalogue })
		if len(known) == 0 && len(others) > 0 {
			known, others = others[:1], others[1:]
		}
		out.Also = names(others)
	}
	if len(known) == 0 {
		out.Name = cmp.Or(f.name, out.Name)
		return
	}
	known[0].reason = out.Reason
	c, e, declared := known[0].catalogue, known[0].entry, known[0].of()
	out.Known, out.Catalogue, out.Domain, out.Name = true, c.Name, c.Domain, e.Name
	out.Description, out.Resolution, out.HelpURL = declared.Description, declared.Resolution, e.HelpURL
	if f.status != 0 || out.Inferred {
		return
	}
	// The policy does not know what a catalogue that it did not take says.
	code := connectcode.Name(declared.ConnectCode)
	if f.http != nil {
		out.ConnectCode = code
	}
	if out.ConnectCode == code {
		out.HTTPStatus = declared.HTTPStatus
	}
}

// advise goes by the catalogue for an entry whose catalogue the policy did not take.
func (x *Explainer) advise(out *Explanation, e *mapping.Error) {
	known := x.numbered(out.Catalogue, out.Number)[0]
	known.reason = out.Reason
	declared, delay := known.of(), time.Duration(0)
	if own, ok := e.RetryDelay(); ok {
		delay = own
	}
	retry := catalogue.RetryFor(declared.Retry, delay > 0, declared.ConnectCode)
	out.Retry, out.RetryAdvice = guidance.RetryName(retry), guidance.Retry(retry, delay)
	out.Fault = guidance.FaultName(known.entry.FaultOf(reasonOf(known.entry, known.reason)))
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
	var compact bytes.Buffer // protojson puts spaces between the fields at random
	if err != nil || json.Compact(&compact, text) != nil {
		return nil
	}
	return compact.Bytes()
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
