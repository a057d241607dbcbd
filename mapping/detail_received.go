// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"slices"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/internal/requestid"
)

// A DetailList has the error details of an answer as a transport received them: so many, each with the
// full name of its type (empty where the peer sent none, or null) and a copy of its bytes. They
// must not change, and may be asked by several goroutines. A list may have a method TypeURL(i int) string, for the
// URL that a handler gave a type: with it, the handler's detail is sent under that URL.
type DetailList interface {
	Len() int
	Type(i int) string
	Value(i int) []byte
}

// bytesOf finds the first detail of a type.
func bytesOf(d DetailList, name string) (value []byte, found bool) {
	for i := range min(d.Len(), MaxDetails) {
		if d.Type(i) == name {
			value = d.Value(i)
			return value, len(value) <= maxDetailBytes
		}
	}
	return nil, false
}

// find decodes the first detail of a message's type into it.
func find(d DetailList, into proto.Message) bool {
	value, ok := bytesOf(d, string(into.ProtoReflect().Descriptor().FullName()))
	return ok && proto.Unmarshal(value, into) == nil
}

func receivedFields(d DetailList) []Field {
	var bad errdetails.BadRequest
	if !find(d, &bad) {
		return nil
	}
	var fields []Field
	for _, v := range bad.GetFieldViolations() {
		fields = append(fields, Field{Path: v.GetField(), Description: v.GetDescription(), Reason: v.GetReason()})
	}
	return fields
}

func receivedRetryDelay(d DetailList) (time.Duration, bool) {
	var info errdetails.RetryInfo
	if !find(d, &info) || !info.GetRetryDelay().IsValid() {
		return 0, false
	}
	delay := info.GetRetryDelay().AsDuration()
	return delay, delay > 0
}

func receivedRequestID(d DetailList) string {
	var info errdetails.RequestInfo
	if !find(d, &info) {
		return ""
	}
	return requestid.Valid(info.GetRequestId())
}

// receivedMessages decodes the details of google.rpc that no accessor of Error speaks of. Types of others are
// decoded by [Detail], which is told the type, and never by what the peer names.
func receivedMessages(d DetailList) []proto.Message {
	var messages []proto.Message
	left := maxDetailBytes
	for i := range min(d.Len(), MaxDetails) {
		message := standardDetail(d.Type(i))
		if message == nil {
			continue
		}
		value := d.Value(i)
		if len(value) <= left && proto.Unmarshal(value, message) == nil {
			left -= len(value)
			messages = append(messages, message)
		}
	}
	return messages
}

func standardDetail(name string) proto.Message {
	switch name {
	case helpName:
		return new(errdetails.Help)
	case localizedMessageName:
		return new(errdetails.LocalizedMessage)
	case resourceInfoName:
		return new(errdetails.ResourceInfo)
	case "google.rpc.QuotaFailure":
		return new(errdetails.QuotaFailure)
	case "google.rpc.PreconditionFailure":
		return new(errdetails.PreconditionFailure)
	}
	return nil
}

// pairs is the metadata, by key. What was added to a received error is with what it came with.
func (e *Error) pairs() []pair {
	if e == nil {
		return nil
	}
	if e.received == nil || e.metadata != nil {
		return e.metadata
	}
	return receivedPairs(e.received)
}

// receivedPairs is the metadata of an ErrorInfo, by key.
func receivedPairs(d DetailList) []pair {
	var info errdetails.ErrorInfo
	if !find(d, &info) {
		return nil
	}
	var pairs []pair
	for key, value := range info.GetMetadata() {
		pairs = append(pairs, pair{key, value})
	}
	slices.SortFunc(pairs, byKey)
	return pairs
}

// detailNamed finds a detail of any type, and decodes it anew.
func (e *Error) detailNamed(mt protoreflect.MessageType) (proto.Message, bool) {
	message := mt.New().Interface()
	if e.received == nil {
		return message, find(anyDetails(e.pack(e.code.wire().help).anys), message)
	}
	return message, find(anyDetails(e.added()), message) || find(e.received, message)
}

// added are the details that were given to a received error.
func (e *Error) added() []*anypb.Any {
	var anys []*anypb.Any
	if e.metadata != nil {
		anys = append(anys, errorInfo(e.code.infoReason(), e.code.Catalogue().Domain(), e.metadata))
	}
	own := e.has()
	if own.fields != nil {
		anys = append(anys, badRequest(own.fields))
	}
	if own.retry.set && own.retry.delay > 0 {
		anys = append(anys, retryInfo(own.retry.delay))
	}
	for _, d := range own.details {
		anys = append(anys, d.any)
	}
	return anys
}

// anyDetails are details that were made here.
type anyDetails []*anypb.Any

func (p anyDetails) Len() int           { return len(p) }
func (p anyDetails) Type(i int) string  { return string(p[i].MessageName()) }
func (p anyDetails) Value(i int) []byte { return p[i].GetValue() }
