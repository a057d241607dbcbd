// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import "google.golang.org/protobuf/types/known/anypb"

// WithHelp sets the function that returns a link for each code without a help_url, such as the address
// of its entry on a page: errorpage.URL makes such a function. The link goes to RPC callers as
// google.rpc.Help, and to REST callers who ask for application/problem+json as its type, see [Policy.Problem], also
// of codes with a help_url. An empty link is not sent, and neither is one whose function panics. The link's
// description is the resolution of [Code.Resolution], for callers that do not have the catalogue, else the code's
// name. A code without a link has no google.rpc.Help: its links are made of a description and a URL.
//
// The policy calls the function once for each code that a catalogue declares, when the first error of
// that code is sent, or the first problem of any, and keeps the link. Codes that no catalogue declares are not kept, because their
// numbers may come off a wire: the function is called for each of their errors. Several goroutines may
// call it at once. The function must not have the same policy translate an error of the same code, which would
// wait for itself. The default, and nil, is to send only the catalogue's own links.
func WithHelp(link func(Code) string) Option { return option(func(p *Policy) { p.help = link }) }

// helpLink is a link to more about a code, as a google.rpc.Help. The zero helpLink stands for a code without one.
type helpLink struct {
	whole *anypb.Any
	// brief has the code's name in place of the resolution; nil if whole has it already.
	brief *anypb.Any
}

func newHelpLink(c Code, url string) helpLink {
	if resolution := c.Resolution(); resolution != "" {
		return helpLink{whole: help(resolution, url), brief: help(c.Name(), url)}
	}
	return helpLink{whole: help(c.Name(), url)}
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
