// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import "slices"

// WithHelp gives errors without a help_url of their own a link, sent to RPC callers as google.rpc.Help,
// such as the address of their entry on a page: errorpage.URL makes such a function. An empty link is
// none. The default, and nil, is to send no link but the catalogue's.
func WithHelp(link func(Code) string) Option { return option(func(p *Policy) { p.help = link }) }

// linked adds the link that the policy has for the error, where it has none.
func (e *Error) linked(link func(Code) string) *Error {
	if link == nil || e.code.spec().helpURL != "" || e.hasDetail(helpName) {
		return e
	}
	url := linkTo(link, e.code)
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

// linkTo survives a function that panics: an error is worth more than its link.
func linkTo(link func(Code) string, code Code) (url string) {
	defer func() {
		if recover() != nil {
			url = ""
		}
	}()
	return validText(link(code))
}
