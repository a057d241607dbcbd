// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"

	"github.com/errpact/errpact/internal/alerts"
)

// rules are the flags of -format prometheus.
type rules struct{ pageURL, rpc, http, objective *string }

// rulesFlags declares them. The counters have the names that otelconnect 0.12, otelgrpc 0.72 and otelhttp 0.72 have
// behind OpenTelemetry's exporter for Prometheus.
func rulesFlags(flags *flag.FlagSet) rules {
	return rules{
		pageURL:   flags.String("page-url", "", "`URL` of the page of errors, for the links of alerts"),
		rpc:       flags.String("rpc-requests", "rpc_server_call_duration_seconds_count", "`counter` of RPCs, for alerts on error budgets"),
		http:      flags.String("http-requests", "http_server_request_duration_seconds_count", "`counter` of HTTP requests, likewise"),
		objective: flags.String("objective", "99.9", "`percentage` of requests that the server shall not fail"),
	}
}

func (r rules) config() alerts.Config {
	c := alerts.Config{PageURL: *r.pageURL, Objective: *r.objective}
	for _, name := range []string{*r.rpc, *r.http} {
		if name != "" {
			c.Requests = append(c.Requests, name)
		}
	}
	return c
}
