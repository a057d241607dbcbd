// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"math"
	"strings"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/connectcode"
)

// read takes over what the option says, and reports what is wrong with it.
func (e *Entry) read(at place, option message) {
	e.ConnectCode = readConnectCode(at, "connect_code", option)
	e.HTTPStatus, _ = option.number("http_status")
	e.Message = option.text("message")
	e.FallbackMessage = option.text("fallback_message")
	e.Params = readParams(option)
	e.Messages = option.texts("messages")
	e.Description = option.text("description")
	e.Resolution = option.text("resolution")
	e.DetailsExample = option.text("details_example")
	e.HelpURL = option.text("help_url")
	e.ShortName = option.text("reason")
	e.RetryDelay = readRetryDelay(at, option)
	e.Retry = readRetry(at, option)
	e.Fault = readFault(at, option)
	e.Owner = option.text("owner")
	e.Role = readRole(at, option)
	e.Fallbacks = readFallbacks(at, option)
	e.HTTPFallbacks = readHTTPFallbacks(at, option)
	checkEntry(at, e)
	seen := make(map[string]bool)
	for _, option := range option.list("reasons") {
		at := at.in("reason %q", option.text("name"))
		r := readReason(at, option, e)
		if seen[r.Name] {
			at.report(RuleReasonName, "want the reason once")
		}
		seen[r.Name] = true
		e.Reasons = append(e.Reasons, r)
	}
}

// readReason fills in from the entry what the reason does not state. Translations are the entry's
// only together with its message: those of another message would say something else. A reason that is never to
// be tried again has no use for the entry's delay.
func readReason(at place, option message, e *Entry) *Reason {
	r := &Reason{
		Name:        option.text("name"),
		ConnectCode: e.ConnectCode,
		HTTPStatus:  e.HTTPStatus,
		Message:     option.text("message"),
		Messages:    option.texts("messages"),
		Description: option.text("description"),
		Resolution:  option.text("resolution"),
		RetryDelay:  readRetryDelay(at, option),
		Retry:       readRetry(at, option),
		Role:        readRole(at, option),
	}
	if option.enum("connect_code") != 0 {
		r.ConnectCode = readConnectCode(at, "connect_code", option)
	}
	if status, ok := option.number("http_status"); ok && status != 0 {
		r.HTTPStatus = status
		checkHTTPStatus(at, "http_status", status)
	}
	checkReason(at, r, e)
	if r.Resolution == "" {
		r.Resolution = e.Resolution
	}
	if r.RetryDelay == nil && r.Retry != RetryNever {
		r.RetryDelay = e.RetryDelay
	}
	if r.Retry == RetryNone {
		r.Retry = e.Retry
	}
	if r.Message == "" {
		r.Message = e.Message
		r.Messages = merge(e.Messages, r.Messages)
	}
	return r
}

func merge(base, over map[string]string) map[string]string {
	if len(over) == 0 {
		return base
	}
	merged := make(map[string]string, len(base)+len(over))
	for _, texts := range []map[string]string{base, over} {
		for tag, text := range texts {
			merged[tag] = text
		}
	}
	return merged
}

func readParams(option message) []Param {
	var params []Param
	for _, p := range option.list("params") {
		kind := p.text("type")
		if kind == "" {
			kind = "string"
		}
		params = append(params, Param{Name: p.text("name"), Type: kind})
	}
	return params
}

// readConnectCode is 0 for what is no Connect code, so that nothing out of range is ever held.
func readConnectCode(at place, what string, option message) uint32 {
	code := option.enum("connect_code")
	if code < 1 || code > connectcode.Max {
		at.report(RuleConnectCode, "want %s 1 to %d, have %d: write CONNECT_CODE_NOT_FOUND, or another value of ConnectCode", what, connectcode.Max, code)
		return 0
	}
	return uint32(code)
}

func readRole(at place, option message) Role {
	role := option.enum("role")
	if role < 0 || int(role) >= len(roleNames) {
		at.report(RuleRole, "want role 0 to %d, have %d", len(roleNames)-1, role)
		return RoleNone
	}
	return Role(role)
}

func readRetry(at place, option message) Retry {
	retry := option.enum("retry")
	if retry < 0 || int(retry) >= len(retryNames) {
		at.report(RuleRetry, "want retry 0 to %d, have %d", len(retryNames)-1, retry)
		return RetryNone
	}
	return Retry(retry)
}

func readFault(at place, option message) Fault {
	fault := option.enum("fault")
	if fault < 0 || int(fault) >= len(faultNames) {
		at.report(RuleFault, "want fault 0 to %d, have %d", len(faultNames)-1, fault)
		return FaultNone
	}
	return Fault(fault)
}

func readWhen(at place, what string, option message) When {
	when := option.enum("when")
	if when < 0 || int(when) >= len(whenNames) {
		at.report(RuleFallback, "want %s.when 0 to %d, have %d", what, len(whenNames)-1, when)
		return WhenAny
	}
	return max(When(when), WhenAny)
}

func readFallbacks(at place, option message) []Fallback {
	var fallbacks []Fallback
	for _, f := range option.list("fallback_for") {
		fallbacks = append(fallbacks, Fallback{
			ConnectCode: readConnectCode(at, "fallback_for.connect_code", f),
			When:        readWhen(at, "fallback_for", f),
		})
	}
	return fallbacks
}

func readHTTPFallbacks(at place, option message) []HTTPFallback {
	const what = "http_fallback_for"
	var fallbacks []HTTPFallback
	for _, f := range option.list(what) {
		status, hasStatus := f.number("status")
		class, hasClass := f.number("class")
		switch {
		case hasStatus:
			checkHTTPStatus(at, what+".status", status)
		case !hasClass:
			at.report(RuleFallback, "want %s to have a status or a class", what)
		case class != 4 && class != 5:
			at.report(RuleFallback, "want %s.class 4 or 5, have %d", what, class)
		}
		fallbacks = append(fallbacks, HTTPFallback{Status: status, Class: class, When: readWhen(at, what, f)})
	}
	return fallbacks
}

// readRetryDelay is nil where none is set. A google.rpc.RetryInfo of 0 s tells a client to try again
// at once, in a loop, so 0 is refused as a negative delay is.
func readRetryDelay(at place, option message) *time.Duration {
	const name protoreflect.Name = "retry_delay"
	m, ok := option.message(name)
	if !ok {
		return nil
	}
	var parts struct{ seconds, nanos int64 }
	if v, ok := m.field("seconds", protoreflect.Int64Kind, protoreflect.Optional); ok {
		parts.seconds = v.Int()
	}
	if v, ok := m.field("nanos", protoreflect.Int32Kind, protoreflect.Optional); ok {
		parts.nanos = v.Int()
	}
	const longest = math.MaxInt64/int64(time.Second) - 1
	if parts.nanos <= -1e9 || parts.nanos >= 1e9 || parts.seconds > longest || parts.seconds < -longest ||
		parts.seconds > 0 && parts.nanos < 0 || parts.seconds < 0 && parts.nanos > 0 {
		at.report(RuleRetryDelay, "want a valid %s, have %d seconds and %d nanos", name, parts.seconds, parts.nanos)
		return nil
	}
	delay := time.Duration(parts.seconds)*time.Second + time.Duration(parts.nanos)
	if delay <= 0 {
		at.report(RuleRetryDelay, "want a %s over 0s, have %v", name, delay)
		return nil
	}
	return &delay
}

// isBlank reports whether a text says nothing.
func isBlank(text string) bool { return strings.TrimSpace(text) == "" }
