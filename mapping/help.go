// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

// WithHelp sets the function that returns a link for each code without a help_url, such as the address
// of its entry on a page: errorpage.URL makes such a function. The link goes to RPC callers as
// google.rpc.Help, and to REST callers who ask for application/problem+json as its type, see [Policy.Problem], also
// of codes with a help_url. An empty link is not sent, and neither is one whose function panics.
//
// The policy calls the function once for each code that a catalogue declares, when the first error of
// that code is sent, or the first problem of any, and keeps the link. Codes that no catalogue declares are not kept, because their
// numbers may come off a wire: the function is called for each of their errors. Several goroutines may
// call it at once. The function must not have the same policy translate an error of the same code, which would
// wait for itself. The default, and nil, is to send only the catalogue's own links.
func WithHelp(link func(Code) string) Option { return option(func(p *Policy) { p.help = link }) }

// linkTo survives a function that panics: an error is worth more than its link.
func linkTo(link func(Code) string, code Code) (url string) {
	defer func() {
		if recover() != nil {
			url = ""
		}
	}()
	return validText(link(code))
}
