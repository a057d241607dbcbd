// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import "google.golang.org/protobuf/types/known/anypb"

// WithHelp sets the function that gives a link to each code without a help_url of its own, such as the
// address of its entry on a page: errorpage.URL returns such a function. RPC callers get the link as
// google.rpc.Help. The function is called once for each code, perhaps by several goroutines at once. An
// empty link is not sent, and a panic counts as one. The default, and nil, is to send the catalogue's
// links only.
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
