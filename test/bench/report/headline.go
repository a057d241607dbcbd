// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"
	"slices"
)

// A headline is a line of BENCHMARKS.md. It shows the worst of its rows.
type headline struct {
	What string
	// group, by and where name the rows; an empty by is errpact.
	group, by, where string
}

var headlines = []headline{
	{What: "Translate a static error, default policy", group: "Translate", where: "stack=connect policy=default error=static"},
	{What: "Translate a static error, policy with report", group: "Translate", where: "stack=connect policy=report"},
	{What: "Translate a static error, policy with both", group: "Translate", where: "stack=connect policy=both"},
	{What: "Whole Connect answer, static, any policy", group: "Answer", where: "protocol=connect error=static"},
	{What: "Whole Connect answer, metadata, any policy", group: "Answer", where: "protocol=connect error=metadata"},
	{What: "Whole gRPC answer, any error and policy", group: "Answer", where: "protocol=grpc"},
	{What: "Whole gRPC-Web answer, any error and policy", group: "Answer", where: "protocol=grpcweb"},
	{What: "Unary call that succeeds", group: "Success", where: "call=unary"},
	{What: "Decode to a typed error", group: "Decode", where: "stack=connect error=static"},
	{What: "Decode an error of an unknown catalogue", group: "Decode", where: "error=foreign"},
	{What: "Decode to a typed error, TypeScript in Node", group: "Node"},
	{What: "rest.Error in rest.Handler, static", group: "REST", by: "errpact-mounted", where: "error=static id=brought"},
	{What: "rest.Error in rest.Handler, metadata", group: "REST", by: "errpact-mounted", where: "error=metadata id=brought"},
	{What: "REST error through vanguard, any", group: "Transcoded"},
	{What: "Error below 100 wraps", group: "Chain", where: "wraps=100"},
	{What: "Error with 100 details of the handler's own", group: "Details", where: "details=100"},
}

// rowsOf returns the rows of a headline, all of which have one bound.
func (h headline) rowsOf(rows []*row) []*row {
	var all []*row
	for _, r := range rows {
		if r.Group != h.group || r.By != cmp.Or(h.by, "errpact") || !has(r.Case, h.where) {
			continue
		}
		if boundOf(r) != nil {
			all = append(all, r)
		}
	}
	return all
}

// worst returns the slowest of the rows that miss most; nil if there is no row.
func (h headline) worst(rows []*row) *row {
	all := h.rowsOf(rows)
	if len(all) == 0 {
		return nil
	}
	return slices.MaxFunc(all, func(a, b *row) int {
		if d := len(boundOf(a).misses(a)) - len(boundOf(b).misses(b)); d != 0 {
			return d
		}
		return cmp.Compare(quantile(a.ratios, 0.5), quantile(b.ratios, 0.5))
	})
}

// headTable returns the table of BENCHMARKS.md. A missed bound is in bold, with the ratio or the
// allocations that miss it.
func headTable(rows []*row) string {
	t := new(table)
	t.add("what", "bound", "ratio", "allocations")
	for _, h := range headlines {
		r := h.worst(rows)
		if r == nil {
			continue
		}
		b := boundOf(r)
		missed := b.misses(r)
		late := slices.Contains(missed, "time") || slices.Contains(missed, "growth")
		decimals := 2
		if late {
			decimals = 3 // so that it does not read as the bound itself
		}
		t.add(h.What, b.String(),
			marked(ratioOf(r, decimals), late),
			marked(allocsOf(r), slices.Contains(missed, "allocations")))
	}
	return t.String()
}

func marked(cell string, missed bool) string {
	if missed {
		return "**" + cell + ", missed**"
	}
	return cell
}

// allocsOf returns the allocations beside those by hand.
func allocsOf(r *row) string {
	if r.hand == nil || r.Allocs.String() == "" {
		return r.Allocs.String()
	}
	return fmt.Sprintf("%s, by hand %s", r.Allocs, r.hand.Allocs)
}
