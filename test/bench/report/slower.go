// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A slowness is the rows of a group for which errpact costs more than by hand, or than its bound.
type slowness struct {
	// Title and Page say where the rows are.
	Title, Page string
	Rows        []string
	// Why says in a sentence what costs the time; it is empty where nobody knows.
	Why string
}

// A cause says what bounds the rows of a group, as far as it is known.
type cause struct{ group, by, where, why string }

// causes are in the order in which a row looks for its own: the narrower one stands first.
var causes = []cause{
	{"Translate", "", "error=static", "Three allocations are Connect's own, for its error and its list of details, and take a third of the time."},
	{"Answer", "", "protocol=grpc", "Most of the time is Connect's, which encodes the status and writes the trailers in both rows."},
	{"Answer", "", "protocol=grpcweb", "Most of the time is Connect's, which encodes the status and writes the trailers in both rows."},
	{"Answer", "", "error=metadata", "Both rows encode the metadata for each error, and the rest of the time is Connect's."},
	{"Answer", "", "protocol=connect", "Connect marshals the body and writes the header in both rows, and that is most of what errpact's takes."},
	{"Success", "", "", "The interceptor adds a function call and no allocation to a unary call, and one wrapper to a stream."},
	{"Middleware", "", "caller=rest", "rest.Handler gives every request of a REST caller a writer and a context, which is much beside a handler that writes four bytes."},
	{"Middleware", "", "caller=rpc", "rest.Handler has to find out that the caller is an RPC client, beside a handler that writes four bytes."},
	{"Decode", "", "error=foreign", "An unknown catalogue is made anew for every error that names it."},
	{"Decode", "errpact-read", "", "Reading decodes the details as by hand, after the error was made typed."},
	{"Decode", "", "error=static", "Connect copies the bytes of the detail, and the error is allocated; the detail is decoded by hand already."},
	{"Decode", "", "stack=grpc-go", "A grpc-go status hands out its details as copies only."},
	{"Node", "", "", "errpact also checks every text, makes an Error, and remembers it."},
	{"Call", "", "", "The network and HTTP take most of the time in both rows."},
	{"EndToEnd", "", "", "The network and HTTP take most of the time in both rows."},
	{"REST", "errpact-mounted", "", "rest.Handler gives every request a writer and a context, two allocations of 576 bytes; the handler by hand works without them."},
	{"REST", "", "", "The headers of the answer take most of the time in both rows."},
	{"Transcoded", "", "", "Most of the time is vanguard's, which both rows pay for."},
	{"Chain", "", "", "errpact asks every error in the chain where it came from and whether it branches, and errors.As asks for a type only."},
	{"Details", "", "", "errpact encodes details deterministically, keeps the last of each type, and counts all of them against the budget."},
}

// Slower returns the rows of BENCHMARKS.md that cost more than by hand, or than their bound.
func (p *page) Slower() []*slowness {
	var all []*slowness
	for _, g := range p.Groups {
		for _, r := range g.Rows {
			text := shortfall(r)
			if text == "" {
				continue
			}
			why := whyOf(r)
			at := slices.IndexFunc(all, func(s *slowness) bool { return s.Title == g.Title && s.Why == why })
			if at < 0 {
				at = len(all)
				all = append(all, &slowness{Title: g.Title, Page: g.page, Why: why})
			}
			all[at].Rows = append(all[at].Rows, text)
		}
	}
	if missed := p.Starts.misses(); len(missed) > 0 {
		all = append(all, &slowness{
			Title: "Start-up", Page: "startup.md", Rows: []string{"misses its bound: " + strings.Join(missed, " and ")},
			Why: "Descriptors are registered before main.",
		})
	}
	return all
}

// shortfall returns a row's ratio and its missed bound; empty if the row is as fast as by hand and
// holds its bound. A ratio that prints as 1.00 is not slower.
func shortfall(r *row) string {
	if !strings.HasPrefix(r.By, "errpact") {
		return ""
	}
	var missed []string
	b := boundOf(r)
	if b != nil {
		missed = b.misses(r)
	}
	slow := len(r.ratios) > 0 && quantile(r.ratios, 0.5) >= 1.005
	if !slow && len(missed) == 0 {
		return ""
	}
	text := "`" + strings.TrimPrefix(r.Case, "stack=connect ") + "`"
	if r.By != "errpact" {
		text += " (" + r.By + ")"
	}
	if len(missed) == 0 {
		return text + " " + ratioOf(r, 2)
	}
	return fmt.Sprintf("%s **%s** (bound %s, missed in %s)", text, cmp.Or(ratioOf(r, 3), "no ratio"), b, strings.Join(missed, " and "))
}

func whyOf(r *row) string {
	for _, c := range causes {
		if c.group == r.Group && (c.by == "" || c.by == r.By) && has(r.Case, c.where) {
			return c.why
		}
	}
	return ""
}
