// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package page

import (
	"bytes"
	"fmt"
	"io"

	"github.com/errpact/errpact/internal/markdown"
)

// Markdown writes a table of each catalogue, and a section for each entry, as GitHub renders them.
func (p *Page) Markdown(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n", markdown.Escape(p.Title))
	for _, c := range p.Catalogues {
		fmt.Fprintf(&b, "\n## %s\n\nDomain %s.\n\n", markdown.Escape(c.Name), markdown.Code(c.Domain))
		fmt.Fprintln(&b, "| number | error | Connect code | HTTP | message |\n|---:|---|---|---:|---|")
		for _, e := range c.Entries {
			fmt.Fprintf(&b, "| %d | [%s](#%s) | %s | %d | %s |\n",
				e.Number, markdown.Escape(e.Short), e.Anchor, e.ConnectCode, e.HTTPStatus, markdown.Escape(e.Message))
		}
		for _, e := range c.Entries {
			e.markdown(&b, "###")
			for _, r := range e.Reasons {
				r.markdown(&b, "####")
			}
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (e *Entry) markdown(b *bytes.Buffer, level string) {
	title := markdown.Escape(e.Short)
	if e.Reason == "" {
		title = fmt.Sprintf("%d %s", e.Number, title)
	}
	fmt.Fprintf(b, "\n<a id=\"%s\"></a>\n\n%s %s\n\n**%s** · Connect code %s · HTTP %d · fault: %s",
		e.Anchor, level, title, markdown.Escape(e.Message), e.ConnectCode, e.HTTPStatus, e.Fault)
	if e.Owner != "" {
		fmt.Fprintf(b, " · owner: %s", markdown.Escape(e.Owner))
	}
	if e.Deprecated {
		b.WriteString(" · deprecated")
	}
	b.WriteString("\n")
	for _, text := range []string{e.Description, e.Resolution, e.RetryAdvice + "."} {
		if text != "" {
			fmt.Fprintf(b, "\n%s\n", markdown.Escape(text))
		}
	}
	if e.HelpURL != "" {
		fmt.Fprintf(b, "\n<%s>\n", e.HelpURL)
	}
	if e.Reason == "" {
		fmt.Fprintf(b, "\n```json\n%s\n```\n", e.Envelope)
	}
}
