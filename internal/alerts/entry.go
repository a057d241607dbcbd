// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"fmt"
	"slices"

	"github.com/errpact/errpact/mapping/catalogue"
)

// entries are the alerts on entries, and reasons, that are not the caller's fault. Panics and unmapped errors have
// alerts of their own.
func (c Config) entries(catalogues []*catalogue.Catalogue) []rule {
	var rules []rule
	for _, in := range catalogues {
		for _, e := range in.Entries {
			if e.FaultOf(nil) != catalogue.FaultCaller {
				rules = append(rules, c.entry(in, e, nil))
			}
			for _, r := range e.Reasons {
				if e.FaultOf(r) != catalogue.FaultCaller {
					rules = append(rules, c.entry(in, e, r))
				}
			}
		}
	}
	return rules
}

func (c Config) entry(in *catalogue.Catalogue, e *catalogue.Entry, r *catalogue.Reason) rule {
	about, reason, description := c.about(e), "", e.Description
	if r != nil {
		about, reason, description = c.aboutReason(e, r), r.Name, r.Description
	}
	return rule{
		alert: catalogue.Anchor(e.Name, reason),
		expr: happened(fmt.Sprintf(`errpact_errors_total{errpact_catalogue=%q, errpact_code=%q, errpact_reason=%q,`+
			` errpact_fault!="caller", errpact_origin!~"panic|unmapped"}`, in.Name, e.Name, reason), "1h"),
		labels: severity("ticket", about),
		annotations: append(filled(
			pair{"summary", "{{ $labels.rpc_method }} answers with " + catalogue.Anchor(e.Name, reason) + "."},
			pair{"description", untemplated(description)},
		), about...),
	}
}

// about returns the annotations that an entry gives to an alert.
func (c Config) about(e *catalogue.Entry) []pair {
	return c.annotations(e.Name, "", e.Message, e.Resolution, e.Owner)
}

func (c Config) aboutReason(e *catalogue.Entry, r *catalogue.Reason) []pair {
	return c.annotations(e.Name, r.Name, r.Message, r.Resolution, e.Owner)
}

func (c Config) annotations(entry, reason, message, resolution, owner string) []pair {
	all := filled(
		pair{"message", untemplated(message)}, pair{"resolution", untemplated(resolution)}, pair{"owner", untemplated(owner)},
	)
	if c.PageURL != "" && entry != "" {
		all = append(all, pair{"runbook_url", untemplated(c.PageURL) + "#" + catalogue.Anchor(entry, reason)})
	}
	return all
}

// filled returns the pairs that have a value.
func filled(pairs ...pair) []pair {
	return slices.DeleteFunc(pairs, func(p pair) bool { return p.value == "" })
}

// severity returns the labels by which Alertmanager decides whom to tell: now or in working hours, and which team.
func severity(level string, about []pair) []pair {
	labels := []pair{{"severity", level}}
	for _, p := range about {
		if p.key == "owner" {
			labels = append(labels, p)
		}
	}
	return labels
}
