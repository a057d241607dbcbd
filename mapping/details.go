// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"slices"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/anypb"
)

// Details are the error details of an answer as a transport received them: so many, each with the
// full name of its type (empty where the peer sent none, or null) and a copy of its bytes. They
// must not change, and may be asked by several goroutines.
type Details interface {
	Len() int
	Type(i int) string
	Value(i int) []byte
}

// What a peer sends is looked at within these bounds.
const (
	maxDetails     = 64
	maxDetailBytes = 64 << 10
)

// each calls f for the details within the bounds, until it returns false.
func each(d Details, f func(i int, name string) bool) {
	for i := range min(d.Len(), maxDetails) {
		if !f(i, d.Type(i)) {
			return
		}
	}
}

// bytesOf finds the first detail of a type.
func bytesOf(d Details, name string) (value []byte, found bool) {
	each(d, func(i int, n string) bool {
		if n == name {
			value = d.Value(i)
			found = len(value) <= maxDetailBytes
		}
		return n != name
	})
	return value, found
}

// find decodes the first detail of a message's type into it.
func find(d Details, into proto.Message) bool {
	value, ok := bytesOf(d, string(into.ProtoReflect().Descriptor().FullName()))
	return ok && proto.Unmarshal(value, into) == nil
}

func receivedFields(d Details) []Field {
	var bad errdetails.BadRequest
	if !find(d, &bad) {
		return nil
	}
	var fields []Field
	for _, v := range bad.GetFieldViolations() {
		fields = append(fields, Field{v.GetField(), v.GetDescription(), v.GetReason()})
	}
	return fields
}

func receivedRetryDelay(d Details) (time.Duration, bool) {
	var info errdetails.RetryInfo
	if !find(d, &info) || !info.GetRetryDelay().IsValid() {
		return 0, false
	}
	delay := info.GetRetryDelay().AsDuration()
	return delay, delay > 0
}

func receivedRequestID(d Details) string {
	var info errdetails.RequestInfo
	if !find(d, &info) {
		return ""
	}
	return validRequestID(info.GetRequestId())
}

// receivedStandard decodes the details of google.rpc that no accessor of Error speaks of. Types of
// others are decoded by [Detail], which is told the type, and never by what the peer names.
func receivedStandard(d Details) []proto.Message {
	var messages []proto.Message
	each(d, func(i int, name string) bool {
		if !strings.HasPrefix(name, "google.rpc.") || slices.Contains(ownDetails, name) {
			return true
		}
		mt, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(name))
		if err != nil {
			return true
		}
		message := mt.New().Interface()
		value := d.Value(i)
		if len(value) <= maxDetailBytes && proto.Unmarshal(value, message) == nil {
			messages = append(messages, message)
		}
		return true
	})
	return messages
}

// pairs is the metadata, by key.
func (e *Error) pairs() []pair {
	if e == nil {
		return nil
	}
	if e.received == nil {
		return e.metadata
	}
	var info errdetails.ErrorInfo
	if !find(e.received, &info) {
		return nil
	}
	var pairs []pair
	for key, value := range info.GetMetadata() {
		pairs = append(pairs, pair{key, value})
	}
	slices.SortFunc(pairs, func(a, b pair) int { return strings.Compare(a.key, b.key) })
	return pairs
}

// detailNamed finds a detail of any type, and decodes it anew.
func (e *Error) detailNamed(mt protoreflect.MessageType) (proto.Message, bool) {
	var d Details = e.received
	if d == nil {
		d = packed(e.pack(nil).anys)
	}
	message := mt.New().Interface()
	if !find(d, message) {
		return nil, false
	}
	return message, true
}

// packed are details that were made here.
type packed []*anypb.Any

func (p packed) Len() int           { return len(p) }
func (p packed) Type(i int) string  { return string(p[i].MessageName()) }
func (p packed) Value(i int) []byte { return p[i].GetValue() }
