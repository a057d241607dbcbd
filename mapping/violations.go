// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/fieldpath"
)

// violationsName is the detail by which protovalidate's interceptors (connectrpc.com/validate, and
// go-grpc-middleware's) say what is wrong with a request. It is known by this name alone: nobody who
// does not validate is to load CEL.
const violationsName = "buf.validate.Violations"

// maxViolations bounds how many violations of a request are looked at, the first ones.
const maxViolations = 128

// violation is one buf.validate.Violation.
type violation struct {
	// path is the field's, as protovalidate prints it.
	path, rule, message string
	// forKey says that a map's key is wrong, and not its value.
	forKey bool
	// expressed says that the rule is written in CEL and has no id: one of (buf.validate.field).cel_expression, which
	// cannot have any, or one of cel without it. All rules that are not written in CEL have an id.
	expressed bool
}

// whenViolated are the rules whose violation is not a wrong value, by the ids that protovalidate v1.4.0
// gives them. All the others are one, and so are those that somebody has written in CEL: lengths,
// ranges, lists, patterns, numbers that are not finite, and values that an enum has no name for. So are
// the formats, such as string.uuid: any other text has the right type and the wrong content, as
// "yesterday" has where a time must be.
//
//   - required: a field that has to be there is not. A oneof without a field has this id, too.
//   - message.oneof: of some fields none is there, or more than one.
//   - any.in, any.not_in: a google.protobuf.Any holds a message of a type that is not wanted.
//
// https://github.com/bufbuild/protovalidate/blob/main/proto/protovalidate/buf/validate/validate.proto
var whenViolated = map[string]Condition{
	"required":      ConditionUndecodable,
	"message.oneof": ConditionUndecodable,
	"any.in":        ConditionWrongType,
	"any.not_in":    ConditionWrongType,
}

// conditionOfViolations is what is wrong with the request as a whole. What is missing comes before what has the wrong
// type, and that before a wrong value: it is the order in which a caller has to correct them.
func conditionOfViolations(violations []violation) Condition {
	condition := ConditionOutOfRange
	for _, v := range violations {
		switch whenViolated[v.rule] {
		case ConditionUndecodable:
			return ConditionUndecodable
		case ConditionWrongType:
			condition = ConditionWrongType
		}
	}
	return condition
}

// violationsOf reads the violations of a handler's own error; nil if it is not one of validation.
func violationsOf(code ConnectCode, d DetailList) []violation {
	if code != connectcode.InvalidArgument || d == nil {
		return nil
	}
	for i := range min(d.Len(), MaxDetails) {
		if d.Type(i) != violationsName {
			continue
		}
		if violations := readViolations(d.Value(i)); violations != nil {
			return violations
		}
	}
	return nil
}

// violating makes of a fallback the error of a request that is not valid: it names its entry, and has the
// violations as fields, unless the handler gave fields itself. The handler's other details stay.
func (e *Error) violating(violations []violation, d DetailList) *Error {
	e, own := e.cloneToSet()
	e.inferred = false
	if own.fields == nil {
		for _, v := range violations {
			own.fields = append(own.fields, v.field())
		}
	}
	for _, a := range repackable(d) {
		switch string(a.MessageName()) {
		case errorDetailName, errorInfoName, badRequestName, retryInfoName: // made anew
		default:
			own.details = append(own.details, detail{any: a})
		}
	}
	return e
}

// field is the violation as google.rpc.BadRequest has it. That cannot say that a map's key is meant, so
// the description does.
func (v violation) field() Field {
	description := v.message
	if description == "" && !v.isExpression() {
		description = v.rule
	}
	if v.forKey {
		description = "key: " + description
	}
	return Field{Path: cleanMessage(v.path), Description: cleanMessage(description), Reason: v.reason()}
}

// reasonExpression is the reason of a rule that is nothing but an expression. Its source would be another reason
// after each edit.
const reasonExpression = "CEL_EXPRESSION"

func (v violation) reason() string {
	if v.isExpression() {
		return reasonExpression
	}
	return violationReason(v.rule)
}

// isExpression reports whether the rule has an expression for an id, or none: by where protovalidate says that the
// rule stands, by the message that it makes of the expression, or by what no id has in it.
func (v violation) isExpression() bool {
	quoted, failed := strings.CutSuffix(v.message, " returned false")
	if failed && (quoted == strconv.Quote(v.rule) || v.rule == "" && strings.HasPrefix(quoted, `"`)) {
		return true
	}
	return v.expressed || strings.ContainsAny(v.rule, " \t\r\n()<>=!&|?[]{}\"'")
}

// lacking adds the fields of a request that could not be decoded, where there are any.
func (e *Error) lacking(fields []Field) *Error {
	if len(fields) == 0 {
		return e
	}
	return e.WithFields(fields...)
}

// inJSON gives the error's fields the names that the JSON of a message has for them.
func (e *Error) inJSON(message protoreflect.MessageDescriptor) *Error {
	if message == nil {
		return e
	}
	fields := e.violations()
	var paths []string
	for i, f := range fields {
		if path := fieldpath.JSONIn(message, f.Path); path != fieldpath.JSON(f.Path) {
			if paths == nil {
				paths = make([]string, len(fields))
			}
			paths[i] = path
		}
	}
	if paths == nil {
		return e
	}
	c, own := e.cloneToSet()
	own.jsonPaths = paths
	return c
}

// maxReason is the longest reason that google.rpc.BadRequest takes.
const maxReason = 63

// violationReason writes a rule's id as google.rpc.BadRequest wants a reason: string.min_len is
// STRING_MIN_LEN. It returns "" if that is impossible; the original detail has the id.
func violationReason(rule string) string {
	if len(rule) > maxReason {
		return ""
	}
	reason := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
			return r
		}
		return '_'
	}, rule), "_")
	if len(reason) < 2 || !isUpper(reason[0]) {
		return ""
	}
	return reason
}

// fixedSize is what an answer to an RPC weighs when all that may be dropped is dropped.
func (a *Answer) fixedSize(w weighing) int {
	if !a.invalid {
		return w.weight(a.message, nil)
	}
	wire := a.sent.code.wire()
	return wireSize(a.sent.Message(), []*anypb.Any{wire.detail, wire.info})
}
