// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"slices"
	"sync"
)

// WithHelp sets the function that returns a link for each code without a help_url, such as the address
// of its entry on a page: errorpage.URL makes such a function. The link goes to RPC callers as
// google.rpc.Help. An empty link is not sent, and neither is one whose function panics.
//
// The policy calls the function once for each code that a catalogue declares, when the first error of
// that code is sent, and keeps the link. Codes that no catalogue declares are not kept, because their
// numbers may come off a wire: the function is called for each of their errors. Several goroutines may
// call it at once. The default, and nil, is to send only the catalogue's own links.
func WithHelp(link func(Code) string) Option {
	return option(func(p *Policy) {
		if p.help = nil; link != nil {
			p.help = onceEach(link)
		}
	})
}

// onceEach returns the function that calls link once for each declared code. It never panics.
func onceEach(link func(Code) string) func(Code) string {
	var links sync.Map // of a Code, a func() string
	return func(code Code) string {
		if known, ok := links.Load(code); ok {
			return known.(func() string)()
		}
		if !code.spec().kept {
			return linkTo(link, code)
		}
		first, _ := links.LoadOrStore(code, sync.OnceValue(func() string { return linkTo(link, code) }))
		return first.(func() string)()
	}
}

// linkTo survives a function that panics: an error is worth more than its link.
func linkTo(link func(Code) string, code Code) (url string) {
	defer func() {
		if recover() != nil {
			url = ""
		}
	}()
	return validText(link(code))
}

// linked adds the link that the policy has for the error, where it has none.
func (e *Error) linked(link func(Code) string) *Error {
	if link == nil || e.code.spec().helpURL != "" || e.hasDetail(helpName) {
		return e
	}
	url := link(e.code)
	if url == "" {
		return e
	}
	c, own := e.cloneToSet()
	own.details = append(slices.Clip(own.details), detail{any: help(e.code.spec().name, url)})
	return c
}

func (e *Error) hasDetail(name string) bool {
	return slices.ContainsFunc(e.has().details, func(d detail) bool { return d.name() == name })
}
