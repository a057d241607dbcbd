// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// The messages of buf.validate that are read here, by the numbers of their fields:
//
//	message Violations { repeated Violation violations = 1; }
//	message Violation { string rule_id = 2; string message = 3; bool for_key = 4; FieldPath field = 5; FieldPath rule = 6; }
//	message FieldPath { repeated FieldPathElement elements = 1; }
//	message FieldPathElement {
//	  string field_name = 2;
//	  oneof subscript { uint64 index = 6; bool bool_key = 7; int64 int_key = 8; uint64 uint_key = 9; string string_key = 10; }
//	}
//
// https://github.com/bufbuild/protovalidate/blob/main/proto/protovalidate/buf/validate/validate.proto

// wireField is a field of an encoded message: its bytes, or its varint.
type wireField struct {
	number protowire.Number
	kind   protowire.Type
	bytes  []byte
	varint uint64
}

// is says whether a field is the one of a number, of the type that it must have. One of another type is
// an unknown field to protobuf.
func (f wireField) is(number protowire.Number, kind protowire.Type) bool {
	return f.number == number && f.kind == kind
}

// eachField calls f for the fields of an encoded message, until that returns false. It reports false for
// what is malformed, and where f did.
func eachField(b []byte, f func(wireField) bool) bool {
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return false
		}
		b = b[n:]
		field := wireField{number: number, kind: kind}
		switch kind {
		case protowire.BytesType:
			field.bytes, n = protowire.ConsumeBytes(b)
		case protowire.VarintType:
			field.varint, n = protowire.ConsumeVarint(b)
		default:
			n = protowire.ConsumeFieldValue(number, kind, b)
		}
		if n < 0 || !f(field) {
			return false
		}
		b = b[n:]
	}
	return true
}

// readViolations decodes buf.validate.Violations, the first of them. It gives nil for none, and where
// what it reads is malformed.
func readViolations(b []byte) []violation {
	var violations []violation
	full := false
	ok := eachField(b, func(f wireField) bool {
		if !f.is(1, protowire.BytesType) {
			return true
		}
		if full = len(violations) == maxViolations; full {
			return false
		}
		v, ok := readViolation(f.bytes)
		violations = append(violations, v)
		return ok
	})
	if !ok && !full {
		return nil
	}
	return violations
}

func readViolation(b []byte) (v violation, ok bool) {
	var path, rule strings.Builder
	emptyID := false // which protovalidate writes: it is all that is known of a message's rule
	ok = eachField(b, func(f wireField) bool {
		switch {
		case f.is(2, protowire.BytesType):
			v.rule, emptyID = validText(string(f.bytes)), len(f.bytes) == 0
		case f.is(3, protowire.BytesType):
			v.message = validText(string(f.bytes))
		case f.is(4, protowire.VarintType):
			v.forKey = f.varint != 0
		case f.is(5, protowire.BytesType):
			return readPath(&path, f.bytes)
		case f.is(6, protowire.BytesType):
			return readPath(&rule, f.bytes)
		}
		return true
	})
	v.path = path.String()
	v.expressed = v.rule == "" && (emptyID || rule.Len() > 0) || strings.Contains("."+rule.String(), ".cel_expression[")
	return v, ok
}

// readPath prints a FieldPath as protovalidate does: items[2].name, labels["k"]. What no message can
// have room for is left out.
func readPath(path *strings.Builder, b []byte) bool {
	return eachField(b, func(f wireField) bool {
		if !f.is(1, protowire.BytesType) {
			return true
		}
		name, subscript, ok := readPathElement(f.bytes)
		if !ok || path.Len() > maxMessage {
			return ok
		}
		if path.Len() > 0 {
			path.WriteByte('.')
		}
		path.WriteString(name)
		path.WriteString(subscript)
		return true
	})
}

// readPathElement gives a field's name, and its index or key in brackets. Of several subscripts the last
// is meant.
func readPathElement(b []byte) (name, subscript string, ok bool) {
	ok = eachField(b, func(f wireField) bool {
		switch {
		case f.is(2, protowire.BytesType):
			name = validText(string(f.bytes))
		case f.is(6, protowire.VarintType), f.is(9, protowire.VarintType):
			subscript = strconv.FormatUint(f.varint, 10)
		case f.is(7, protowire.VarintType):
			subscript = strconv.FormatBool(f.varint != 0)
		case f.is(8, protowire.VarintType):
			subscript = strconv.FormatInt(int64(f.varint), 10)
		case f.is(10, protowire.BytesType):
			subscript = strconv.Quote(cutText(validText(string(f.bytes)), maxMessage))
		}
		return true
	})
	if subscript != "" {
		subscript = "[" + subscript + "]"
	}
	return name, subscript, ok
}
