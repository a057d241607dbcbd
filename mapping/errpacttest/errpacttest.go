// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package errpacttest helps to test services and clients that use errpact: it compares errors as
// callers see them, with differences that a person can read, and finds errors that a method returns
// without declaring them.
//
//   - One error: [Diff] compares two, and [RequireCode] asks for a code and says what came instead.
//   - A method's contract: [OnlyDeclared] is an option of a policy, for a server under test, and [Undeclared] checks one
//     error.
package errpacttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/mapping"
)

// RequireCode ends the test unless err is an error of code, as errors.Is has it: an entry stands for
// all its reasons. It also ends the test if the catalogue does not declare the reason of code, since no error
// has that. For the rest of an error there are [mapping.From] and [Diff]. What it prints says where to find the cause.
func RequireCode(t testing.TB, err error, code mapping.Code) {
	t.Helper()
	found, ok := mapping.From(err)
	switch {
	case code.Reason() != "" && code.WithReason("").Declared() && !code.Declared():
		t.Fatalf("want an error of %s: %s", name(code), noSuchReason(code))
	case err == nil:
		t.Fatalf("want an error of %s, have none", name(code))
	case !ok:
		t.Fatalf("want an error of %s, have one without a code: %v\n(of a client, that is so without errpact's interceptor: wiringtest.CheckClient)", name(code), err)
	case !errors.Is(err, code):
		t.Fatalf("want an error of %s, have %s\n%s%s", name(code), name(codeOf(found)), indent(fmt.Sprintf("%+v", err)), causeElsewhere(found))
	}
}

// causeElsewhere says how to see the cause of an error that came from a server.
func causeElsewhere(e *mapping.Error) string {
	if !e.Remote() {
		return ""
	}
	return "\n(the server's report has the cause: give its policy mapping.WithReport(func(_ context.Context, r mapping.Report) { t.Logf(\"%+v\", r.Err) }))"
}

// Diff returns what a caller would see differently in two errors, a line each, "-" of want and "+" of got, and a last
// line about what it leaves out; empty if there is nothing. Causes and log attributes do not count, nor does which of
// them came off a wire, nor do the details that a policy adds: Help, RequestInfo and LocalizedMessage.
func Diff(want, got error) string {
	a, b := public(want), public(got)
	var out strings.Builder
	for _, key := range slices.Sorted(maps.Keys(union(a, b))) {
		if a[key] == b[key] {
			continue
		}
		if text, ok := a[key]; ok {
			fmt.Fprintf(&out, "- %s: %s\n", key, text)
		}
		if text, ok := b[key]; ok {
			fmt.Fprintf(&out, "+ %s: %s\n", key, text)
		}
	}
	if out.Len() > 0 {
		out.WriteString(leftOut)
	}
	return out.String()
}

const leftOut = "(causes, log attributes, Help, RequestInfo and LocalizedMessage are left out: %+v prints the first two, and mapping.Detail returns the others)\n"

func union(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// public is what a caller sees, by name.
func public(err error) map[string]string {
	if err == nil {
		return map[string]string{"code": "no error"}
	}
	e, ok := mapping.From(err)
	if !ok {
		return map[string]string{"code": "none: " + err.Error()}
	}
	seen := map[string]string{
		"code": name(codeOf(e)), "message": fmt.Sprintf("%q", e.Message()),
		"http_status": fmt.Sprint(e.HTTPStatus()), "connect_code": fmt.Sprint(e.ConnectCode()),
	}
	for key, value := range e.Metadata() {
		seen["metadata."+key] = fmt.Sprintf("%q", value)
	}
	for i, f := range e.Fields() {
		seen[fmt.Sprintf("fields[%d]", i)] = fmt.Sprintf("%s: %q", f.Path, f.Description)
	}
	if delay, ok := e.RetryDelay(); ok {
		seen["retry_delay"] = delay.String()
	}
	if payload, ok := mapping.Payload[any](e); ok {
		text, _ := json.Marshal(payload) // sorted keys, so that only what differs differs
		seen["payload"] = string(text)
	}
	for i, d := range slices.DeleteFunc(e.Details(), isOfPolicy) {
		if d != nil && !reflect.ValueOf(d).IsNil() {
			seen[fmt.Sprintf("details[%d]", i)] = fmt.Sprintf("%s{%v}", d.ProtoReflect().Descriptor().FullName(), d)
		}
	}
	return seen
}

// isOfPolicy reports whether a detail is of a type that a policy adds to what a handler returns.
func isOfPolicy(detail proto.Message) bool {
	switch detail.(type) {
	case *errdetails.Help, *errdetails.RequestInfo, *errdetails.LocalizedMessage:
		return true
	}
	return false
}

// codeOf is the error's entry or reason.
func codeOf(e *mapping.Error) mapping.Code { return e.Code().WithReason(e.Reason()) }

// name is how a code is spoken of: "errpact.v1.ERROR_CODE_NOT_EXIST (10)".
func name(code mapping.Code) string {
	text := fullName(code)
	if code.Reason() != "" {
		text += "/" + code.Reason()
	}
	return fmt.Sprintf("%s (%d)", text, code.Number())
}

// fullName is an enum value's, which is a sibling of its enum in protobuf's scopes.
func fullName(code mapping.Code) string {
	enum := code.Catalogue().Name()
	return enum[:strings.LastIndexByte(enum, '.')+1] + code.Name()
}

func indent(text string) string { return "\t" + strings.ReplaceAll(text, "\n", "\n\t") }
