// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"fmt"
	"strings"
)

// A burn is one of the speeds at which failures use up what the objective leaves for them, as the SRE Workbook has
// them: https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts
type burn struct {
	severity    string
	long, short string
	// factor is how many times faster it is than what the objective allows.
	factor string
}

var burns = []burn{
	{"page", "1h", "5m", "14.4"},
	{"ticket", "6h", "30m", "6"},
	{"ticket", "3d", "6h", "1"},
}

// windows are all of the burns' ones.
var windows = []string{"5m", "30m", "1h", "6h", "3d"}

// faults record how many errors there are of each fault.
func (c Config) faults() []rule {
	var rules []rule
	for _, window := range windows {
		rules = append(rules, rule{
			record: "job_errpact_fault:errpact_errors:rate" + window,
			expr:   fmt.Sprintf("sum by (job, errpact_fault) (rate(errpact_errors_total[%s]))", window),
		})
	}
	return rules
}

// ratios record how many requests there are, and which share of them the server fails.
func (c Config) ratios() []rule {
	if len(c.Requests) == 0 {
		return nil
	}
	var requests, ratios []rule
	for _, window := range windows {
		var rates []string
		for _, name := range c.Requests {
			rates = append(rates, fmt.Sprintf("rate(%s[%s])", name, window))
		}
		requests = append(requests, rule{
			record: "job:errpact_requests:rate" + window,
			expr:   fmt.Sprintf("sum by (job) (%s)", strings.Join(rates, " or ")),
		})
		ratios = append(ratios, rule{
			record: ratio(window),
			expr: fmt.Sprintf(`sum by (job) (job_errpact_fault:errpact_errors:rate%[1]s{errpact_fault="server"}) / job:errpact_requests:rate%[1]s`,
				window),
		})
	}
	return append(requests, ratios...)
}

func ratio(window string) string { return "job:errpact_server_errors_per_request:ratio_rate" + window }

// burns are the alerts on the ratios. The last one is on ratios that are not there.
func (c Config) burns() []rule {
	if len(c.Requests) == 0 {
		return nil
	}
	var rules []rule
	for _, b := range burns {
		limit := fmt.Sprintf("%s * (100 - %s) / 100", b.factor, c.Objective)
		rules = append(rules, rule{
			alert:  "ErrpactErrorBudgetBurn",
			expr:   fmt.Sprintf("%s > %s and %s > %s", ratio(b.long), limit, ratio(b.short), limit),
			labels: []pair{{"severity", b.severity}, {"long", b.long}, {"short", b.short}},
			annotations: append([]pair{
				{"summary", "{{ $labels.job }} fails {{ $value | humanizePercentage }} of its requests."},
				{"description", fmt.Sprintf("Over %s and over %s, an objective of %s%% is missed by a factor of %s or more. "+
					"The alerts on entries name the errors.", b.long, b.short, c.Objective, b.factor)},
			}, c.page()...),
		})
	}
	return append(rules, rule{
		alert:  "ErrpactRequestsNotCounted",
		expr:   "sum by (job) (job_errpact_fault:errpact_errors:rate1h) > 0 unless on (job) job:errpact_requests:rate1h",
		wait:   "15m",
		labels: []pair{{"severity", "ticket"}},
		annotations: []pair{
			{"summary", "{{ $labels.job }} has errors, but no requests."},
			{"description", "No alert on its error budget can fire, since it has none of " + strings.Join(c.Requests, " and ") + "."},
		},
	})
}

// page is the link of an alert on no entry in particular.
func (c Config) page() []pair {
	if c.PageURL == "" {
		return nil
	}
	return []pair{{"runbook_url", untemplated(c.PageURL)}}
}
