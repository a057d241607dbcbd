// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package page

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Markdown writes a table of each catalogue, and a section for each entry, as GitHub renders them.
func (p *Page) Markdown(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n", inline(p.Title))
	for _, c := range p.Catalogues {
		fmt.Fprintf(&b, "\n## %s\n\nDomain `%s`.\n\n", inline(c.Name), c.Domain)
		fmt.Fprintln(&b, "| number | error | Connect code | HTTP | message |\n|---:|---|---|---:|---|")
		for _, e := range c.Entries {
			fmt.Fprintf(&b, "| %d | [%s](#%s) | %s | %d | %s |\n",
				e.Number, inline(e.Short), e.Anchor, e.ConnectCode, e.HTTPStatus, inline(e.Message))
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
	title := inline(e.Short)
	if e.Reason == "" {
		title = fmt.Sprintf("%d %s", e.Number, title)
	}
	fmt.Fprintf(b, "\n<a id=\"%s\"></a>\n\n%s %s\n\n**%s** · Connect code %s · HTTP %d",
		e.Anchor, level, title, inline(e.Message), e.ConnectCode, e.HTTPStatus)
	if e.RetryDelay != "" {
		fmt.Fprintf(b, " · retry after %s", e.RetryDelay)
	}
	if e.Deprecated {
		b.WriteString(" · deprecated")
	}
	b.WriteString("\n")
	for _, text := range []string{e.Description, e.Resolution} {
		if text != "" {
			fmt.Fprintf(b, "\n%s\n", inline(text))
		}
	}
	if e.HelpURL != "" {
		fmt.Fprintf(b, "\n<%s>\n", e.HelpURL)
	}
	if e.Reason == "" {
		fmt.Fprintf(b, "\n```json\n%s\n```\n", e.Envelope)
	}
}

// inline escapes what Markdown would take for its own, in a line or in a cell of a table.
func inline(text string) string {
	return strings.NewReplacer(
		"\\", "\\\\", "|", "\\|", "*", "\\*", "_", "\\_", "`", "\\`", "[", "\\[", "]", "\\]",
		"<", "&lt;", ">", "&gt;", "&", "&amp;", "#", "\\#", "\n", " ",
	).Replace(text)
}
