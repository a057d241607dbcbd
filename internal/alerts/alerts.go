// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package alerts writes rules for Prometheus, which watch the counter of interceptor/telemetry.
package alerts

import (
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"

	"github.com/errpact/errpact/mapping/catalogue"
)

// Config is what the catalogues do not say.
type Config struct {
	// PageURL is where the page of the errors is, without an anchor. If it is empty, no alert has a link.
	PageURL string
	// Requests are the counters of all requests, one for RPC and one for HTTP. A request must be in one of them only.
	// Without any there are no ratios, and no alerts on them.
	Requests []string
	// Objective is the percentage of requests that the server shall not fail, such as 99.9.
	Objective string
}

// minObjective is where the fastest alert would want more failures than there are requests.
const minObjective = 94

var (
	metricName = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)
	// decimal is a number in the form that Go and PromQL both read.
	decimal = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)
)

// Check returns the mistake of a Config.
func (c Config) Check() error {
	for _, name := range c.Requests {
		if !metricName.MatchString(name) {
			return fmt.Errorf("want a name of a Prometheus metric, have %q", name)
		}
	}
	if o, err := strconv.ParseFloat(c.Objective, 64); err != nil || !decimal.MatchString(c.Objective) || !(o > minObjective && o < 100) {
		return fmt.Errorf("want an objective above %d and below 100 percent, have %q", minObjective, c.Objective)
	}
	if u, err := url.Parse(c.PageURL); c.PageURL != "" && (err != nil || u.Host == "" || u.Fragment != "") {
		return fmt.Errorf("want the URL of a page, without an anchor, have %q", c.PageURL)
	}
	return nil
}

// Write writes a file of rules for the catalogues, as YAML. The Config is one that Check finds no mistake in.
func (c Config) Write(w io.Writer, catalogues []*catalogue.Catalogue) error {
	groups := []group{
		{"errpact", append(c.faults(), c.ratios()...)},
		{"errpact-alerts", slices.Concat(c.bugs(catalogues), c.burns())},
		{"errpact-entries", c.entries(catalogues)},
	}
	_, err := w.Write(document(groups))
	return err
}

// bugs are the alerts on what no entry was written for.
func (c Config) bugs(catalogues []*catalogue.Catalogue) []rule {
	about := c.about(unmapped(catalogues))
	return []rule{
		{
			alert:  "ErrpactPanic",
			expr:   happened(`errpact_errors_total{errpact_origin="panic"}`, "5m"),
			labels: severity("page", about),
			annotations: append([]pair{
				{"summary", "{{ $labels.rpc_method }} panics."},
				{"description", "This is a bug in the service. The log lines with origin=panic have the stacks."},
			}, about...),
		},
		{
			alert:  "ErrpactUnmapped",
			expr:   happened(`errpact_errors_total{errpact_origin="unmapped"}`, "1h"),
			labels: severity("ticket", about),
			annotations: append([]pair{
				{"summary", "{{ $labels.rpc_method }} returns an error that no rule maps."},
				{"description", "Its callers get an answer that says nothing. The log lines with origin=unmapped have the causes: map them to entries."},
			}, about...),
		},
	}
}

// unmapped returns the entry for errors that nobody mapped, of the first catalogue that a server can
// have as its first.
func unmapped(catalogues []*catalogue.Catalogue) *catalogue.Entry {
	for _, c := range catalogues {
		if len(c.MissingRoles()) > 0 {
			continue
		}
		for _, e := range c.Entries {
			if e.Role == catalogue.RoleUnmapped {
				return e
			}
		}
	}
	return new(catalogue.Entry)
}

// happened counts the errors of some series within a window, by method. The first point of a series is no increase, but
// it is an error if the series was not there before: only what a service declares starts at 0. A series is new only if
// its target was scraped without it, which up says: after a gap in scraping, all series are there for the first time.
func happened(series, window string) string {
	isNew := fmt.Sprintf("%[1]s > 0 unless last_over_time(%[1]s[1h] offset %[2]s)"+
		" and count_over_time(%[1]s[%[2]s]) < on (job, instance) group_left () max by (job, instance) (sum_over_time(up[%[2]s]))", series, window)
	return fmt.Sprintf("sum by (job, rpc_method) (increase(%s[%s]) > 0 or (%s))", series, window, isNew)
}
