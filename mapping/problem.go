// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import "net/url"

// problemBlank is the type of a problem that has no other.
// https://www.rfc-editor.org/rfc/rfc9457#section-4.2.1
const problemBlank = "about:blank"

// Problem returns the type and the title that an error has as an application/problem+json
// (https://www.rfc-editor.org/rfc/rfc9457#section-3.1). The type is the link that [WithHelp] has for its entry or
// reason, else the entry's help_url. It says what the problem is, so that a link that two entries share is not used for either. Without one, and for a code that no catalogue of the policy declares, it is "about:blank".
//
// The title of "about:blank" is the text of the HTTP status, and that of any other type the entry's message, in a
// language that the values of Accept-Language ask for; without placeholders, it is the same for all of its
// errors.
func (p *Policy) Problem(e *Error, acceptLanguage []string) (typeURI, title string) {
	p, e = p.self(), e.orZero()
	p.problems.Do(func() { p.problems.types = p.problemTypes() })
	if typeURI = p.problems.types[e.code]; typeURI == "" {
		return problemBlank, StatusText(e.HTTPStatus())
	}
	title, _ = e.code.bare().MessageIn(acceptLanguage)
	return typeURI, title
}

// problemTypes returns the type of each code that has one.
func (p *Policy) problemTypes() map[Code]string {
	linked, own := make(map[Code]string), make(map[Code]string)
	for _, c := range p.catalogues {
		for _, entry := range c.Codes() {
			for _, code := range append(entry.Reasons(), entry) {
				linked[code], own[code] = p.linkTo(code), code.spec().helpURL
			}
		}
	}
	types := unshared(own)
	for code, uri := range unshared(linked) {
		types[code] = uri
	}
	return types
}

// linkTo returns the policy's link for a declared code.
func (p *Policy) linkTo(code Code) string {
	switch {
	case p.help == nil:
		return ""
	case code.spec().helpURL == "":
		return p.prepare(code).link // which has been asked for, or is now
	}
	return linkTo(p.help, code)
}

// unshared returns the URIs that codes of one entry have, and those of no other.
func unshared(uris map[Code]string) map[Code]string {
	entries := make(map[string]map[Code]bool)
	for code, uri := range uris {
		if entries[uri] == nil {
			entries[uri] = make(map[Code]bool)
		}
		entries[uri][code.withoutReason()] = true
	}
	found := make(map[Code]string)
	for code, uri := range uris {
		if _, err := url.Parse(uri); err == nil && uri != "" && len(entries[uri]) == 1 {
			found[code] = uri
		}
	}
	return found
}
