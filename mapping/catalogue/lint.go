// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/connectcode"
)

// Lint returns the problems of the catalogues in files, and of the errors that methods declare: those that make
// [Read] refuse a catalogue, and those that a good catalogue does not have. Files are all known ones with their
// imports, and with the built-in catalogue's, whose errors a method may declare without an import. Problems are
// reported for the files that checked accepts, or for all if it is nil. Nil files are skipped. Rules that are
// off by default are checked if they are among optional. The order is that of the files, and of the
// declarations in each.
func Lint(files []protoreflect.FileDescriptor, checked func(protoreflect.FileDescriptor) bool, optional ...Rule) []*Problem {
	all := new(problems)
	var (
		readers    []*reader
		catalogues []*Catalogue
	)
	for _, enum := range Enums(files) {
		r := lintEnum(enum)
		readers = append(readers, r)
		catalogues = append(catalogues, &r.into)
	}
	lintDomains(readers)
	lintOverlaps(overlapOrder(readers, checked))
	packages := lintGo(readers)
	for _, r := range readers {
		if checked == nil || checked(r.enum.ParentFile()) {
			all.list = append(all.list, r.problems.list...)
		}
	}
	for _, file := range files {
		if !isNil(file) && (checked == nil || checked(file)) {
			lintUnmarked(all, file)
			lintContracts(all, file, catalogues)
		}
	}
	for _, p := range lintGoContracts(packages, files, catalogues) {
		if checked == nil || checked(p.Descriptor.ParentFile()) {
			all.list = append(all.list, p)
		}
	}
	return slices.DeleteFunc(all.list, func(p *Problem) bool { return !p.Rule.Default() && !slices.Contains(optional, p.Rule) })
}

// Enums returns the annotated enums of files in order of declaration, those of messages after those of
// their file. Nil files are skipped.
func Enums(files []protoreflect.FileDescriptor) []protoreflect.EnumDescriptor {
	var enums []protoreflect.EnumDescriptor
	for _, file := range files {
		if !isNil(file) {
			enums = appendEnums(enums, file)
		}
	}
	return slices.DeleteFunc(enums, func(e protoreflect.EnumDescriptor) bool { return !IsCatalogue(e) })
}

func appendEnums(enums []protoreflect.EnumDescriptor, in interface {
	Enums() protoreflect.EnumDescriptors
	Messages() protoreflect.MessageDescriptors
}) []protoreflect.EnumDescriptor {
	for i := range in.Enums().Len() {
		enums = append(enums, in.Enums().Get(i))
	}
	for i := range in.Messages().Len() {
		enums = appendEnums(enums, in.Messages().Get(i))
	}
	return enums
}

// lintEnum reads an enum and goes on where [Read] has no more to say.
func lintEnum(enum protoreflect.EnumDescriptor) *reader {
	annotations, err := annotationsOf(enum)
	r := newReader(enum, annotations)
	if err != nil {
		r.problems.list = append(r.problems.list, &Problem{Rule: RuleAnnotated, Descriptor: enum, Err: err})
		return r
	}
	r.read()
	for _, e := range r.into.Entries {
		at := r.problems.at(valueOf(r.enum, e))
		lintEntry(at, e)
		if e.Number == 0 && r.into.Name != builtinName {
			at.report(RuleZero, "want a number that is not 0: to much code an error_code of 0 means success, and 0 is false in JavaScript and Python")
		}
		for _, reason := range e.Reasons {
			lintReason(at.in("reason %q", reason.Name), reason, e)
		}
	}
	r.lintDistinct()
	r.lintPrimary()
	return r
}

func lintEntry(at place, e *Entry) {
	if isBlank(e.Description) {
		at.report(RuleDescription, "want a description")
	}
	lintStatusClass(at, e.ConnectCode, e.HTTPStatus)
	lintRetry(at, e.Retry, e.RetryDelay, e.Role)
	lintResolution(at, e.FaultOf(nil), e.Resolution)
	if e.ShortName == e.Name && !IsReason(e.Name) {
		at.report(RuleReasonName, "want a name that google.rpc.ErrorInfo takes for a reason, %s in at most %d characters, have %q: %s",
			reasonForm, maxReason, e.Name, nameByHand(e))
	}
	lintLanguages(at, e.Messages)
	for _, p := range e.Params {
		if camel := lowerCamelCase(p.Name); camel != p.Name && paramName.get().MatchString(p.Name) {
			at.in("param %q", p.Name).report(RuleMetadataCase, "want a name in lowerCamelCase: write %q in the message and its params", camel)
		}
	}
}

func lowerCamelCase(name string) string {
	parts := strings.Split(name, "_")
	for i, part := range parts {
		if i > 0 && part != "" {
			parts[i] = strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return strings.Join(parts, "")
}

func lintReason(at place, r *Reason, e *Entry) {
	if isBlank(r.Description) {
		at.report(RuleDescription, "want a description")
	}
	lintStatusClass(at, r.ConnectCode, r.HTTPStatus)
	lintLanguages(at, r.Messages)
	lintRetry(at, r.Retry, r.RetryDelay, cmp.Or(r.Role, e.Role))
	if r.Resolution != e.Resolution || e.FaultOf(r) != e.FaultOf(nil) { // else it has been said of the entry
		lintResolution(at, e.FaultOf(r), r.Resolution)
	}
}

// lintLanguages reports keys that have the form of a language tag, but no language: package mapping never sends their
// messages.
func lintLanguages(at place, messages map[string]string) {
	for _, tag := range slices.Sorted(maps.Keys(messages)) {
		if !languageTag.get().MatchString(tag) {
			continue // reported
		}
		if _, err := language.Parse(tag); err != nil {
			at.in("messages %q", tag).report(RuleTranslation, "want the registered BCP 47 tag of a language, for no caller asks for another: write %q for German, %q for the Portuguese of Brazil", "de", "pt-BR")
		}
	}
}

func lintRetry(at place, retry Retry, delay *time.Duration, role Role) {
	if retry == RetryNever && delay != nil {
		at.report(RuleRetryAgrees, "want no retry_delay with %s, have %v", retry, *delay)
	}
	if retry == RetryAlways && role != RoleNone {
		at.report(RuleRetryAgrees, "want no %s with %s: the handler has begun the work", retry, role)
	}
}

func lintResolution(at place, fault Fault, resolution string) {
	if fault == FaultCaller && isBlank(resolution) {
		at.report(RuleCallerResolution, "want a resolution: the caller has to do something about this error")
	}
}

// isAllowed reports whether a status of another class means the same as a code: a method that is not allowed is
// unimplemented, a request that took too long has met its deadline, and so on.
func isAllowed(code uint32, status int) bool {
	switch code {
	case connectcode.DeadlineExceeded:
		return status == http.StatusRequestTimeout
	case connectcode.ResourceExhausted:
		return status == http.StatusServiceUnavailable || status == http.StatusInsufficientStorage
	case connectcode.Unimplemented: // what the server does not have or speak
		return status == http.StatusNotFound || status == http.StatusMethodNotAllowed ||
			status == http.StatusNotAcceptable || status == http.StatusUnsupportedMediaType
	case connectcode.Unavailable:
		return status == http.StatusTooEarly || status == http.StatusTooManyRequests
	}
	return false
}

// lintStatusClass compares the class of a status with that of the status which Connect answers with the code: a
// caller who is told 400 and one who is told internal must not be the same.
func lintStatusClass(at place, code uint32, status int) {
	if code == 0 || status < 400 || status > 599 {
		return // reported
	}
	if class := connectcode.HTTPStatus(code) / 100; status/100 != class && !isAllowed(code, status) {
		at.report(RuleStatusClass, "want an http_status of %dxx for Connect code %s, have %d", class, connectcode.Name(code), status)
	}
}

// lintDistinct: the message is what names an error for whoever reads nothing else.
func (r *reader) lintDistinct() {
	messages := make(map[string]string)
	for _, e := range r.into.Entries {
		at := r.problems.at(valueOf(r.enum, e))
		once(at, "message", messages, e.Message, e.Name)
		within := map[string]string{e.Message: e.Name}
		for _, reason := range e.Reasons {
			if reason.Message != e.Message { // else it is the entry's own, taken over
				once(at.in("reason %q", reason.Name), "message", within, reason.Message, e.Name)
			}
		}
	}
}

func once(at place, what string, taken map[string]string, text, owner string) {
	if text == "" {
		return
	}
	if other, ok := taken[text]; ok {
		at.report(RuleDistinct, "want %s %q once, have it in %s too", what, text, other)
		return
	}
	taken[text] = owner
}

// lintPrimary: who plays one role means the catalogue to be a server's first, and then everything
// that nobody mapped falls to it.
func (r *reader) lintPrimary() {
	missing := r.into.MissingRoles()
	if len(missing) == int(RoleUpstreamBroken)-1 {
		return
	}
	at := r.problems.at(r.enum)
	for _, role := range missing {
		at.report(RulePrimaryRoles, "want an entry or a reason with %s", role)
	}
	var covered [connectcode.Max + 1]bool
	for _, e := range r.into.Entries {
		for _, f := range e.Fallbacks {
			covered[f.ConnectCode] = covered[f.ConnectCode] || f.When == WhenAny
		}
	}
	for code := uint32(1); code <= connectcode.Max; code++ {
		if !covered[code] {
			at.report(RulePrimaryFallbacks, "want an entry with fallback_for %s (%s)", connectcode.Name(code), WhenAny)
		}
	}
}
