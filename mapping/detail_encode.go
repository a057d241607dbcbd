// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/types/known/anypb"
)

// errpact's own details are encoded here by hand: they are small, most of them are strings, and
// proto.Marshal neither promises an order of map entries nor takes text that is not UTF-8.

// typePrefix makes a type's URL of its name.
const typePrefix = "type.googleapis.com/"

const (
	errorDetailName      = "errpact.v1.ErrorDetail"
	errorInfoName        = "google.rpc.ErrorInfo"
	badRequestName       = "google.rpc.BadRequest"
	retryInfoName        = "google.rpc.RetryInfo"
	helpName             = "google.rpc.Help"
	localizedMessageName = "google.rpc.LocalizedMessage"
	requestInfoName      = "google.rpc.RequestInfo"
	resourceInfoName     = "google.rpc.ResourceInfo"
	debugInfoName        = "google.rpc.DebugInfo"
)

// errorDetail encodes errpact.v1.ErrorDetail.
func errorDetail(c Code, payload string) *anypb.Any {
	var b []byte
	if c.Catalogue().isBuiltin() {
		b = appendVarint(b, 1, uint64(c.Number()))
	} else {
		b = appendString(b, 2, c.Catalogue().Name())
	}
	b = appendString(b, 3, c.Reason())
	b = appendString(b, 4, payload)
	if !c.Catalogue().isBuiltin() {
		b = appendVarint(b, 5, uint64(c.Number()))
	}
	return newAny(typePrefix+errorDetailName, b)
}

// errorInfo encodes google.rpc.ErrorInfo, metadata in the order of its keys.
func errorInfo(reason, domain string, metadata []pair) *anypb.Any {
	size := sizeString(len(reason)) + sizeString(len(domain))
	for _, p := range metadata {
		size += sizeMessage(p.entrySize())
	}
	b := appendString(make([]byte, 0, size), 1, reason)
	b = appendString(b, 2, domain)
	for _, p := range metadata {
		b = appendMapEntry(b, 3, p)
	}
	return newAny(typePrefix+errorInfoName, b)
}

// appendMapEntry writes both fields always, as protobuf writes a map.
func appendMapEntry(b []byte, number protowire.Number, p pair) []byte {
	b = protowire.AppendTag(b, number, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(p.entrySize()))
	b = protowire.AppendString(protowire.AppendTag(b, 1, protowire.BytesType), p.key)
	return protowire.AppendString(protowire.AppendTag(b, 2, protowire.BytesType), p.value)
}

// entrySize is the size of a pair as an entry of a map.
func (p pair) entrySize() int { return sizeMessage(len(p.key)) + sizeMessage(len(p.value)) }

// fieldViolation encodes google.rpc.BadRequest.FieldViolation.
func fieldViolation(f Field) []byte {
	return appendString(appendString(appendString(nil, 1, f.Path), 2, f.Description), 3, f.Reason)
}

func badRequest(fields []Field) *anypb.Any {
	var b []byte
	for _, f := range fields {
		b = appendMessage(b, 1, fieldViolation(f))
	}
	return newAny(typePrefix+badRequestName, b)
}

func retryInfo(delay time.Duration) *anypb.Any {
	d := appendVarintUnlessZero(nil, 1, uint64(delay/time.Second))
	d = appendVarintUnlessZero(d, 2, uint64(delay%time.Second))
	return newAny(typePrefix+retryInfoName, appendMessage(nil, 1, d))
}

func help(description, url string) *anypb.Any {
	return newAny(typePrefix+helpName, appendMessage(nil, 1, appendString(appendString(nil, 1, description), 2, url)))
}

func localizedMessage(locale, message string) *anypb.Any {
	return newAny(typePrefix+localizedMessageName, appendString(appendString(nil, 1, locale), 2, message))
}

func requestInfo(id string) *anypb.Any {
	return newAny(typePrefix+requestInfoName, appendString(make([]byte, 0, sizeString(len(id))), 1, id))
}

func newAny(url string, value []byte) *anypb.Any { return &anypb.Any{TypeUrl: url, Value: value} }

func appendString(b []byte, number protowire.Number, s string) []byte {
	if s == "" {
		return b
	}
	return protowire.AppendString(protowire.AppendTag(b, number, protowire.BytesType), s)
}

func appendMessage(b []byte, number protowire.Number, message []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, number, protowire.BytesType), message)
}

func appendVarint(b []byte, number protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, number, protowire.VarintType), v)
}

func appendVarintUnlessZero(b []byte, number protowire.Number, v uint64) []byte {
	if v == 0 {
		return b
	}
	return appendVarint(b, number, v)
}

// anySize is what a detail adds to an encoded google.rpc.Status.
func anySize(a *anypb.Any) int {
	return sizeMessage(sizeString(len(a.GetTypeUrl())) + sizeString(len(a.GetValue())))
}

// sizeString is the size of a field of bytes with a one-byte tag; nothing if it is empty.
func sizeString(n int) int {
	if n == 0 {
		return 0
	}
	return sizeMessage(n)
}

func sizeMessage(n int) int { return 1 + protowire.SizeBytes(n) }
