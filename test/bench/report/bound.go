// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"
	"math"
	"strings"
)

// A bound is what the design asks of errpact's rows of a group.
type bound struct {
	group string
	// by is whose rows they are, errpact's if it is empty.
	by string
	// where are pairs that the row's name has, all of them.
	where string
	// ratio bounds the time as a share of the hand-written row's; 0 is no bound.
	ratio float64
	// noSlower bounds it too, by what can be measured.
	noSlower bool
	// growth bounds the time by that of a smaller row.
	growth growth
	// allocs bounds the allocations, extra those beyond the hand-written row's; negative is no bound.
	allocs, extra float64
}

const none = -1

// growth is how time may grow with size.
type growth string

const (
	flat   growth = "flat"
	linear growth = "linear"
)

// bounds are in the order in which a row looks for its own: the narrower one stands first.
var bounds = []bound{
	{group: "Translate", where: "stack=connect policy=default error=static", ratio: 0.30, allocs: 3, extra: none},
	{group: "Translate", where: "stack=connect policy=report", ratio: 0.50, allocs: none, extra: none},
	{group: "Translate", where: "stack=connect policy=help", ratio: 0.50, allocs: none, extra: none},
	{group: "Translate", where: "stack=connect policy=both", ratio: 0.50, allocs: none, extra: none},
	{group: "Answer", where: "protocol=connect error=static", ratio: 0.60, allocs: none, extra: none},
	{group: "Answer", where: "protocol=connect error=metadata", ratio: 0.95, allocs: none, extra: none},
	{group: "Answer", where: "protocol=grpc", ratio: 0.90, allocs: none, extra: none},
	{group: "Answer", where: "protocol=grpcweb", ratio: 0.90, allocs: none, extra: none},
	{group: "Success", where: "call=unary", noSlower: true, allocs: none, extra: 0},
	{group: "Success", where: "call=stream", allocs: none, extra: 1},
	{group: "Middleware", where: "caller=rest", allocs: none, extra: 2},
	{group: "Middleware", where: "caller=rpc", allocs: none, extra: 0},
	{group: "Decode", where: "stack=connect error=foreign", ratio: 0.50, allocs: 6, extra: none},
	{group: "Decode", where: "stack=connect", ratio: 0.25, allocs: 3, extra: none},
	{group: "Node", ratio: 1.5, allocs: none, extra: none},
	{group: "Call", noSlower: true, allocs: none, extra: 0},
	{group: "REST", by: "errpact-mounted", where: "id=brought", ratio: 1.0, allocs: none, extra: none},
	{group: "REST", where: "id=brought", ratio: 0.60, allocs: none, extra: none},
	{group: "REST", where: "id=made", ratio: 0.80, allocs: none, extra: none},
	{group: "Transcoded", ratio: 0.55, allocs: none, extra: none},
	{group: "Catalogue", growth: flat, allocs: none, extra: none},
	{group: "Details", where: "details=100", ratio: 1.2, growth: linear, allocs: none, extra: none},
	{group: "Details", growth: linear, allocs: none, extra: none},
	{group: "Chain", where: "wraps=100", ratio: 1.5, growth: linear, allocs: none, extra: none},
	{group: "Chain", growth: linear, allocs: none, extra: none},
	{group: "Concurrency", growth: flat, allocs: none, extra: none},
}

// A row counts as slower than by hand if it is measurably so in more than three quarters of the turns.
// slack is how much steeper than it should a time may grow.
const (
	measurable = 1.02
	slack      = 1.5
)

// boundOf is nil for a row of which nothing is asked.
func boundOf(r *row) *bound {
	for i, b := range bounds {
		if b.group == r.Group && r.By == cmp.Or(b.by, "errpact") && has(r.Case, b.where) {
			return &bounds[i]
		}
	}
	return nil
}

func has(name, pairs string) bool {
	for pair := range strings.FieldsSeq(pairs) {
		if !strings.Contains(" "+name+" ", " "+pair+" ") {
			return false
		}
	}
	return true
}

// String is what is asked, in words.
func (b *bound) String() string {
	var asked []string
	if b.ratio > 0 {
		asked = append(asked, fmt.Sprintf("≤ %.2f", b.ratio))
	}
	if b.noSlower {
		asked = append(asked, "no slower")
	}
	if b.growth != "" {
		asked = append(asked, string(b.growth))
	}
	if b.allocs >= 0 {
		asked = append(asked, fmt.Sprintf("≤ %.0f allocs", b.allocs))
	}
	if b.extra >= 0 {
		asked = append(asked, fmt.Sprintf("allocs + %.0f", b.extra))
	}
	return strings.Join(asked, ", ")
}

// misses names what a row does not reach.
func (b *bound) misses(r *row) []string {
	var missed []string
	if b.ratio > 0 && quantile(r.ratios, 0.5) > b.ratio {
		missed = append(missed, "time")
	}
	if b.noSlower && isSlower(r.ratios) {
		missed = append(missed, "time")
	}
	if b.growth != "" && r.steepness(b.growth) > slack {
		missed = append(missed, "growth")
	}
	allocs := math.Round(r.Allocs.Median)
	if b.allocs >= 0 && allocs > b.allocs || b.extra >= 0 && r.hand != nil && allocs > math.Round(r.hand.Allocs.Median)+b.extra {
		missed = append(missed, "allocations")
	}
	return missed
}

// isSlower looks at shares of the time by hand, in order of size.
func isSlower(ratios []float64) bool { return quantile(ratios, 0.25) > measurable }

// check finds a row that cannot be judged, which is not the same as one that holds.
func check(rows []*row) error {
	for _, r := range rows {
		b := boundOf(r)
		if r.Time.Median <= 0 {
			return fmt.Errorf("%s %s, %s: benchstat gave no time", r.Group, r.Case, r.By)
		}
		if b != nil && (b.ratio > 0 || b.noSlower || b.extra >= 0) && (r.hand == nil || len(r.ratios) == 0) {
			return fmt.Errorf("%s %s, %s: there is nothing by hand to compare it with", r.Group, r.Case, r.By)
		}
	}
	return nil
}

// quantile of values in order of size; of none it is infinite, which no bound holds.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.Inf(1)
	}
	at := q * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}
