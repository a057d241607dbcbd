// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package strictjson is a JSON codec that refuses what the codecs of Connect and vanguard ignore in a
// request: a field that the message does not have, and a name that an enum does not have. A refusal is
// an invalid_argument that names the field. Behind rest.Handler its number distinguishes an unknown
// field from a value of the wrong type, and from a value that is not allowed.
//
// For a handler of Connect v1, use [Option]:
//
//	foov1connect.NewFooServiceHandler(service, strictjson.Option())
//
// For Connect v2, use a [Codec] of any:
//
//	connecthttp.Mount(mux, server, connecthttp.WithCodecs(connectproto.NewBinaryCodec(), strictjson.Codec[any]{}))
//
// For vanguard, use a [Codec] of [proto.Message]. Give the handler behind vanguard its codec as well:
//
//	vanguard.WithCodec(func(types vanguard.TypeResolver) vanguard.Codec {
//		return strictjson.Codec[proto.Message]{Types: types}
//	})
//
// The default is lenient: a handler without the option decodes requests as before. The answers of a
// zero Codec are those of Connect's own codec. Vanguard's own writes unset fields as well; set
// [Codec.Options] for that.
//
// Options and codecs may be used concurrently.
package strictjson

import (
	"errors"
	"fmt"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// A Codec reads and writes JSON, and refuses requests with unknown fields and unknown names of enums.
// It implements the codecs of Connect v1 and v2, and vanguard's RESTCodec and StableCodec.
//
// M is the type that the codec's user has for a message: any for Connect, [proto.Message] for vanguard.
// The methods return an error for a nil message to decode into, and for anything that is not a protobuf
// message.
//
// The zero Codec is ready to use. A Codec may be used concurrently.
type Codec[M any] struct {
	// Types finds extensions, and the messages inside google.protobuf.Any. Protobuf's global registry
	// finds what Types does not know. The default, nil, is that registry alone.
	Types interface {
		protoregistry.MessageTypeResolver
		protoregistry.ExtensionTypeResolver
	}
	// Options are for what is written. The zero value leaves out fields that are not set, as Connect
	// does; vanguard writes them (EmitUnpopulated). The codec ignores Resolver.
	Options protojson.MarshalOptions

	name string
}

// Option returns the option with which a Connect v1 handler reads and writes JSON by a [Codec], under
// both names that Connect has for JSON.
func Option() connect.HandlerOption {
	return connect.WithHandlerOptions(
		connect.WithCodec(Codec[any]{}),
		connect.WithCodec(Codec[any]{name: nameJSON + "; charset=utf-8"}), // Connect's other name for it
	)
}

const nameJSON = "json"

// Name returns "json".
func (c Codec[M]) Name() string {
	if c.name == "" {
		return nameJSON
	}
	return c.name
}

// IsBinary returns false: JSON is text.
func (Codec[M]) IsBinary() bool { return false }

var errNoField = errors.New("strictjson: the field descriptor is nil")

// asTarget returns a message that can be decoded into.
func asTarget(message any) (proto.Message, error) {
	m, err := asProto(message)
	if err == nil && !m.ProtoReflect().IsValid() {
		return nil, fmt.Errorf("strictjson: decode: %T is nil", message)
	}
	return m, err
}

func asProto(message any) (proto.Message, error) {
	m, ok := message.(proto.Message)
	if !ok || m == nil {
		return nil, fmt.Errorf("strictjson: %T is not a protobuf message", message)
	}
	return m, nil
}
