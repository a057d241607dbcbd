// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// maxMessage bounds a public message, and maxIdentity what names an error on the wire (the enum's
// full name, domain, reason and value's name together), in bytes: an error has to fit into a proxy's
// 4 KiB page of headers with all that its handler adds.
const (
	maxMessage  = 512
	maxIdentity = 512
)

// IsReason reports whether google.rpc.ErrorInfo takes s for a reason: [A-Z][A-Z0-9_]+[A-Z0-9], in at
// most 63 characters. It is asked of what comes off a wire, too.
// https://google.aip.dev/193#errorinfo
func IsReason(s string) bool {
	if len(s) < 3 || len(s) > maxReason || !isUpper(s[0]) || s[len(s)-1] == '_' {
		return false
	}
	for i := 1; i < len(s); i++ {
		if !isUpper(s[i]) && (s[i] < '0' || s[i] > '9') && s[i] != '_' {
			return false
		}
	}
	return true
}

func isUpper(b byte) bool { return 'A' <= b && b <= 'Z' }

const maxReason = 63

// reasonForm is what [IsReason] asks for, for texts.
const reasonForm = "^[A-Z][A-Z0-9_]+[A-Z0-9]$"

// paramName is a key of google.rpc.ErrorInfo's metadata that is a name in most languages too.
// https://google.aip.dev/193#errorinfo
var paramName = lazyPattern{text: `^[a-z][a-zA-Z0-9_]{0,63}$`}

// setName is the name of a set in its catalogue.
var setName = lazyPattern{text: `^[a-z][a-z0-9_]{0,62}$`}

// languageTag is the form of a BCP 47 tag, whatever its parts mean.
var languageTag = lazyPattern{text: `^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`}

// lazyPattern is a regular expression that costs nothing at start-up: every program that links a catalogue would pay
// for it.
type lazyPattern struct {
	text     string
	once     sync.Once
	compiled *regexp.Regexp
}

func (p *lazyPattern) get() *regexp.Regexp {
	p.once.Do(func() { p.compiled = regexp.MustCompile(p.text) })
	return p.compiled
}

// scalars are protobuf's. https://protobuf.dev/programming-guides/proto3/#scalar
var scalars = []string{
	"double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64",
	"fixed32", "fixed64", "sfixed32", "sfixed64", "bool", "string", "bytes",
}

func checkDomain(at place, domain string) {
	switch {
	case isBlank(domain):
		at.report(RuleDomain, "want a domain")
	case strings.ContainsFunc(domain, isControl):
		at.report(RuleDomain, "want a domain without control characters, have %q", domain)
	}
}

// checkSize bounds what [maxIdentity] says, with the longest of the entry's reasons; one that the entry
// was given by hand counts.
func checkSize(at place, c *Catalogue, e *Entry) {
	reason := 0
	if !strings.HasSuffix(e.Name, e.ShortName) {
		reason = len(e.ShortName)
	}
	for _, r := range e.Reasons {
		reason = max(reason, len(r.Name))
	}
	if size := len(c.Name) + len(c.Domain) + reason + len(e.Name); size > maxIdentity {
		at.report(RuleSize, "want enum, domain, longest reason and name of at most %d bytes together, have %d", maxIdentity, size)
	}
}

// checkEntry checks what the entry says for itself; its reasons are not there yet.
func checkEntry(at place, e *Entry) {
	checkHTTPStatus(at, "http_status", e.HTTPStatus)
	if isBlank(e.Message) {
		at.report(RuleMessage, "want a message")
	}
	checkText(at, "message", e.Message)
	checkText(at, "fallback_message", e.FallbackMessage)
	checkTranslations(at, e.Messages)
	checkParams(at, e)
	if e.DetailsExample != "" && !json.Valid([]byte(e.DetailsExample)) {
		at.report(RuleDetailsExample, "want details_example to be JSON, have %q", e.DetailsExample)
	}
	checkHelpURL(at, e.HelpURL)
	if e.ShortName != "" {
		checkReasonName(at, "reason", e.ShortName)
	}
}

// checkReason checks what the reason says for itself, before it is filled in.
func checkReason(at place, r *Reason, e *Entry) {
	checkReasonName(at, "a name", r.Name)
	checkText(at, "message", r.Message)
	checkTranslations(at, r.Messages)
	if names, ok := placeholders(r.Message); !ok || len(names) > 0 {
		at.report(RulePlaceholder, "want a message without placeholders, have %q", r.Message)
	}
	checkTranslatedParams(at, r.Messages, e.Params, r.Message == "")
}

// checkReasonName refuses what google.rpc.ErrorInfo does, and says what to write.
func checkReasonName(at place, what, name string) {
	switch suggestion := suggestReason(name); {
	case len(name) > maxReason:
		at.report(RuleReasonName, "want %s of at most %d characters, have %d", what, maxReason, len(name))
	case IsReason(name):
	case suggestion == "":
		at.report(RuleReasonName, "want %s like %s, have %q", what, reasonForm, name)
	default:
		at.report(RuleReasonName, "want %s like %s, have %q: write %q", what, reasonForm, name, suggestion)
	}
}

// checkHelpURL takes what leads to a page. Whoever shows the link may do so in HTML or Markdown: a
// javascript: URL, or one that ends the link's markup, must never get there.
func checkHelpURL(at place, text string) {
	if text == "" {
		return
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsAny(text, " <>\"`") {
		at.report(RuleHelpURL, "want help_url to be an absolute http or https URL, have %q", text)
	}
}

func checkHTTPStatus(at place, what string, status int) {
	if status < 400 || status > 599 {
		at.report(RuleHTTPStatus, "want %s 400 to 599, have %d", what, status)
	}
}

// checkText checks a public message; an empty one passes.
func checkText(at place, what, text string) {
	if len(text) > maxMessage {
		at.report(RuleMessage, "want %s of at most %d bytes, have %d", what, maxMessage, len(text))
	}
	if strings.ContainsFunc(text, isControl) {
		at.report(RuleMessage, "want %s without control characters, have %q", what, text)
	}
}

// isControl counts Unicode's line separators in: they break a line of a log as well.
func isControl(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

func checkTranslations(at place, messages map[string]string) {
	for _, tag := range slices.Sorted(maps.Keys(messages)) {
		at := at.in("messages %q", tag)
		if !languageTag.get().MatchString(tag) {
			at.report(RuleTranslation, "want a BCP 47 language tag")
		}
		if isBlank(messages[tag]) {
			at.report(RuleTranslation, "want a message")
		}
		checkText(at, "message", messages[tag])
	}
}

// checkParams checks that placeholders and their declarations are of one mind.
func checkParams(at place, e *Entry) {
	used, ok := placeholders(e.Message)
	if !ok {
		at.report(RulePlaceholder, "want braces around placeholders only, have %q", e.Message)
	}
	if len(used) > 0 && isBlank(e.FallbackMessage) {
		at.report(RulePlaceholder, "want a fallback_message, for the message has placeholders")
	}
	if strings.ContainsAny(e.FallbackMessage, "{}") {
		at.report(RulePlaceholder, "want a fallback_message without placeholders, have %q", e.FallbackMessage)
	}
	declared := make(map[string]bool)
	for _, p := range e.Params {
		at := at.in("param %q", p.Name)
		if !paramName.get().MatchString(p.Name) {
			at.report(RuleMetadataKey, "want a name like %s", paramName.text)
		}
		if declared[p.Name] {
			at.report(RulePlaceholder, "want the param once")
		}
		declared[p.Name] = true
		if !slices.Contains(used, p.Name) {
			at.report(RulePlaceholder, "want the message to use the param")
		}
		if !slices.Contains(scalars, p.Type) {
			at.report(RulePlaceholder, "want a scalar type, have %q", p.Type)
		}
	}
	for _, name := range used {
		if !declared[name] {
			declared[name] = true // said once
			at.report(RulePlaceholder, "want placeholder %q declared in params", name)
		}
	}
	checkTranslatedParams(at, e.Messages, e.Params, true)
}

// checkTranslatedParams: a translation may leave a placeholder out, but has no others. Where the
// message itself can have none, neither can they.
func checkTranslatedParams(at place, messages map[string]string, params []Param, allowed bool) {
	for _, tag := range slices.Sorted(maps.Keys(messages)) {
		names, ok := placeholders(messages[tag])
		for _, name := range names {
			ok = ok && allowed && slices.ContainsFunc(params, func(p Param) bool { return p.Name == name })
		}
		if !ok {
			at.in("messages %q", tag).report(RulePlaceholder, "want the placeholders of the message only, have %q", messages[tag])
		}
	}
}

// placeholders are the names in a message's braces, in order; not ok if a brace is not one of a pair.
func placeholders(message string) (names []string, ok bool) {
	for {
		before, rest, found := strings.Cut(message, "{")
		if strings.Contains(before, "}") {
			return names, false
		}
		if !found {
			return names, true
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || strings.Contains(name, "{") {
			return names, false
		}
		names, message = append(names, name), after
	}
}
