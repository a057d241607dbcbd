// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
)

// headerAcceptLanguage is the header by which a caller says what languages are read.
const headerAcceptLanguage = "Accept-Language"

// MessageIn returns the public message in the language that the values of an Accept-Language header ask
// for (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4), and that language's BCP 47 tag. The
// tag is empty if the message is [Error.Message]: if the caller asks for no language, or only for languages
// that the entry does not have; if the best language is English, and the default message is the English one;
// and if the metadata lacks a placeholder of the translation.
//
// Translations come from the catalogue and belong to the entry's default message; an error with a message
// of its own has none of these. A google.rpc.LocalizedMessage given to [Error.WithDetail] is the only
// translation then, whatever the message. The default message counts as English, unless the catalogue has an English one.
func (e *Error) MessageIn(acceptLanguage []string) (message, tag string) {
	if len(acceptLanguage) > 0 {
		t := e.translations()
		message, tag = t.match(acceptLanguage)
		if tag != "" && t.templates {
			filled, ok := fillTemplate(message, e.pairs())
			if !ok {
				return e.Message(), ""
			}
			message = filled
		}
		if tag != "" {
			return message, tag
		}
	}
	return e.Message(), ""
}

// translations are nil where the message has none.
func (e *Error) translations() *translations {
	if own, ok := e.localized(); ok {
		return newTranslations(map[string]string{own.GetLocale(): cleanMessage(own.GetMessage())}, false)
	}
	s := e.identity().spec()
	if e == nil || e.message == "" || e.message == s.message {
		return s.translations
	}
	return nil
}

// localized is the LocalizedMessage that the error was given. What came off a wire is not looked at.
func (e *Error) localized() (*errdetails.LocalizedMessage, bool) {
	if e == nil {
		return nil, false
	}
	for _, d := range e.has().details {
		if d.name() == localizedMessageName {
			own := new(errdetails.LocalizedMessage)
			return own, d.any.UnmarshalTo(own) == nil
		}
	}
	return nil, false
}

// speaking adds a LocalizedMessage in a language that is asked for. One that the error has stays.
func (e *Error) speaking(call *Call) *Error {
	if e.code.spec().translations == nil {
		return e
	}
	acceptLanguage := call.languages()
	if len(acceptLanguage) == 0 {
		return e
	}
	message, tag := e.MessageIn(acceptLanguage)
	if _, own := e.localized(); own || tag == "" {
		return e
	}
	c, own := e.cloneToSet()
	own.details = append(slices.Clip(own.details), detail{any: localizedMessage(tag, message)})
	return c
}

// translations are the messages of one entry or reason by language. They are immutable, and the
// matcher, which is costly to make, is made when first asked for.
type translations struct {
	messages map[string]string
	// templates says that the messages may have placeholders.
	templates bool
	matcher   func() *matcher
}

// matcher finds the best of the tags; that at index i has the message at i.
type matcher struct {
	language.Matcher
	tags, messages []string
}

// newTranslations leaves out what cannot be sent: an empty message, and a tag of no language. It is nil
// if nothing is left.
func newTranslations(messages map[string]string, templates bool) *translations {
	t := &translations{messages: make(map[string]string, len(messages)), templates: templates}
	for tag, message := range messages {
		if message != "" && isLanguage(tag) {
			t.messages[tag] = message
		}
	}
	if len(t.messages) == 0 {
		return nil
	}
	t.matcher = sync.OnceValue(t.newMatcher)
	return t
}

func isLanguage(tag string) bool {
	_, err := language.Parse(tag)
	return err == nil
}

// newMatcher matches English with the default message, which is at index 0, where no translation is
// in English: a caller who reads English first must not get what is asked for second.
func (t *translations) newMatcher() *matcher {
	m := &matcher{tags: []string{""}, messages: []string{""}}
	parsed := []language.Tag{language.English}
	for _, tag := range slices.Sorted(maps.Keys(t.messages)) {
		p := language.Make(tag)
		if p == language.English {
			m.tags[0], m.messages[0] = tag, t.messages[tag]
			continue
		}
		parsed = append(parsed, p)
		m.tags, m.messages = append(m.tags, tag), append(m.messages, t.messages[tag])
	}
	m.Matcher = language.NewMatcher(parsed)
	return m
}

// match is the best message, and its tag; both are empty for the default message.
func (t *translations) match(acceptLanguage []string) (message, tag string) {
	if t == nil {
		return "", ""
	}
	wanted := parseAcceptLanguage(acceptLanguage)
	if len(wanted) == 0 {
		return "", ""
	}
	m := t.matcher()
	_, i, confidence := m.Match(wanted...)
	if confidence == language.No {
		return "", ""
	}
	return m.messages[i], m.tags[i]
}

// What a caller sends is looked at within these bounds: browsers send some 5 languages.
const (
	maxAcceptLanguage = 1 << 10
	maxLanguages      = 32
)

// parseAcceptLanguage is what the caller reads, the best first. What is malformed is passed over, and
// harms none of the others.
func parseAcceptLanguage(values []string) []language.Tag {
	type weighted struct {
		tag     language.Tag
		quality float32
	}
	var wanted []weighted
	left, items := maxAcceptLanguage, 0
	for _, value := range values {
		for item := range strings.SplitSeq(value, ",") {
			left -= len(item) + 1
			if items++; left < 0 || items > maxLanguages {
				break
			}
			tags, qualities, err := language.ParseAcceptLanguage(item)
			if err == nil && len(tags) == 1 && qualities[0] > 0 && qualities[0] <= 1 {
				wanted = append(wanted, weighted{tags[0], qualities[0]})
			}
		}
	}
	slices.SortStableFunc(wanted, func(a, b weighted) int { return cmp.Compare(b.quality, a.quality) })
	tags := make([]language.Tag, len(wanted))
	for i, w := range wanted {
		tags[i] = w.tag
	}
	return tags
}
