// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package wiring

import "github.com/errpact/errpact/mapping"

func findPolicies(nothing mapping.ReportFunc) *mapping.Policy {
	_, _ = mapping.NewPolicy()      // want `NewPolicy's error is ignored`
	policy, _ := mapping.NewPolicy( // want `NewPolicy's error is ignored: the policy is nil then, and the default one serves, without your catalogues and rules: end the program with the error \[wiring\]`
		mapping.WithReport(nil), // want `WithReport\(nil\) silences all reports, so that no log has the cause of an error: leave it out, or write WithReport\(mapping.LogReport\) \[wiring\]`
		mapping.WithReport(nothing), mapping.WithReport(mapping.LogReport))
	return policy
}

func finePolicies() (*mapping.Policy, error) {
	policy, err := mapping.NewPolicy()
	if err != nil {
		return policy, err
	}
	return mapping.NewPolicy()
}
