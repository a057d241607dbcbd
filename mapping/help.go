// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import "google.golang.org/protobuf/types/known/anypb"

// WithHelp sets the function that returns a link for each code without a help_url, such as the address
// of its entry on a page: errorpage.URL makes such a function. The link goes to RPC callers as
// google.rpc.Help. An empty link is not sent, and neither is one whose function panics.
//
// The policy calls the function once for each code that a catalogue declares, when the first error of
// that code is sent, and keeps the link. Codes that no catalogue declares are not kept, because their
// numbers may come off a wire: the function is called for each of their errors. Several goroutines may
// call it at once. The function must not have the same policy translate an error of the same code, which would
// wait for itself. The default, and nil, is to send only the catalogue's own links.
func WithHelp(link func(Code) string) Option { return option(func(p *Policy) { p.help = link }) }

// link is the detail with the policy's link for a code; nil where it has none.
func (p *Policy) link(c Code) *anypb.Any {
	if p.help == nil {
		return nil
	}
	url := linkTo(p.help, c)
	if url == "" {
		return nil
	}
	return help(c.Name(), url)
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
